"""Schema versions of the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.pricing.bill import PricingState
from custom_components.ev_charging_manager.domain.records import Identity, Window
from custom_components.ev_charging_manager.domain.session.active import Measured, Running
from custom_components.ev_charging_manager.domain.session.ending import Resumed
from custom_components.ev_charging_manager.domain.session.state import SessionState
from custom_components.ev_charging_manager.domain.session.windows import OpenWindow, Windows
from custom_components.ev_charging_manager.ledger import LedgerCorrupt, LedgerTooNew
from custom_components.ev_charging_manager.ledger.connection import Database
from custom_components.ev_charging_manager.ledger.migrations import FIRST, STEPS, migrate

from .making import ANNA, GUEST, NOBODY, commit, given_to, opened, session

NEWEST = FIRST + len(STEPS)


def asked(path: Path, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement, read directly with SQLite."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(statement).fetchall()
        connection.commit()
        return found
    finally:
        connection.close()


def version(path: Path) -> str:
    ((value,),) = asked(path, "SELECT value FROM meta WHERE key = 'schema_version'")
    return str(value)


def climbed(path: Path, *more: Callable[[Connection], None]) -> None:
    """Upgrade the file to a version with these additional steps."""
    database = Database(path, 1.0)
    try:
        migrate(database, (*STEPS, *more))
    finally:
        database.close()


def adds_colour(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE sessions ADD COLUMN colour TEXT DEFAULT 'red'")


def fails_halfway(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE half (x)")
    connection.exec_driver_sql("DELETE FROM sessions")
    raise ArithmeticError("the step failed")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one session."""
    made = tmp_path / "ledger.db"
    with opened(made) as ledger:
        ledger.commit([commit(session())])
    return made


def test_a_new_file_has_the_newest_version_and_opens_again(path: Path) -> None:
    assert version(path) == str(NEWEST)
    with opened(path) as ledger:
        assert ledger.session("s1") == session()


def test_a_step_keeps_what_is_recorded_and_is_taken_once(path: Path) -> None:
    climbed(path, adds_colour)
    climbed(path, adds_colour)
    assert version(path) == str(NEWEST + 1)
    assert asked(path, "SELECT session_id, colour FROM sessions") == [("s1", "red")]


