"""Texts that no committed file may contain: a path of one machine, and the host of a package registry."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Character classes keep these patterns from matching this file.
REGISTRY = re.compile(
    r"p[y]pi\.org|pythonh[o]sted\.org|np[m]js\.(org|com)|(deb|security|archive)\.(d[e]bian|ub[u]ntu)\.(org|com)"
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(w[o]rk|f[a]rm|r[o]ot|h[o]me/\w+|U[s]ers/\w+)/|/tmp/b[a]sh_jobs")
SKIPPED = {".git", ".venv", ".cache", ".demo", "__pycache__"}


def check_text(text: str) -> Iterator[str]:
    """Yield each rule that a file's text breaks, with the line number."""
    for number, line in enumerate(text.splitlines(), 1):
        if REGISTRY.search(line):
            yield f"line {number} names the host of a package registry"
        if MACHINE_PATH.search(line):
            yield f"line {number} contains a path of one machine"


def committed_files(root: Path) -> Iterator[Path]:
    """Yield the files below `root` that are, or would be, committed; without git, all but caches and environments."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode == 0:
        paths = (root / name.decode() for name in listed.stdout.split(b"\0") if name)
    else:
        paths = (path for path in root.rglob("*") if not SKIPPED.intersection(path.relative_to(root).parts))
    yield from (path for path in paths if path.is_file())
