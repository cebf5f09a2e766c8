"""Corrections of sessions. They are stored in a separate table; the measured session is never changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from ..domain.records import Attribution, Outcome
from . import sessions as records
from .codec import encode, parsed_object, structure
from .errors import SessionUnknown
from .rows import record_of
from .schema import corrections, sessions


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of a session's user: its author, the UTC epoch second `at`, the attribution before and after."""

    at: float
    by: str
    before: Attribution
    after: Attribution


def assign(connection: Connection, session_id: str, given: Attribution, by: str, at: float, zone: ZoneInfo) -> None:
    """Assign an ended session to a user, and move its shares of the totals.

    Raises `SessionUnknown` for a session that does not exist or still runs. The pipeline decides about a running one.
    """
    found = records.find(connection, session_id)
    if found is None or found[0]["outcome"] == Outcome.RUNNING.value:
        raise SessionUnknown(
            f"Session {session_id} does not exist or still runs; only an ended session can be assigned"
        )
    row, parts = found
    number, measured = row["number"], record_of(row, parts=parts)
    before = record_of(row, row["after"]).attribution
    values = {"before": _text(before), "after": _text(given)}
    result = connection.execute(insert(corrections).values(session=number, at=at, by=by, **values))
    assert result.inserted_primary_key is not None
    newest = {"correction": result.inserted_primary_key[0], "effective_user_id": given.identity.user_id}
    connection.execute(update(sessions).where(sessions.c.number == number).values(newest))
    records.count(connection, number, measured, given.identity, zone)


def of(connection: Connection, session_id: str) -> list[Correction]:
    """Return all corrections of a session, oldest first."""
    statement = select(corrections).join(sessions, sessions.c.number == corrections.c.session)
    ordered = statement.where(sessions.c.session_id == session_id).order_by(corrections.c.id)
    rows = connection.execute(ordered)
    return [Correction(row.at, row.by, _attribution(row.before), _attribution(row.after)) for row in rows]


def _text(attribution: Attribution) -> str:
    """Return an attribution as JSON with the names of the record's fields, which it replaces."""
    return encode({item.name: getattr(attribution, item.name) for item in fields(attribution)})


def _attribution(text: str) -> Attribution:
    found: Attribution = structure(parsed_object(text), Attribution)
    return found
