"""Conversion between a session record and its row.

A field with a column of the same name is stored there; all other fields are stored as JSON in `more`. A new field of a
record needs no migration, and a row of an older release gets the field's default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """Return the measured columns of a record, without its intervals (see `interval_rows`)."""
    values = {name: getattr(record, name) for name in _OWN}
    values |= {name: getattr(record.identity, name) for name in _IDENTITY}
    row = {name: _stored(name, value) for name, value in values.items() if name in _COLUMNS}
    row["more"] = encode({name: value for name, value in values.items() if name not in _COLUMNS})
    return row


def _stored(name: str, value: Any) -> Any:
    if name in _JSON:
        return encode(value)
    return plain(value)


def record_of(
    row: RowMapping | Mapping[str, Any], after: str | None = None, parts: Iterable[RowMapping] = ()
) -> SessionRecord:
    """Return the record in a row; the fields in `after` of a correction replace the measured ones.

    `parts` are the rows of its intervals. Raises `CodecError`.
    """
    data: dict[str, Any] = {**row}
    data |= {name: parsed(data[name]) for name in _JSON}
    data |= parsed_object(data["more"])
    data["identity"] = {name: data[name] for name in _IDENTITY if name in data}
    data["intervals"] = [dict(part) for part in parts]
    if after is not None:
        data |= parsed_object(after)
    record: SessionRecord = structure(data, SessionRecord)
    return record


def interval_rows(record: SessionRecord) -> list[tuple[Any, ...]]:
    """Return a record's intervals as tuples in the order of `INTERVAL_COLUMNS`."""
    return [tuple(getattr(interval, name) for name in _INTERVAL) for interval in record.intervals]
