"""Rows of a damaged database that no page leads to any more, read from the pages themselves.

One page of a table leads to hundreds of others; where it is torn, SQLite cannot reach them, though they are whole.
The format is SQLite's own and fixed for good (https://www.sqlite.org/fileformat.html, "B-tree Pages", "Record Format").
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_USUAL_PAGE, _LEAST_PAGE = 4096, 512
_LONGEST_ROW = 16 * 1024 * 1024
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

type Values = list[Any]


def carved(path: Path, columns: int, with_rowid: bool) -> Iterator[tuple[int, Values]]:
    """Whatever looks like a row with so many columns: its rowid (0 in tables without) and its values.

    They may be anything: whoever asks has to look whether they make sense.
    """
    if path.stat().st_size < _LEAST_PAGE:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        pages = _Pages(data)
        for number in range(1, pages.count + 1):
            yield from pages.rows(number, columns, with_rowid)


class _Pages:
    """The pages of a file, counted from 1."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        said = int.from_bytes(data[16:18]) or 0
        said = 65_536 if said == 1 else said
        self._size = said if said >= _LEAST_PAGE and said & (said - 1) == 0 else _USUAL_PAGE
        self._usable = self._size - (data[20] if data[20] < 32 else 0)
        self.count = len(data) // self._size

    def rows(self, number: int, columns: int, with_rowid: bool) -> Iterator[tuple[int, Values]]:
        page = self._page(number)
        header = 100 if number == 1 else 0
        kind = page[header]
        if kind not in ((_TABLE_LEAF,) if with_rowid else (_INDEX_LEAF, _INDEX_INTERIOR)):
            return
        interior = kind == _INDEX_INTERIOR
        cells = int.from_bytes(page[header + 3 : header + 5])
        first = header + (12 if interior else 8)
        for place in range(first, min(first + 2 * cells, self._usable - 1), 2):
            at = int.from_bytes(page[place : place + 2]) + (4 if interior else 0)
            try:
                rowid, values = self._cell(page, at, with_rowid)
            except (IndexError, ValueError, struct.error):
                continue
            if len(values) == columns:
                yield rowid, values

    def _page(self, number: int) -> bytes:
        return self._data[(number - 1) * self._size : number * self._size]

    def _cell(self, page: bytes, at: int, with_rowid: bool) -> tuple[int, Values]:
        length, at = _varint(page, at)
        rowid, at = _varint(page, at) if with_rowid else (0, at)
        if length > _LONGEST_ROW:
            raise ValueError("no row is as long")
        return rowid, _record(self._payload(page, at, length, with_rowid))

    def _payload(self, page: bytes, at: int, length: int, with_rowid: bool) -> bytes:
        usable = self._usable
        most = usable - 35 if with_rowid else (usable - 12) * 64 // 255 - 23
        if length <= most:
            return page[at : at + length]
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        payload, following = page[at : at + here], int.from_bytes(page[at + here : at + here + 4])
        while len(payload) < length and 0 < following <= self.count:
            more = self._page(following)
            payload += more[4:usable]
            following = int.from_bytes(more[:4])
        return payload[:length]


def _record(payload: bytes) -> Values:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values, at = [], end
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise ValueError("a row that ends elsewhere is none")
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind == 7:
        return struct.unpack(">d", payload[at : at + 8])[0], at + 8
    size = _INTEGER_BYTES.get(kind, (kind - 12) // 2)
    content = payload[at : at + size]
    if size < 0 or len(content) != size:
        raise ValueError("a value is cut short")
    if kind <= 6:
        return int.from_bytes(content, signed=True), at + size
    return (content.decode() if kind % 2 else bytes(content)), at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9
