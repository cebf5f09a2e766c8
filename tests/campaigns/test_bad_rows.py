"""Rows as a newer release, manual edits or a bad disk leave them: a bad row hides no other row."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.records import Outcome
from custom_components.ev_charging_manager.ledger import Ledger, LedgerError
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES
from tests.campaigns.garbage import data, number, text
from tests.ledger.making import ANNA, GUEST, MARCH_NOON, NOBODY, commit, completed, given_to, opened, session

HOUR = 3_600
SESSIONS = 12
JSON_COLUMNS = {"more", "windows", "payload", "states", "before", "after"}
TABLES = ("sessions", "intervals", "corrections", "month_totals", "shares", "payers", "checkpoints", "outbox", "meta")
# A ledger without these is empty. Another test covers the row with the release.
LEFT_ALONE = {"session_id", "number", "session", "id", "key", "started_at"}


def filled(path: Path) -> Path:
    """Create sessions of every user, a corrected one, a running one; pending events, and a checkpoint."""
    with opened(path) as ledger:
        for n in range(SESSIONS):
            record = session(f"s{n}", MARCH_NOON + n * HOUR, quarters=2, identity=(ANNA, GUEST, NOBODY)[n % 3])
            ledger.commit([commit(record, events=[completed(f"s{n}")], resolver={"a": 1})])
        ledger.commit([commit(session("running", MARCH_NOON + 99 * HOUR, outcome=Outcome.RUNNING, ended_at=None))])
        ledger.assign("s2", given_to(ANNA), "somebody", MARCH_NOON + 100 * HOUR)
    return path


def value(draw: Random, column: str, before: Any) -> Any:
    """Return a value that replaces the content of a column."""
    if column in JSON_COLUMNS and _is_json(before) and draw.random() < 0.7:
        return _other_json(draw, json.loads(before))
    kind = draw.randrange(5)
    if kind == 0:
        return draw.choice((None, b"\xff\xfe\x00", b"", 2**50, -(2**50)))
    said = text(draw).encode("utf-8", "replace").decode()
    return (number_for_sqlite(draw), said, f"a word of a newer release {draw.randrange(9)}", "")[kind - 1]


def _is_json(before: Any) -> bool:
    """A cell may be damaged twice."""
    try:
        return isinstance(before, str) and json.loads(before) is not None
    except ValueError:
        return False


def number_for_sqlite(draw: Random) -> float:
    found = number(draw)
    if abs(found) < 2**63:
        return found
    return 0.5


def _other_json(draw: Random, found: Any) -> str:
    """Return the mapping with one key more, one less, or another kind of value."""
    if isinstance(found, dict):
        for _ in range(draw.randrange(1, 4)):
            found[draw.choice([*found, text(draw), "$type"])] = data(draw, 2)
        if found and draw.random() < 0.5:
            found.pop(draw.choice(list(found)))
    else:
        found = draw.choice((data(draw), [*found, data(draw, 1)] if isinstance(found, list) else found))
    return json.dumps(found)


def spoil(path: Path, draw: Random) -> set[str]:
    """Change some cells; return the sessions with an unchanged row, unchanged intervals and an unchanged correction."""
    touched: set[int] = set()
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.row_factory = sqlite3.Row
        file.execute("PRAGMA ignore_check_constraints = ON")
        ids = {row["number"]: row["session_id"] for row in file.execute("SELECT number, session_id FROM sessions")}
        for _ in range(draw.randrange(1, 6)):
            table = draw.choice(TABLES)
            touched.update(_spoil_cell(file, table, draw))
        return {session_id for key, session_id in ids.items() if key not in touched}


def _spoil_cell(file: sqlite3.Connection, table: str, draw: Random) -> set[int]:
    rows = "WHERE key = 'zone'" if table == "meta" else ""
    row = draw.choice(file.execute(f"SELECT * FROM {table} {rows}").fetchall())
    column = draw.choice([name for name in row.keys() if name not in LEFT_ALONE] or [row.keys()[-1]])  # noqa: SIM118
    same = " AND ".join(f'"{name}" IS ?' for name in row.keys())  # noqa: SIM118
    try:
        said = value(draw, column, row[column])
        file.execute(f'UPDATE {table} SET "{column}" = ? WHERE {same}', (said, *tuple(row)))
    except sqlite3.IntegrityError:
        return set()
    keys = set(row.keys())
    if keys & {"number", "session"}:
        return {row["number" if table == "sessions" else "session"]}
    return set()


def depended_on(ledger: Ledger) -> list[Callable[[], Any]]:
    """The calls that set-up and recording need: each must succeed, regardless of damaged rows."""
    return [
        ledger.running, ledger.month_totals, ledger.last_of_each, ledger.pending_events, ledger.checkpointed,
        ledger.last_sessions, ledger.latest_checkpoint, ledger.totals, ledger.rebuild_totals,
        lambda: ledger.checkpoint("garage", CHECKPOINT_TYPES),
        lambda: ledger.commit([commit(session("later", MARCH_NOON + 200 * HOUR))]),
    ]  # fmt: skip


def asked_for_one(ledger: Ledger) -> list[Callable[[], Any]]:
    """The calls about one session, which may be unreadable."""
    return [
        lambda: ledger.session("s1"), lambda: ledger.measured("s2"), lambda: ledger.corrections("s2"),
        lambda: ledger.assign("s3", given_to(GUEST), "somebody", MARCH_NOON),
        lambda: ledger.user_month("anna", "2026-03"), ledger.integrity,
    ]  # fmt: skip


def asked(path: Path, whole: set[str]) -> int:
    """Make all calls; return how many were refused with an error of the ledger."""
    refused = 0
    with opened(path) as ledger:
        listed = {record.session_id for record in ledger.history(limit=100).sessions}
        assert whole - {"running"} <= listed, "an unchanged session is hidden"
        for question in asked_for_one(ledger):
            try:
                question()
            except LedgerError:
                refused += 1
        for question in depended_on(ledger):
            question()
        assert ledger.session("later") is not None, "nothing can be recorded any more"
    return refused


@pytest.mark.timeout(1_800)
def test_bad_rows_hide_no_others_and_stop_no_recording(tmp_path: Path, long: bool, tell: Callable[[str], None]) -> None:
    whole_file = filled(tmp_path / "whole.db")
    draw, rounds, refused = Random(1), 4_000 if long else 120, 0
    for _ in range(rounds):
        path = tmp_path / "spoiled.db"
        shutil.copy(whole_file, path)
        refused += asked(path, spoil(path, draw))
        path.unlink()
    tell(f"bad rows: {rounds} spoiled ledgers, {refused} questions refused, no session hidden that was whole")
