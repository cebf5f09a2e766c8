"""Opens the dashboard if there is a display."""

import os
import subprocess
import sys


def open_browser(url: str) -> None:
    """Open the page in a separate process, because browsers write to the terminal and may not return."""
    if sys.platform != "darwin" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    subprocess.Popen(
        [sys.executable, "-m", "webbrowser", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
