"""Damage to a real file: overwritten and missing pages."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

PAGE = 4096


def pages_of(path: Path) -> int:
    """Return the number of pages."""
    return path.stat().st_size // PAGE


def overwrite(path: Path, pages: Iterable[int], rng: random.Random | None = None) -> None:
    """Overwrite some pages, counted from 1, with constant bytes or with random ones of `rng`."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(rng.randbytes(PAGE) if rng else b"\xa5" * PAGE)


def cut(path: Path, pages: int) -> None:
    """Keep only this number of pages."""
    os.truncate(path, pages * PAGE)


def root_of(path: Path, name: str) -> int:
    """Return the root page of a table or an index."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return int(found[0])


def leaves_of(path: Path, name: str) -> list[int]:
    """Return the leaf pages of a table with two levels."""
    data = path.read_bytes()
    start = (root_of(path, name) - 1) * PAGE
    cells = int.from_bytes(data[start + 3 : start + 5])
    pointers = (start + 12 + 2 * cell for cell in range(cells))
    below = [start + int.from_bytes(data[pointer : pointer + 2]) for pointer in pointers]
    children = [int.from_bytes(data[place : place + 4]) for place in below]
    return [*children, int.from_bytes(data[start + 8 : start + 12])]
