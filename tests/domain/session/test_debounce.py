"""Contradictory signs are settled before anybody acts on them, and nothing that came meanwhile is lost."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY, CardReading
from custom_components.ev_charging_manager.domain.evidence import Evidence, Signals, evidence, flow
from custom_components.ev_charging_manager.domain.household import Role, Settings
from custom_components.ev_charging_manager.domain.messages import CardRead, Observed, Settled
from custom_components.ev_charging_manager.domain.metering.fold import CounterFold, Fold
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.session.debounce import SettlingState, observe, woken

from ..household import ANNAS_SLOT, GO_E, PLUG_AND_TOTAL, POWER_ALONE, at, card_of, settings

HOUSE = settings()
IDLE = Signals(plug=False, locked=False, status=CarStatus.IDLE, card=NOBODY)
PLUGGED = Signals(plug=True, locked=True, status=CarStatus.CONNECTED, card=NOBODY)


class Signs:
    """A debouncer that is shown signals."""

    def __init__(self, house: Settings = HOUSE, start: Signals = IDLE) -> None:
        self.house = house
        self.state = SettlingState()
        self.show(0, start)

    def show(self, seconds: float, signals: Signals, **more: Any) -> tuple[CardRead | Settled, ...]:
        """Show the signals as they are at a time."""
        self.state, said = observe(self.state, Observed(at(seconds), signals, **more), self.house)
        return said

    def wake(self, seconds: float) -> tuple[CardRead | Settled, ...]:
        """Let time pass."""
        self.state, said = woken(self.state, at(seconds))
        return said


def _fold(first: int, last: int) -> Fold:
    return Fold(at(0), at(1), session=CounterFold(first, last, last - first))


def _settled(said: tuple[CardRead | Settled, ...]) -> Settled:
    (one,) = (one for one in said if isinstance(one, Settled))
    return one


def test_what_agrees_is_settled_at_once() -> None:
    settled = _settled(Signs().show(10, PLUGGED))
    assert (settled.connected, settled.since, settled.locked, settled.flow) == (True, at(10), True, False)


def test_a_contradiction_is_held_back_and_what_agrees_later_is_dated_when_it_began() -> None:
    signs = Signs()
    assert signs.show(10, Signals(True, False, CarStatus.IDLE, card=NOBODY), fold=_fold(0, 5)) == ()
    assert signs.show(10.5, Signals(True, True, CarStatus.IDLE, card=NOBODY), before=_fold(5, 7)) == ()
    settled = _settled(signs.show(11, PLUGGED, fold=_fold(7, 9)))
    assert (settled.connected, settled.since) == (True, at(10))
    assert settled.fold is not None
    assert settled.fold.session == CounterFold(0, 9, 9)


def test_after_the_debounce_the_plug_is_believed() -> None:
    signs = Signs(start=PLUGGED)
    signs.show(10, Signals(False, True, CarStatus.CHARGING, card=NOBODY))
    assert signs.state.deadline == at(12).mono
    assert signs.wake(11.9) == ()
    settled = _settled(signs.wake(12))
    assert (settled.connected, settled.since, settled.at) == (False, at(10), at(12))


def test_a_contradiction_that_goes_away_again_changed_nothing() -> None:
    signs = Signs(start=PLUGGED)
    signs.show(10, Signals(False, True, CarStatus.CHARGING, card=NOBODY), fold=_fold(0, 5))
    settled = _settled(signs.show(10.2, PLUGGED))
    assert (settled.connected, settled.since) == (True, at(0))
    assert settled.fold is not None
    assert signs.state.doubt is None


def test_a_lock_that_is_lost_with_the_plug_off_is_waited_for() -> None:
    signs = Signs(start=PLUGGED)
    assert signs.show(10, Signals(False, None, CarStatus.IDLE, card=NOBODY)) == ()
    assert _settled(signs.wake(12)).connected is False


def test_a_card_within_a_contradiction_comes_before_the_plug_that_it_belongs_to() -> None:
    signs = Signs()
    signs.show(10, Signals(True, False, CarStatus.IDLE, card=card_of(ANNAS_SLOT)))
    said = signs.show(11, Signals(True, True, CarStatus.CONNECTED, card=card_of(ANNAS_SLOT)))
    assert [type(one) for one in said] == [CardRead, Settled]


def test_a_card_that_is_taken_away_with_the_plug_comes_after_it() -> None:
    signs = Signs(start=Signals(True, True, CarStatus.CONNECTED, card=card_of(ANNAS_SLOT)))
    assert [type(one) for one in signs.show(10, IDLE)] == [Settled, CardRead]


def test_a_snapshot_repeats_the_card() -> None:
    signs = Signs()
    assert not any(isinstance(one, CardRead) for one in signs.show(10, IDLE))
    (card,) = (one for one in signs.show(11, IDLE, snapshot=True) if isinstance(one, CardRead))
    assert card.repeated


def test_a_return_of_home_assistant_is_told_at_once_even_if_the_signals_contradict_each_other() -> None:
    signs = Signs()
    told = _settled(signs.show(10, Signals(True, False, CarStatus.IDLE), snapshot=True, restarted=True))
    assert (told.connected, told.restarted, told.fold) == (None, True, None)
    assert not _settled(signs.wake(12)).restarted


def test_power_alone_waits_for_the_idle_timeout_without_holding_anything_back() -> None:
    signs = Signs(settings(POWER_ALONE), Signals(flowing=True))
    passed = _settled(signs.show(100, Signals(flowing=False)))
    assert (passed.connected, passed.flow) == (True, False)
    passed = _settled(signs.show(200, Signals(flowing=False), fold=_fold(0, 3)))
    assert (passed.connected, passed.fold) == (True, _fold(0, 3))
    ended = _settled(signs.wake(400))
    assert (ended.connected, ended.since, ended.fold) == (False, at(100), None)


def test_power_that_returns_within_the_idle_timeout_ended_nothing() -> None:
    signs = Signs(settings(POWER_ALONE), Signals(flowing=True))
    signs.show(100, Signals(flowing=False))
    assert _settled(signs.show(300, Signals(flowing=True))).connected is True
    assert signs.wake(500) == ()


def test_nothing_known_is_neither_connected_nor_not() -> None:
    assert _settled(Signs(start=PLUGGED).show(10, Signals(metered=False))).connected is None


@pytest.mark.parametrize(
    ("signals", "connected", "waits"),
    [
        (Signals(plug=True, locked=True, status=CarStatus.COMPLETE), True, 0.0),
        (Signals(plug=True, locked=True), True, 0.0),
        (Signals(status=CarStatus.CHARGING), True, 0.0),
        (Signals(status=CarStatus.IDLE, locked=False), False, 0.0),
        (Signals(status=CarStatus.IDLE), False, 2.0),
        (Signals(plug=True, status=CarStatus.IDLE), True, 2.0),
        (Signals(plug=False, status=CarStatus.CONNECTED), False, 2.0),
        (Signals(flowing=True), None, 0.0),
        (Signals(), None, 0.0),
    ],
)
def test_the_plug_is_the_best_evidence_then_the_status(signals: Signals, connected: bool | None, waits: float) -> None:
    assert evidence(signals, HOUSE) == Evidence(connected, waits)


def test_a_plug_that_is_computed_from_the_status_says_nothing_without_it() -> None:
    house = settings(GO_E, plug_follows_status=True)
    assert evidence(Signals(plug=False, locked=False), house).connected is None
    assert evidence(Signals(plug=True, locked=False), house).connected is None
    assert evidence(PLUGGED, house).connected is True


def test_a_charger_with_a_plug_is_never_judged_by_its_power() -> None:
    assert evidence(Signals(flowing=True), settings(PLUG_AND_TOTAL | {Role.POWER})).connected is None


def test_flow_is_told_by_the_status_and_else_by_the_power() -> None:
    assert flow(Signals(status=CarStatus.CHARGING, flowing=False)) is True
    assert flow(Signals(status=CarStatus.COMPLETE, flowing=True)) is False
    assert flow(Signals(flowing=True)) is True
    assert flow(Signals(card=CardReading(NOBODY.kind))) is None
