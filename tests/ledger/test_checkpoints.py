"""Checkpoints."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.ledger import CodecError

from .making import commit, opened, session


@dataclass(frozen=True, slots=True)
class Idle:
    pass


@dataclass(frozen=True, slots=True)
class Busy:
    since: float


type State = Idle | Busy


@dataclass(frozen=True, slots=True)
class Other:
    since: str


def test_a_checkpoint_comes_back_with_the_states_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    at = Moment(1_767_225_600.123456, 98_765.4321)
    with opened(path) as ledger:
        ledger.commit([Commit(Checkpoint("garage", at, {"session": Idle(), "pricing": None}))])
        ledger.commit([Commit(Checkpoint("garage", at, {"session": Busy(5.5), "pricing": None}))])
    with opened(path) as ledger:
        types = {"session": State, "newer": State}
        assert ledger.checkpoint("garage", types) == Checkpoint("garage", at, {"session": Busy(5.5)})
        assert ledger.checkpoint("yard", types) is None


def test_of_two_checkpoints_of_a_charger_in_one_transaction_the_later_counts(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        for first in (Busy(1.5), Busy(3.5)):
            ledger.commit([commit(session=first), commit(session=Idle(), charger_id="yard"), commit(session=Busy(2.5))])
            found = ledger.checkpoint("garage", {"session": State})
            assert found is not None
            assert found.states == {"session": Busy(2.5)}


def test_a_deleted_checkpoint_is_gone(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session=Idle()), commit(session=Idle(), charger_id="yard")])
        ledger.delete_checkpoint("garage")
        assert ledger.checkpoint("garage", {"session": State}) is None
        assert ledger.checkpoint("yard", {"session": State}) is not None


def test_a_checkpoint_that_cannot_be_read_is_put_aside_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session=Busy(5.5))])
        assert ledger.checkpoint("garage", {"session": Other}) is None
        assert "garage" in caplog.text
        assert "since" in caplog.text
        assert ledger.checkpoint("garage", {"session": State}) is None
        ledger.commit([commit(session=Busy(6.5))])
        found = ledger.checkpoint("garage", {"session": State})
    assert found is not None
    assert found.states == {"session": Busy(6.5)}


@pytest.mark.parametrize("states", ["", "[]", '{"session": {"$type": "Flying"}}', '{"session": 5}'])
def test_states_with_any_content_raise_no_error(tmp_path: Path, states: str) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session=Busy(5.5))])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE checkpoints SET states = ?", (states,))
        connection.commit()
    with opened(path) as ledger:
        assert ledger.checkpoint("garage", {"session": State}) is None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT what, content FROM put_aside").fetchall() == [("checkpoint garage", states)]


def test_a_state_that_cannot_be_written_names_its_actor_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        with pytest.raises(CodecError, match=r"garage.*resolver"):
            ledger.commit([commit(session()), commit(resolver=object())])
        assert ledger.session("s1") is None
