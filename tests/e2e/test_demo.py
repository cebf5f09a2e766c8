"""The demo as a new user starts it: a process, its exit code and its last line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOSING_LINE = re.compile(r"meters (\d+\.\d\d) kWh = sessions (\d+\.\d\d) kWh · 0 lost · 0 doubled")


@pytest.mark.timeout(150)
def test_two_sessions_are_shown_and_equal_the_meters(tmp_path: Path) -> None:
    words = ("--sessions", "2", "--speed", "240", "--headless", "--port", "0", "--data", str(tmp_path))
    demo = subprocess.run(
        [sys.executable, "-m", "benchmarks.demo", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout
    *_, anna, ben, last = demo.stdout.splitlines()
    assert re.fullmatch(r"\d\d:\d\d left · Anna · ID\.4 · \d+\.\d kWh · \d+\.\d\d €", anna)
    assert re.fullmatch(r"\d\d:\d\d right · Ben · Zoe · \d+\.\d kWh · \d+\.\d\d € · card came \d+ s late", ben)
    meters, sessions = CLOSING_LINE.fullmatch(last).groups()  # type: ignore[union-attr]
    assert meters == sessions
    assert float(meters) > 0


def test_port_that_is_no_port_ends_with_a_word_about_it() -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "benchmarks.demo", "--port", "70000"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    assert demo.returncode == 2
    assert "70000 is not between" in demo.stderr
