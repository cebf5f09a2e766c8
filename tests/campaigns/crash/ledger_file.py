"""Checks of the ledger's file after a campaign, without the integration: content that must never be in it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.demo.recorded import LEDGER_FILE

_CHECKS = {
    "sessions whose intervals do not add up to their energy": """
        SELECT s.session_id FROM sessions s LEFT JOIN intervals i ON i.session = s.number
        GROUP BY s.number HAVING s.outcome = 'completed' AND coalesce(sum(i.energy_mwh), 0) <> s.energy_mwh""",
    "sessions whose intervals do not add up to their cost": """
        SELECT s.session_id FROM sessions s JOIN intervals i ON i.session = s.number WHERE s.outcome = 'completed'
        GROUP BY s.number HAVING sum(i.cost_micro) <> s.cost_micro""",
    "sessions that overlap another of their charger": """
        SELECT a.session_id FROM sessions a JOIN sessions b ON a.charger_id = b.charger_id AND a.number <> b.number
        WHERE a.started_at < b.started_at AND coalesce(a.ended_at, 1e12) > b.started_at""",
    "months that are not the sum of their shares": """
        SELECT t.month FROM month_totals t WHERE t.energy_mwh <> (SELECT sum(s.energy_mwh) FROM shares s
        WHERE s.charger_id = t.charger_id AND s.payer = t.payer AND s.month = t.month AND s.currency = t.currency)""",
    "completed sessions that are in no month": """
        SELECT session_id FROM sessions WHERE outcome = 'completed' AND energy_mwh > 0
        AND number NOT IN (SELECT session FROM shares)""",
    "events that were never fired": "SELECT kind || ' of ' || session_id FROM outbox WHERE fired_at IS NULL",
    "things that were put aside": "SELECT what || ': ' || reason FROM put_aside",
}


def complaints(config: Path) -> list[str]:
    """Return the mistakes in words; nothing if the file is correct."""
    file = config / LEDGER_FILE
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        return [*_broken(database), *_wrong(database), *_orphans(database)]


def _broken(database: sqlite3.Connection) -> Iterator[str]:
    for (answer,) in database.execute("PRAGMA integrity_check"):
        if answer != "ok":
            yield f"the file is damaged: {answer}"
    for row in database.execute("PRAGMA foreign_key_check"):
        yield f"a row points nowhere: {row}"


def _wrong(database: sqlite3.Connection) -> Iterator[str]:
    for what, query in _CHECKS.items():
        for (which,) in database.execute(query):
            yield f"{what}: {which}"


def _orphans(database: sqlite3.Connection) -> Iterator[str]:
    """Compare the checkpoints with the running records: both must contain the same sessions."""
    running: dict[str, set[str]] = {}
    for charger, session_id in database.execute("SELECT charger_id, session_id FROM sessions WHERE ended_at IS NULL"):
        running.setdefault(charger, set()).add(session_id)
    rows = database.execute("SELECT charger_id, states FROM checkpoints")
    kept = {charger: _running_in(states) for charger, states in rows}
    for charger in running.keys() | kept.keys():
        recorded, held = running.get(charger, set()), kept.get(charger, set())
        if recorded != held:
            yield f"orphaned: {charger} runs {held or None} in its checkpoint and {recorded or None} in the ledger"


def _running_in(states: str) -> set[str]:
    session: dict[str, Any] = json.loads(states)["session"]
    running: dict[str, Any] | None = session.get("running")
    if running:
        return {running["session_id"]}
    return set()
