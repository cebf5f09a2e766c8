"""Events that are owed: written with their session, fired later, forgotten when that is long ago."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from ..domain.commits import EventKind, OutboxEntry
from .codec import encode, parsed_object
from .errors import CodecError
from .schema import outbox

_LOGGER = logging.getLogger(__name__)

KEPT_S = 30 * 86_400.0
_SAME = select(outbox).where(outbox.c.session_id == bindparam("whose"), outbox.c.kind == bindparam("what"))
_ADD = insert(outbox)


def add(connection: Connection, entry: OutboxEntry) -> OutboxEntry:
    """Write an event and give it its id; the one that is already there if this session has had it."""
    row = connection.execute(_SAME, {"whose": entry.session_id, "what": entry.kind.value}).one_or_none()
    if row is not None:
        return _entry(row)
    values = {"kind": entry.kind.value, "session_id": entry.session_id, "charger_id": entry.charger_id}
    result = connection.execute(_ADD, values | {"payload": encode(entry.payload)})
    assert result.inserted_primary_key is not None
    return replace(entry, entry_id=result.inserted_primary_key[0])


def pending(connection: Connection) -> list[OutboxEntry]:
    """Events that were not fired yet, oldest first; one that cannot be read waits for a release that can."""
    rows = connection.execute(select(outbox).where(outbox.c.fired_at.is_(None)).order_by(outbox.c.id))
    return [entry for entry in (_readable(row) for row in rows) if entry is not None]


def mark_fired(connection: Connection, entry_ids: Collection[int], at: float) -> None:
    """Note that events were fired, and forget those of which that is true for `KEPT_S` seconds."""
    ids = outbox.c.id.in_(entry_ids)
    connection.execute(update(outbox).where(ids, outbox.c.fired_at.is_(None)).values(fired_at=at))
    connection.execute(delete(outbox).where(outbox.c.fired_at < at - KEPT_S))


def _readable(row: Row[tuple[object, ...]]) -> OutboxEntry | None:
    try:
        return _entry(row)
    except (CodecError, ValueError) as error:
        _LOGGER.warning("Event %s of session %s cannot be read: %s", row.kind, row.session_id, error)
        return None


def _entry(row: Row[tuple[object, ...]]) -> OutboxEntry:
    return OutboxEntry(EventKind(row.kind), row.session_id, row.charger_id, parsed_object(row.payload), row.id)
