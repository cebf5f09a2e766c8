"""A small separate disk for the ledger that can be filled to its last byte."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 8 * 1024 * 1024
_CHUNK = 4096


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a file system of some megabytes in this folder; False if it is not permitted, as for most users."""
    options = ["-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    mounted = (
        os.geteuid() == 0 and subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


@contextmanager
def filled(folder: Path, mounted: bool) -> Iterator[None]:
    """Leave no room in this folder; without a separate disk, no file of this process can grow."""
    with _ballast(folder) if mounted else _no_growth(folder):
        yield


@contextmanager
def _ballast(folder: Path) -> Iterator[None]:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * _CHUNK)
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _no_growth(folder: Path) -> Iterator[None]:
    largest = max(item.stat().st_size for item in folder.glob("*.db"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
