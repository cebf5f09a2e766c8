"""The schema version, and the steps from an older version to the newest. Each step is one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, inspect, select, text, update

from .connection import Database
from .errors import LedgerCorrupt, LedgerTooNew
from .schema import meta, metadata

FIRST = 1
_VERSION = "schema_version"

type Step = Callable[[Connection], None]


def _corrections_say_what_follows(connection: Connection) -> None:
    """Version 2: a correction also contains the user's price and the car's state of charge.

    A correction of version 1 kept the price that was measured for another user. The price for the new user was not
    stored, so it becomes unknown unless the session was measured for the same user.
    """
    measured = "charge_price_micro, charge_price_method, soc_added_pct, user_id, vehicle_id"
    joined = "corrections JOIN sessions ON sessions.number = corrections.session"
    found = connection.execute(text(f'SELECT id, "before", "after", {measured} FROM {joined}')).mappings().all()
    change = text('UPDATE corrections SET "before" = :before, "after" = :after WHERE id = :id')
    for row in found:
        attributions = {key: json.dumps(_with_what_follows(json.loads(row[key]), row)) for key in ("before", "after")}
        connection.execute(change, {"id": row["id"], **attributions})


def _with_what_follows(attribution: dict[str, Any], measured: Any) -> dict[str, Any]:
    who = attribution.get("identity") or {}
    same = who.get("user_id") is not None and who.get("user_id") == measured["user_id"]
    same_car = who.get("vehicle_id") == measured["vehicle_id"]
    return attribution | {
        "charge_price_micro": measured["charge_price_micro"] if same else None,
        "charge_price_method": measured["charge_price_method"] if same else None,
        "soc_added_pct": measured["soc_added_pct"] if same_car else None,
    }


_MEASURED = ("stepped", "evidence_at", "energy_mwh", "windows", "max_power_w", "meter_end_mwh", "rejected")


def _checkpoints_hold_what_is_measured_apart(connection: Connection) -> None:
    """Version 3: in a checkpoint, the running session holds what changes each second as one value, `measured`.

    A checkpoint that is not JSON, or has no running session, stays as it is; so does one of version 3.
    """
    found = connection.execute(text("SELECT charger_id, states FROM checkpoints")).all()
    change = text("UPDATE checkpoints SET states = :states WHERE charger_id = :charger_id")
    for charger_id, states in found:
        changed = _with_measured(states)
        if changed is not None:
            connection.execute(change, {"charger_id": charger_id, "states": changed})


def _with_measured(states: Any) -> str | None:
    """Return the states of a checkpoint as JSON with `measured`; None if there is nothing to change."""
    try:
        changed = json.loads(states)
        running = changed["session"]["running"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    if not isinstance(running, dict) or "measured" in running:
        return None
    running["measured"] = {"$type": "Measured"} | {key: running.pop(key) for key in _MEASURED if key in running}
    return json.dumps(changed)


# STEPS[0] leads from version 1 to 2 and so on. Never edit a released step. A step names the tables and columns of its
# time literally, because `schema.py` describes only the newest version, which a new file gets immediately.
STEPS: tuple[Step, ...] = (_corrections_say_what_follows, _checkpoints_hold_what_is_measured_apart)


NEWEST = FIRST + len(STEPS)


def migrate(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Upgrade the file to the newest version; create the tables in an empty one.

    Raises `LedgerTooNew` for a file of a newer release, and `LedgerCorrupt` for a file that is not a ledger.
    """
    newest = FIRST + len(steps)
    version = _version(database)
    if version is None:
        _create(database, newest)
    elif version > newest:
        raise LedgerTooNew(
            f"Ledger {database.path} was written by a newer release (schema version {version}, supported: {newest}). "
            "Install that release again"
        )
    else:
        _climb(database, version, steps)


def _version(database: Database) -> int | None:
    """Return the file's version; None for an empty file."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if meta.name not in tables:
            raise LedgerCorrupt(f"Ledger {database.path} is a database of another program")
        value = connection.scalar(select(meta.c.value).where(meta.c.key == _VERSION))
    if value is None or not value.isdecimal() or int(value) < FIRST:
        raise LedgerCorrupt(f"Ledger {database.path} has no valid schema version")
    return int(value)


def _create(database: Database, version: int) -> None:
    with database.writing() as connection:
        metadata.create_all(connection)
        connection.execute(meta.insert().values(key=_VERSION, value=str(version)))


def _climb(database: Database, version: int, steps: Sequence[Step]) -> None:
    for reached, step in enumerate(steps[version - FIRST :], version + 1):
        with database.writing() as connection:
            step(connection)
            connection.execute(update(meta).where(meta.c.key == _VERSION).values(value=str(reached)))


def catch_up(connection: Connection, version: int | None) -> None:
    """Convert rows of an older version that were copied into the newest tables.

    A step that changes tables must therefore tolerate a repetition. If the version is unknown, the rows stay unchanged.
    """
    for step in STEPS[(version or NEWEST) - FIRST :]:
        step(connection)
