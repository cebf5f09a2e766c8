"""The present code opens the ledger of each earlier release and loses nothing of it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from custom_components.ev_charging_manager.adapters.recording.retirement import retire
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from custom_components.ev_charging_manager.ledger import Ledger
from custom_components.ev_charging_manager.ledger.codec import decode, encode
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES
from tests.domain.household import GITA, settings

from .make import CORRECTED, FILLED_CHARGER, PLAYED_CHARGER, ZONE

RELEASES = sorted(folder for folder in Path(__file__).parent.iterdir() if (folder / "ledger.sql").exists())


@pytest.fixture(params=RELEASES, ids=lambda folder: folder.name)
def release(request: pytest.FixtureRequest) -> Path:
    """The folder of a release."""
    folder: Path = request.param
    return folder


@pytest.fixture
def path(release: Path, tmp_path: Path) -> Path:
    """The ledger file as the release left it."""
    return restored(release, tmp_path / "ledger.db")


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    """The ledger, opened and upgraded by the present code."""
    with Ledger.open(path, ZONE) as opened:
        yield opened


@pytest.fixture
def expected(release: Path) -> Any:
    """What the release read from its ledger."""
    return json.loads((release / "expected.json").read_text(encoding="utf-8"))


def restored(release: Path, path: Path) -> Path:
    """Make the file from its SQL text."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((release / "ledger.sql").read_text(encoding="utf-8"))
    return path


def plain(value: Any) -> Any:
    return json.loads(encode(value))


def states_of(release: Path) -> Any:
    return json.loads((release / "states.json").read_text(encoding="utf-8"))


def missing(old: Any, new: Any, path: str = "") -> list[str]:
    """The paths of the values in `old` that `new` does not have at the same place."""
    if isinstance(old, dict):
        there = new if isinstance(new, dict) else {}
        pairs = [(f"{path}.{key}", value, there.get(key)) for key, value in old.items()]
    elif isinstance(old, list):
        items = new if isinstance(new, list) else []
        pairs = [(f"{path}[{at}]", value, items[at] if at < len(items) else None) for at, value in enumerate(old)]
    else:
        return [] if type(old) is type(new) and old == new else [path]
    return [lost for below, value, other in pairs for lost in missing(value, other, below)]


def leaves(data: Any) -> Counter[str]:
    """How often each value occurs in JSON data, wherever that is. Names of classes do not count."""
    if isinstance(data, Mapping):
        below = [value for key, value in data.items() if key != "$type"]
    elif isinstance(data, list):
        below = data
    else:
        return Counter([json.dumps(data)])
    return sum((leaves(value) for value in below), Counter())


def lost_values(release: Path, path: Path) -> Counter[str]:
    """The values of the stored states that are gone after the upgrade. All fields of the states are filled."""
    with Ledger.open(path, ZONE) as ledger:
        checkpoint = ledger.checkpoint(FILLED_CHARGER, CHECKPOINT_TYPES)
    kept = {} if checkpoint is None else plain(dict(checkpoint.states))
    lost: Counter[str] = Counter()
    for actor, state in states_of(release).items():
        lost += leaves(state) - leaves(kept.get(actor))
    return lost


def test_every_session_is_read_with_all_its_fields(ledger: Ledger, expected: Any) -> None:
    for session_id, old in expected["sessions"].items():
        assert missing(old, plain(ledger.session(session_id))) == [], session_id
        assert ledger.session(session_id) == decode(json.dumps(old), SessionRecord)
    for session_id, old in expected["measured"].items():
        assert missing(old, plain(ledger.measured(session_id))) == [], session_id


def test_the_sample_fills_every_field_of_a_session_so_that_a_lost_one_is_noticed(expected: Any) -> None:
    old = decode(json.dumps(expected["sessions"]["completed"]), SessionRecord)
    assert all(value is not None for value in plain(old).values())


def test_corrections_totals_and_owed_events_are_as_before(ledger: Ledger, expected: Any) -> None:
    assert missing(expected["corrections"], plain(ledger.corrections(CORRECTED))) == []
    for name in ("month_totals", "totals", "pending_events"):
        now = plain(getattr(ledger, name)())
        assert len(now) == len(expected[name])
        assert missing(expected[name], now) == []
    assert [record.session_id for record in ledger.running()] == expected["running"]
    assert sorted(ledger.checkpointed()) == expected["checkpointed"]


def test_totals_counted_again_are_those_of_the_release(ledger: Ledger, expected: Any) -> None:
    ledger.rebuild_totals()
    assert missing(expected["month_totals"], plain(ledger.month_totals())) == []


def test_no_value_of_a_stored_state_is_dropped(release: Path, path: Path) -> None:
    assert lost_values(release, path) == Counter()


@pytest.mark.parametrize("key", ["deadline", "away", "grace_until", "watched"])
def test_a_renamed_field_of_a_stored_state_would_be_noticed(release: Path, path: Path, key: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        change = "UPDATE checkpoints SET states = replace(states, ?, ?)"
        connection.execute(change, (f'"{key}":', f'"{key}_of_old":'))
    assert lost_values(release, path) != Counter()


def test_the_running_session_of_the_release_goes_on(ledger: Ledger) -> None:
    (running,) = ledger.running(PLAYED_CHARGER)
    retire(ledger, PLAYED_CHARGER, settings())
    ended = ledger.session(running.session_id)
    assert ended is not None
    assert ended.outcome is Outcome.COMPLETED
    assert (ended.energy_mwh, ended.cost_micro) == (500_000, 150_000)
    assert (ended.meter_start_mwh, ended.meter_end_mwh) == (500_000_000, 500_500_000)
    assert (ended.identity.user_id, ended.started_at) == (GITA.user_id, running.started_at)
    assert ended.max_power_w == 1_000.0


def test_what_the_release_put_aside_is_still_there(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT what, content FROM put_aside").fetchall()
    assert found == [("checkpoint unreadable", '{"session":"text"}')]
