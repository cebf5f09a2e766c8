"""Failing steps, a failing ledger, a full queue: no energy and no cost is lost or counted twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.messages import (
    CardRead,
    Delivered,
    Finished,
    IdentityKnown,
    Observed,
    Priced,
    Settled,
)
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.runtime.stage import Stage

from ..domain.household import ANNAS_SLOT, BENS_SLOT, GO_E, NO_TOTAL, settings
from .driver import Charger

type When = Callable[[Any], bool]


def bomb(name: str, when: When, times: int = 1) -> Callable[[Sequence[Stage[Any]]], Sequence[Stage[Any]]]:
    """Make one actor raise at the messages that match, this many times."""
    left = times

    def armed(stage: Stage[Any]) -> Stage[Any]:
        step = stage.step

        def explode(state: Any, message: Any) -> Any:
            nonlocal left
            if left and when(message):
                left -= 1
                raise RuntimeError("boom")
            return step(state, message)

        return replace(stage, step=explode) if stage.name == name else stage

    return lambda chain: tuple(armed(stage) for stage in chain)


def _plugged(message: Any) -> bool:
    return isinstance(message, Settled) and message.connected is True


def _unplugged(message: Any) -> bool:
    return isinstance(message, Settled) and message.connected is False


def _fold(message: Any) -> bool:
    return isinstance(message, Settled) and message.fold is not None and not message.snapshot


def _observed_off(message: Any) -> bool:
    return isinstance(message, Observed) and message.signals.plug is False


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("debouncer", lambda message: isinstance(message, Observed) and message.signals.plug is True),
        ("resolver", lambda message: isinstance(message, CardRead)),
        ("resolver", _plugged),
        ("session", _plugged),
        ("session", lambda message: isinstance(message, IdentityKnown)),
    ],
    ids=["debouncer plug-on", "resolver card", "resolver plug-on", "session plug-on", "session card"],
)
def test_a_lost_message_of_an_arrival_is_made_up_for_by_the_snapshot(name: str, when: When) -> None:
    charger = Charger(wrap=bomb(name, when))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    record = charger.only()
    assert len(charger.runner.faults) == 1
    assert (record.energy_mwh, record.identity.user_id) == (2_000_000, "anna")


@pytest.mark.parametrize(
    ("name", "when"),
    [("debouncer", _observed_off), ("resolver", _unplugged), ("session", _unplugged)],
    ids=["debouncer", "resolver", "session"],
)
def test_a_lost_plug_off_leaves_no_session_open(name: str, when: When) -> None:
    charger = Charger(wrap=bomb(name, when))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    assert len(charger.runner.faults) == 1
    assert charger.only().energy_mwh == 2_000_000


def test_energy_of_a_fold_that_was_lost_is_counted_with_the_next() -> None:
    charger = Charger(wrap=bomb("session", _fold, times=3))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    assert len(charger.runner.faults) == 3
    assert charger.only().energy_mwh == 2_000_000


def _resets(message: Any) -> bool:
    fold = message.fold if isinstance(message, Settled) else None
    return fold is not None and fold.session is not None and fold.session.resets > 0


@pytest.mark.parametrize("roles", [NO_TOTAL, GO_E], ids=["no total", "with a total"])
def test_a_lost_message_with_a_last_step_and_a_reset_leaves_a_data_gap(roles: frozenset[Role]) -> None:
    charger = Charger(settings(roles), wrap=bomb("session", _resets))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        charger.deliver(0.05)
        charger.reset()
        charger.deliver(0.02)
    charger.advance(60)
    charger.leave()
    assert len(charger.runner.faults) == 1
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_020_000, True)


def test_a_lost_message_with_a_reset_alone_leaves_no_data_gap_where_a_total_shows_it() -> None:
    charger = Charger(wrap=bomb("session", _resets))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        charger.reset()
        charger.deliver(0.02)
    charger.advance(60)
    charger.leave()
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_020_000, False)


def test_a_pipeline_that_restarts_from_before_a_reset_leaves_a_data_gap() -> None:
    charger = Charger(settings(NO_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.runner.marker()
    kept = charger.ledger.kept
    charger.advance(60)
    charger.deliver(0.3)
    charger.reset()
    charger.advance(60)
    charger.deliver(0.1)
    charger.ledger.kept = kept
    charger.restart_pipeline()
    charger.advance(60)
    charger.leave()
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_100_000, True)


def test_a_session_that_cannot_be_priced_is_recorded_without_a_cost_and_flagged() -> None:
    charger = Charger(wrap=bomb("pricing", lambda message: isinstance(message, Finished)))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    record = charger.only()
    assert (record.energy_mwh, record.cost_micro, record.faulted) == (2_000_000, None, True)
    assert "session_completed" in charger.names()


def test_a_part_that_could_not_be_priced_is_priced_at_the_end_and_leaves_a_data_gap() -> None:
    charger = Charger(wrap=bomb("pricing", lambda message: isinstance(message, Delivered), times=2))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    record = charger.only()
    assert record.data_gap
    assert record.cost_micro == sum(part.cost_micro or 0 for part in record.intervals)
    assert record.cost_micro == pytest.approx(600_000, abs=len(record.intervals))
    assert sum(part.energy_mwh for part in record.intervals) == 2_000_000


def test_a_session_that_cannot_be_compared_is_recorded_and_flagged() -> None:
    charger = Charger(wrap=bomb("validator", lambda message: isinstance(message, Priced)))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0)
    charger.leave()
    assert (charger.only().cost_micro, charger.only().faulted) == (600_000, True)


def test_a_raising_validator_of_the_next_session_does_not_touch_this_one() -> None:
    charger = Charger(wrap=bomb("validator", lambda message: isinstance(message, Priced)))
    for _ in range(2):
        charger.plug_in(card=ANNAS_SLOT)
        charger.charge(2.0)
        charger.leave()
    assert [record.faulted for record in charger.completed] == [True, False]


@pytest.mark.parametrize("failures", [1, 3, 20])
def test_a_ledger_that_fails_for_a_while_records_each_session_once(failures: int) -> None:
    charger = Charger()
    charger.ledger.fail = failures
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(2.0, seconds=60, steps=6)
    charger.leave()
    charger.advance(120)
    assert charger.only().energy_mwh == 2_000_000
    assert charger.names().count("session_started") == 1
    assert charger.names().count("session_completed") == 1
    assert charger.lines().count("it is tried again") == 1
    assert charger.lines().count("takes sessions again") == 1


def test_nothing_is_announced_before_it_is_durable() -> None:
    charger = Charger()
    charger.ledger.fail = 5
    charger.plug_in(card=ANNAS_SLOT)
    assert "session_started" not in charger.names()
    charger.advance(60)
    assert "session_started" in charger.names()


def test_a_crash_while_the_ledger_fails_records_the_session_once() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.ledger.fail = 1_000
    charger.charge(1.0, seconds=600)
    charger.leave()
    charger.ledger.fail = 0
    charger.crash()
    charger.start()
    charger.advance(60)
    assert charger.only().energy_mwh == 2_000_000


def test_an_overflow_keeps_the_energy_and_leaves_a_data_gap() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.full = True
    charger.status(CarStatus.CHARGING)
    charger.deliver(0.3)
    charger.status(CarStatus.COMPLETE)
    charger.full = False
    charger.advance(5)
    charger.leave()
    assert charger.ingestor is not None
    assert charger.ingestor.overflows == 2
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_300_000, True)


def test_a_plug_off_that_found_no_room_ends_the_session_all_the_same() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.full = True
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
        charger.card(NOBODY)
    charger.full = False
    charger.advance(10)
    assert charger.only().energy_mwh == 1_000_000
    charger.plug_in(card=BENS_SLOT)
    charger.charge(1.0)
    charger.leave()
    assert [record.identity.user_id for record in charger.completed] == ["anna", "ben"]
