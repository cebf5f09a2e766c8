"""Rows read from the pages of a database file, including pages that SQLite can no longer reach.

One page of a table points to hundreds of others. If it is damaged, SQLite cannot reach the intact pages below it.
The file format is fixed (https://www.sqlite.org/fileformat.html, "B-tree Pages" and "Record Format").
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_TABLE_LEAF = 0x0D
_INDEX_LEAF = 0x0A
_INDEX_INTERIOR = 0x02
# A table without rowid is stored as an index.
_ROWID_KINDS = frozenset({_TABLE_LEAF})
_NO_ROWID_KINDS = frozenset({_INDEX_LEAF, _INDEX_INTERIOR})
_HEADER_BYTES = {_TABLE_LEAF: 8, _INDEX_LEAF: 8, _INDEX_INTERIOR: 12}
# A cell of an interior page begins with the number of a child page.
_CHILD_BYTES = {_TABLE_LEAF: 0, _INDEX_LEAF: 0, _INDEX_INTERIOR: 4}
_FILE_HEADER_BYTES = 100
_DEFAULT_PAGE = 4096
_SMALLEST_PAGE = 512
_LARGEST_PAGE = 65_536
_MOST_RESERVED_BYTES = 32
_LONGEST_ROW = 16 * 1024 * 1024
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

type Values = list[Any]


def page_rows(path: Path, columns: int, with_rowid: bool) -> Iterator[tuple[int, Values]]:
    """Yield the rowid (0 in a table without) and the values of each cell that has this number of columns.

    A cell can belong to another table or be outdated: the caller must check the values.
    """
    if path.stat().st_size < _SMALLEST_PAGE:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        pages = _Pages(data)
        for number in range(1, pages.count + 1):
            yield from pages.rows(number, columns, with_rowid)


class _Pages:
    """The pages of a file, counted from 1."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._size = _page_size(data)
        self._usable = self._size - _reserved_bytes(data)
        self.count = len(data) // self._size

    def rows(self, number: int, columns: int, with_rowid: bool) -> Iterator[tuple[int, Values]]:
        page = self._page(number)
        for at in self._cells(page, _header_start(number), with_rowid):
            try:
                rowid, values = self._cell(page, at, with_rowid)
            except (IndexError, ValueError, struct.error):
                continue
            if len(values) == columns:
                yield rowid, values

    def _page(self, number: int) -> bytes:
        return self._data[(number - 1) * self._size : number * self._size]

    def _cells(self, page: bytes, header: int, with_rowid: bool) -> Iterator[int]:
        """Yield where the payload of each cell begins; nothing for a page of another kind."""
        kind = page[header]
        if kind not in _kinds(with_rowid):
            return
        count = int.from_bytes(page[header + 3 : header + 5])
        first = header + _HEADER_BYTES[kind]
        end = min(first + 2 * count, self._usable - 1)
        for place in range(first, end, 2):
            yield int.from_bytes(page[place : place + 2]) + _CHILD_BYTES[kind]

    def _cell(self, page: bytes, at: int, with_rowid: bool) -> tuple[int, Values]:
        length, at = _varint(page, at)
        rowid = 0
        if with_rowid:
            rowid, at = _varint(page, at)
        if length > _LONGEST_ROW:
            raise ValueError("the length of the row is not plausible")
        return rowid, _record(self._payload(page, at, length, with_rowid))

    def _payload(self, page: bytes, at: int, length: int, with_rowid: bool) -> bytes:
        """Return the content of a cell, which can continue on overflow pages."""
        if length <= self._most(with_rowid):
            return page[at : at + length]
        here = self._part_on_page(length, with_rowid)
        payload = page[at : at + here]
        following = int.from_bytes(page[at + here : at + here + 4])
        while len(payload) < length and 0 < following <= self.count:
            more = self._page(following)
            payload += more[4 : self._usable]
            following = int.from_bytes(more[:4])
        return payload[:length]

    def _most(self, with_rowid: bool) -> int:
        """The longest payload without overflow page, in bytes (X in the file format)."""
        if with_rowid:
            return self._usable - 35
        return (self._usable - 12) * 64 // 255 - 23

    def _part_on_page(self, length: int, with_rowid: bool) -> int:
        """How many bytes of a longer payload are on the page of its cell (K or M in the file format)."""
        least = (self._usable - 12) * 32 // 255 - 23
        part = least + (length - least) % (self._usable - 4)
        if part > self._most(with_rowid):
            return least
        return part


def _page_size(data: mmap.mmap) -> int:
    """Return the page size in the file's header, or the default if that is damaged."""
    size = int.from_bytes(data[16:18])
    if size == 1:
        return _LARGEST_PAGE
    if size < _SMALLEST_PAGE or size & (size - 1) != 0:
        return _DEFAULT_PAGE
    return size


def _reserved_bytes(data: mmap.mmap) -> int:
    """Return the unused bytes at the end of each page."""
    if data[20] >= _MOST_RESERVED_BYTES:
        return 0
    return data[20]


def _header_start(number: int) -> int:
    """Return where a page's header begins: the first page starts with the file's header."""
    if number == 1:
        return _FILE_HEADER_BYTES
    return 0


def _kinds(with_rowid: bool) -> frozenset[int]:
    if with_rowid:
        return _ROWID_KINDS
    return _NO_ROWID_KINDS


def _record(payload: bytes) -> Values:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: Values = []
    at = end
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise ValueError("the values do not fill the row")
    return values


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    """Return the value of a serial type and where the next one begins."""
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
    return _decoded(content, kind), at + size


def _decoded(content: bytes, kind: int) -> int | str | bytes:
    if kind <= 6:
        return int.from_bytes(content, signed=True)
    if kind % 2:
        return content.decode()
    return bytes(content)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the variable-length integer at a place and where the next value begins."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9
