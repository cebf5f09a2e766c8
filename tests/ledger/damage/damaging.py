"""Damage as disks do it: pages that are overwritten or gone, in a real file."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

PAGE = 4096


def pages_of(path: Path) -> int:
    """How many pages the file has."""
    return path.stat().st_size // PAGE


def overwrite(path: Path, pages: Iterable[int], rng: random.Random | None = None) -> None:
    """Write something else over some pages, counted from 1: always the same, or whatever `rng` says."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(rng.randbytes(PAGE) if rng else b"\xa5" * PAGE)


def cut(path: Path, pages: int) -> None:
    """Leave only so many pages."""
    os.truncate(path, pages * PAGE)


def root_of(path: Path, name: str) -> int:
    """The page at which a table or an index begins."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return int(found[0])


def leaves_of(path: Path, name: str) -> list[int]:
    """The pages right below the root of a table that has one more level."""
    data = path.read_bytes()
    start = (root_of(path, name) - 1) * PAGE
    cells = int.from_bytes(data[start + 3 : start + 5])
    pointers = (start + 12 + 2 * cell for cell in range(cells))
    below = [start + int.from_bytes(data[pointer : pointer + 2]) for pointer in pointers]
    children = [int.from_bytes(data[place : place + 4]) for place in below]
    return [*children, int.from_bytes(data[start + 8 : start + 12])]