def test_a_step_that_fails_leaves_the_file_as_the_step_before_it_did(path: Path) -> None:
    with pytest.raises(ArithmeticError):
        climbed(path, adds_colour, fails_halfway)
    assert version(path) == str(NEWEST + 1)
    assert asked(path, "SELECT session_id, colour FROM sessions") == [("s1", "red")]
    assert asked(path, "SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_a_file_of_a_newer_release_is_refused_and_left_alone(path: Path) -> None:
    climbed(path, adds_colour)
    before = path.read_bytes()
    with pytest.raises(LedgerTooNew, match=f"version {NEWEST + 1}"):
        opened(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    asked(tmp_path / "other.db", "CREATE TABLE recipes (cake TEXT)")
    with pytest.raises(LedgerCorrupt, match=r"other\.db"):
        opened(tmp_path / "other.db")


@pytest.mark.parametrize("said", ["DELETE FROM meta", "UPDATE meta SET value = 'many'", "UPDATE meta SET value = '0'"])
def test_a_ledger_without_a_valid_version_is_refused(path: Path, said: str) -> None:
    asked(path, said)
    with pytest.raises(LedgerCorrupt, match="version"):
        opened(path)


def as_version_1(path: Path) -> None:
    """Change the file to version 1: its corrections contain only an identity."""
    connection = sqlite3.connect(path)
    for number, before, after in connection.execute('SELECT id, "before", "after" FROM corrections').fetchall():
        said = [json.dumps({"identity": json.loads(text)["identity"]}) for text in (before, after)]
        connection.execute('UPDATE corrections SET "before" = ?, "after" = ? WHERE id = ?', (*said, number))
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()


def test_corrections_of_version_1_do_not_charge_the_new_user_the_guests_price(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    terms: dict[str, Any] = {"charge_price_micro": 2_000_000, "charge_price_method": "price", "soc_added_pct": 5.5}
    guests = session(identity=GUEST, **terms)
    with opened(path) as ledger:
        ledger.commit([commit(guests, session("s2", identity=GUEST, **terms), session("s3", identity=NOBODY))])
        for session_id, identity in (("s1", ANNA), ("s2", ANNA), ("s2", GUEST), ("s3", GUEST)):
            ledger.assign(session_id, given_to(identity), "user:abc", 9.5)
        totals = ledger.month_totals()
    as_version_1(path)
    with opened(path) as ledger:
        assert ledger.session("s1") == session(identity=ANNA)
        assert ledger.session("s2") == replace(session("s2", identity=GUEST), **terms)
        assert ledger.session("s3") == session("s3", identity=GUEST)
        assert ledger.measured("s1") == guests
        (only,) = ledger.corrections("s1")
        assert (only.before, only.after) == (guests.attribution, given_to(ANNA))
        assert ledger.month_totals() == totals
    assert version(path) == str(NEWEST)


# The running session of a checkpoint of version 2, each field with a value of its own.
RUNNING_OF_VERSION_2: dict[str, Any] = {
    "$type": "Running",
    "session_id": "garage-1",
    "charger_id": "garage",
    "charger_name": "Garage",
    "currency": "SEK",
    "started": {"$type": "Moment", "utc": 100.5, "mono": 10.5},
    "identity": {"$type": "Identity", "user_id": "anna", "user_name": "Anna \ud83d"},
    "stepped": {"$type": "Moment", "utc": 130.5, "mono": 40.5},
    "evidence_at": {"$type": "Moment", "utc": 140.5, "mono": 50.5},
    "energy_mwh": 1_250_000,
    "windows": {
        "$type": "Windows",
        "closed": [{"$type": "Window", "started_at": 101.0, "ended_at": 110.0}],
        "closed_s": 9.0,
        "open": {"$type": "OpenWindow", "started": {"utc": 120.5, "mono": 30.5}, "quiet_since": None, "step_s": 2.0},
    },
    "max_power_w": 11_040.5,
    "meter_start_mwh": 500_000_000,
    "meter_end_mwh": 501_250_000,
    "rejected": 3,
    "data_gap": True,
    "reconstructed": True,
    "tapped": {"$type": "Identity", "user_id": "ben", "user_name": "Ben"},
    "resumed": {
        "$type": "Resumed",
        "ended": {"utc": 111.5, "mono": 21.5},
        "at": {"utc": 112.5, "mono": 22.5},
        "energy_mwh": 700_000,
        "windows": {"$type": "Windows"},
    },
    "chosen": {"$type": "Identity", "user_id": "gus", "user_name": "Gus"},
}
RUNNING = Running(
    session_id="garage-1",
    charger_id="garage",
    charger_name="Garage",
    currency="SEK",
    started=Moment(100.5, 10.5),
    identity=Identity("anna", "Anna \ud83d"),
    measured=Measured(
        stepped=Moment(130.5, 40.5),
        evidence_at=Moment(140.5, 50.5),
        energy_mwh=1_250_000,
        windows=Windows((Window(101.0, 110.0),), 9.0, OpenWindow(Moment(120.5, 30.5), step_s=2.0)),
        max_power_w=11_040.5,
        meter_end_mwh=501_250_000,
        rejected=3,
    ),
    meter_start_mwh=500_000_000,
    data_gap=True,
    reconstructed=True,
    tapped=Identity("ben", "Ben"),
    resumed=Resumed(Moment(111.5, 21.5), Moment(112.5, 22.5), 700_000, Windows()),
    chosen=Identity("gus", "Gus"),
)


def with_checkpoint_of_version_2(path: Path, states: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM checkpoints")
    connection.execute(
        "INSERT INTO checkpoints (charger_id, utc, mono, states) VALUES ('garage', 150.5, 60.5, ?)", (states,)
    )
    connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("times", [1, 2])
def test_a_running_session_of_version_2_is_read_with_nothing_lost(path: Path, times: int) -> None:
    states = {"pricing": {"$type": "PricingState"}, "session": {"waiting": True, "running": RUNNING_OF_VERSION_2}}
    with_checkpoint_of_version_2(path, json.dumps(states))
    for _ in range(times):
        asked(path, "UPDATE meta SET value = '2' WHERE key = 'schema_version'")
        with opened(path) as ledger:
            kept = ledger.checkpoint("garage", {"session": SessionState, "pricing": PricingState})
        assert kept is not None
        assert kept.at == Moment(150.5, 60.5)
        assert kept.states == {"session": SessionState(waiting=True, running=RUNNING), "pricing": PricingState()}


def test_the_migration_moves_each_field_of_a_running_session_of_version_2() -> None:
    kept = {each.name for kind in (Running, Measured) for each in fields(kind)} - {"measured"}
    assert kept == RUNNING_OF_VERSION_2.keys() - {"$type"}


@pytest.mark.parametrize(
    "states",
    [
        "",
        "{torn",
        "null",
        "[1]",
        '"session"',
        '{"pricing": {}}',
        '{"session": null}',
        '{"session": "idle"}',
        '{"session": {"running": null}}',
        '{"session": {"running": [1]}}',
        '{"session": {"running": {"measured": {}}}}',
        "[" * 100_000,
    ],
    ids=lambda states: states[:40],
)
def test_a_checkpoint_without_a_readable_running_session_stays_as_it_is(path: Path, states: str) -> None:
    with_checkpoint_of_version_2(path, states)
    climbed(path)
    assert asked(path, "SELECT states FROM checkpoints") == [(states,)]
    assert version(path) == str(NEWEST)
