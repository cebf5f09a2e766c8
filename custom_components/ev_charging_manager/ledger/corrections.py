"""Corrections: entries of their own, beside what was measured and never in its place."""

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
    """Who said at what UTC epoch second that a session is someone else's, and whose it was until then."""

    at: float
    by: str
    before: Attribution
    after: Attribution


def assign(connection: Connection, session_id: str, given: Attribution, by: str, at: float, zone: ZoneInfo) -> None:
    """Give an ended session to someone, and its shares of the totals with it.

    Raises `SessionUnknown` for a session that is not there or still runs: who charges now is for the pipeline
    to say.
    """
    found = records.find(connection, session_id)
    if found is None or found[0]["outcome"] == Outcome.RUNNING.value:
        raise SessionUnknown(f"Session {session_id} is not recorded yet")
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
    """All corrections of a session, oldest first."""
    statement = select(corrections).join(sessions, sessions.c.number == corrections.c.session)
    ordered = statement.where(sessions.c.session_id == session_id).order_by(corrections.c.id)
    rows = connection.execute(ordered)
    return [Correction(row.at, row.by, _attribution(row.before), _attribution(row.after)) for row in rows]


def _text(attribution: Attribution) -> str:
    """By the names of a record's fields: it is laid over one as it is."""
    return encode({item.name: getattr(attribution, item.name) for item in fields(attribution)})


def _attribution(text: str) -> Attribution:
    found: Attribution = structure(parsed_object(text), Attribution)
    return found
