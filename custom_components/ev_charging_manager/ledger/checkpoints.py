"""Checkpoints: the states of a charger's pipeline, one row for each charger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ..domain.commits import Checkpoint
from ..domain.moment import Moment
from . import aside
from .codec import encode, parsed_object, structure
from .errors import CodecError
from .schema import checkpoints

_REPLACE = update(checkpoints).where(checkpoints.c.charger_id == bindparam("charger"))
_ADD = insert(checkpoints).values(charger_id=bindparam("charger"))


def states_text(checkpoint: Checkpoint) -> str:
    """Return the states as JSON; raises `CodecError` naming the charger and the actor with the unsuitable state."""
    try:
        return encode(checkpoint.states)
    except CodecError:
        for name, state in checkpoint.states.items():
            _check_state(checkpoint.charger_id, name, state)
        raise


def _check_state(charger_id: str, actor: str, state: Any) -> None:
    try:
        encode(state)
    except CodecError as error:
        raise CodecError(f"Checkpoint of charger {charger_id}: state of actor {actor}: {error}") from error


def save(connection: Connection, made: Iterable[tuple[Checkpoint, str]]) -> None:
    """Replace the checkpoints of these chargers, given with their states as JSON; the last one of a charger counts.

    Hot path: the checkpoints of hundreds of chargers are due at the same moment and take one statement.
    """
    rows = {checkpoint.charger_id: _row(checkpoint, states) for checkpoint, states in made}
    # No row updated means that it is the charger's first checkpoint: insert.
    if rows and connection.execute(_REPLACE, list(rows.values())).rowcount < len(rows):
        there = set(known(connection))
        if new := [row for charger_id, row in rows.items() if charger_id not in there]:
            connection.execute(_ADD, new)


def _row(checkpoint: Checkpoint, states: str) -> dict[str, Any]:
    at = checkpoint.at
    return {"charger": checkpoint.charger_id, "utc": at.utc, "mono": at.mono, "states": states}


def load(connection: Connection, charger_id: str, types: Mapping[str, Any]) -> Checkpoint | None:
    """Return the charger's checkpoint with the states of the actors in `types`, or None; raises `CodecError`."""
    row = connection.execute(select(checkpoints).where(checkpoints.c.charger_id == charger_id)).one_or_none()
    if row is None:
        return None
    states = parsed_object(row.states)
    at: Moment = structure({"utc": row.utc, "mono": row.mono}, Moment)
    known = {name: structure(states[name], wanted) for name, wanted in types.items() if name in states}
    return Checkpoint(charger_id, at, known)


def latest(connection: Connection) -> Moment | None:
    """Return the moment of the newest checkpoint, on both clocks of its process; unreadable times are ignored."""
    times = connection.execute(select(checkpoints.c.utc, checkpoints.c.mono))
    good = (row for row in times if isinstance(row.utc, float) and isinstance(row.mono, float))
    return max((Moment(row.utc, row.mono) for row in good), key=lambda at: at.mono, default=None)


def known(connection: Connection) -> list[str]:
    """Return the ids of the chargers that have a checkpoint."""
    return list(connection.scalars(select(checkpoints.c.charger_id)))


def remove(connection: Connection, charger_id: str) -> None:
    """Delete the charger's checkpoint."""
    connection.execute(delete(checkpoints).where(checkpoints.c.charger_id == charger_id))


def set_aside(connection: Connection, charger_id: str, reason: str) -> None:
    """Move the charger's checkpoint to `put_aside` for inspection; only the newest few rows are kept there."""
    row = connection.execute(select(checkpoints).where(checkpoints.c.charger_id == charger_id)).one_or_none()
    if row is None:
        return
    at = 0.0
    if isinstance(row.utc, float):
        at = row.utc
    aside.keep(connection, f"checkpoint {charger_id}", reason, row.states, at)
    remove(connection, charger_id)
