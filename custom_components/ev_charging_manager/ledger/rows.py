"""A session record as a row, and a row as a record.

Fields with a column of their own go there; every other field goes into `more`. So a record can grow a field
without a migration, and a row of an older release reads with that field's default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from ..domain.records import Identity, Interval, SessionRecord
from .codec import encode, parsed, parsed_object, plain, structure
from .schema import intervals, sessions

_COLUMNS = frozenset(sessions.c.keys())
_IDENTITY = tuple(field.name for field in fields(Identity))
_OWN = tuple(field.name for field in fields(SessionRecord) if field.name not in ("identity", "intervals"))
_JSON = frozenset({"windows"})
_INTERVAL = tuple(field.name for field in fields(Interval))
INTERVAL_COLUMNS = tuple(intervals.c[name] for name in _INTERVAL)


def row_of(record: SessionRecord) -> dict[str, Any]:
    """The measured columns of a record. Its intervals are rows of their own, see `interval_rows`."""
    values = {name: getattr(record, name) for name in _OWN}
    values |= {name: getattr(record.identity, name) for name in _IDENTITY}
    row = {name: _stored(name, value) for name, value in values.items() if name in _COLUMNS}
    row["more"] = encode({name: value for name, value in values.items() if name not in _COLUMNS})
    return row


def _stored(name: str, value: Any) -> Any:
    return encode(value) if name in _JSON else plain(value)


def record_of(row: RowMapping, after: str | None = None, parts: Iterable[RowMapping] = ()) -> SessionRecord:
    """The record in a row, with a correction's `after` laid over it; raises `CodecError`."""
    data = dict(row)
    data |= {name: parsed(data[name]) for name in _JSON}
    data |= parsed_object(data["more"])
    data["identity"] = {name: data[name] for name in _IDENTITY if name in data}
    data["intervals"] = [dict(part) for part in parts]
    if after is not None:
        data |= parsed_object(after)
    record: SessionRecord = structure(data, SessionRecord)
    return record


def interval_rows(record: SessionRecord) -> list[tuple[Any, ...]]:
    """A record's intervals as tuples in the order of `INTERVAL_COLUMNS`."""
    return [tuple(getattr(interval, name) for name in _INTERVAL) for interval in record.intervals]
