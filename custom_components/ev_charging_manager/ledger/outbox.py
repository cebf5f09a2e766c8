"""Events that are stored with their session, fired later, and deleted after some time."""

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
_SAME = select(outbox).where(outbox.c.session_id == bindparam("this_session"), outbox.c.kind == bindparam("this_kind"))
_ADD = insert(outbox)


def add(connection: Connection, entry: OutboxEntry) -> OutboxEntry:
    """Store an event and return it with its id; return the stored one if the session already has this event."""
    row = connection.execute(_SAME, {"this_session": entry.session_id, "this_kind": entry.kind.value}).one_or_none()
    if row is not None:
        return _entry(row)
    values = {"kind": entry.kind.value, "session_id": entry.session_id, "charger_id": entry.charger_id}
    result = connection.execute(_ADD, values | {"payload": encode(entry.payload)})
    assert result.inserted_primary_key is not None
    return replace(entry, entry_id=result.inserted_primary_key[0])


def pending(connection: Connection) -> list[OutboxEntry]:
    """Return the events that were not fired yet, oldest first. An unreadable event stays stored and is left out."""
    rows = connection.execute(select(outbox).where(outbox.c.fired_at.is_(None)).order_by(outbox.c.id))
    return [entry for entry in (_readable(row) for row in rows) if entry is not None]


def mark_fired(connection: Connection, entry_ids: Collection[int], at: float) -> None:
    """Mark events as fired, and delete those that were fired more than `KEPT_S` seconds ago."""
    ids = outbox.c.id.in_(entry_ids)
    connection.execute(update(outbox).where(ids, outbox.c.fired_at.is_(None)).values(fired_at=at))
    connection.execute(delete(outbox).where(outbox.c.fired_at < at - KEPT_S))


def _readable(row: Row[tuple[object, ...]]) -> OutboxEntry | None:
    try:
        return _entry(row)
    except (CodecError, ValueError) as error:
        _LOGGER.warning("Event %s of session %s cannot be read and is not fired: %s", row.kind, row.session_id, error)
        return None


def _entry(row: Row[tuple[object, ...]]) -> OutboxEntry:
    return OutboxEntry(EventKind(row.kind), row.session_id, row.charger_id, parsed_object(row.payload), row.id)
