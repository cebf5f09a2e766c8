"""Contradictory signals are settled before they have an effect, and messages that arrive meanwhile are not lost."""

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


class Debouncer:
    """A debouncer in one household, fed with signals."""

    def __init__(self, house: Settings = HOUSE, start: Signals = IDLE) -> None:
        self.house = house
        self.state = SettlingState()
        self.show(0, start)

    def show(self, seconds: float, signals: Signals, **more: Any) -> tuple[CardRead | Settled, ...]:
        """Feed one act with the signals at a time, and return the messages."""
        self.state, messages = observe(self.state, Observed(at(seconds), signals, **more), self.house)
        return messages

    def wake(self, seconds: float) -> tuple[CardRead | Settled, ...]:
        """Wake the debouncer at a time, and return the messages."""
        self.state, messages = woken(self.state, at(seconds))
        return messages


def _fold(first: int, last: int) -> Fold:
    return Fold(at(0), at(1), session=CounterFold(first, last, last - first))


def _settled(messages: tuple[CardRead | Settled, ...]) -> Settled:
    (one,) = (one for one in messages if isinstance(one, Settled))
    return one


def test_signals_that_agree_are_settled_immediately() -> None:
    settled = _settled(Debouncer().show(10, PLUGGED))
    assert (settled.connected, settled.since, settled.locked, settled.flow) == (True, at(10), True, False)


def test_a_contradiction_is_held_back_and_dated_when_it_began_once_the_signals_agree() -> None:
    debouncer = Debouncer()
    assert debouncer.show(10, Signals(True, False, CarStatus.IDLE, card=NOBODY), fold=_fold(0, 5)) == ()
    assert debouncer.show(10.5, Signals(True, True, CarStatus.IDLE, card=NOBODY), before=_fold(5, 7)) == ()
    settled = _settled(debouncer.show(11, PLUGGED, fold=_fold(7, 9)))
    assert (settled.connected, settled.since) == (True, at(10))
    assert settled.fold is not None
    assert settled.fold.session == CounterFold(0, 9, 9)


def test_after_the_debounce_the_plug_counts() -> None:
    debouncer = Debouncer(start=PLUGGED)
    debouncer.show(10, Signals(False, True, CarStatus.CHARGING, card=NOBODY))
    assert debouncer.state.deadline == at(12).mono
    assert debouncer.wake(11.9) == ()
    settled = _settled(debouncer.wake(12))
    assert (settled.connected, settled.since, settled.at) == (False, at(10), at(12))


def test_a_contradiction_that_ends_within_the_debounce_changes_nothing() -> None:
    debouncer = Debouncer(start=PLUGGED)
    debouncer.show(10, Signals(False, True, CarStatus.CHARGING, card=NOBODY), fold=_fold(0, 5))
    settled = _settled(debouncer.show(10.2, PLUGGED))
    assert (settled.connected, settled.since) == (True, at(0))
    assert settled.fold is not None
    assert debouncer.state.doubt is None


def test_the_debounce_waits_for_a_lock_that_becomes_unavailable_with_the_plug_off() -> None:
    debouncer = Debouncer(start=PLUGGED)
    assert debouncer.show(10, Signals(False, None, CarStatus.IDLE, card=NOBODY)) == ()
    assert _settled(debouncer.wake(12)).connected is False


def test_a_card_within_a_contradiction_comes_before_its_plug() -> None:
    debouncer = Debouncer()
    debouncer.show(10, Signals(True, False, CarStatus.IDLE, card=card_of(ANNAS_SLOT)))
    messages = debouncer.show(11, Signals(True, True, CarStatus.CONNECTED, card=card_of(ANNAS_SLOT)))
    assert [type(one) for one in messages] == [CardRead, Settled]


def test_a_card_cleared_together_with_the_unplug_comes_after_it() -> None:
    debouncer = Debouncer(start=Signals(True, True, CarStatus.CONNECTED, card=card_of(ANNAS_SLOT)))
    assert [type(one) for one in debouncer.show(10, IDLE)] == [Settled, CardRead]


def test_a_snapshot_repeats_the_card() -> None:
    debouncer = Debouncer()
    assert not any(isinstance(one, CardRead) for one in debouncer.show(10, IDLE))
    (card,) = (one for one in debouncer.show(11, IDLE, snapshot=True) if isinstance(one, CardRead))
    assert card.repeated


def test_a_restart_of_home_assistant_is_reported_immediately_despite_a_contradiction() -> None:
    debouncer = Debouncer()
    settled = _settled(debouncer.show(10, Signals(True, False, CarStatus.IDLE), snapshot=True, restarted=True))
    assert (settled.connected, settled.restarted, settled.fold) == (None, True, None)
    assert not _settled(debouncer.wake(12)).restarted


def test_power_alone_waits_for_the_idle_timeout_without_holding_anything_back() -> None:
    debouncer = Debouncer(settings(POWER_ALONE), Signals(flowing=True))
    passed = _settled(debouncer.show(100, Signals(flowing=False)))
    assert (passed.connected, passed.flow) == (True, False)
    passed = _settled(debouncer.show(200, Signals(flowing=False), fold=_fold(0, 3)))
    assert (passed.connected, passed.fold) == (True, _fold(0, 3))
    ended = _settled(debouncer.wake(400))
    assert (ended.connected, ended.since, ended.fold) == (False, at(100), None)


def test_power_that_returns_within_the_idle_timeout_ends_nothing() -> None:
    debouncer = Debouncer(settings(POWER_ALONE), Signals(flowing=True))
    debouncer.show(100, Signals(flowing=False))
    assert _settled(debouncer.show(300, Signals(flowing=True))).connected is True
    assert debouncer.wake(500) == ()


def test_without_any_signal_the_connection_is_unknown() -> None:
    assert _settled(Debouncer(start=PLUGGED).show(10, Signals(metered=False))).connected is None


@pytest.mark.parametrize(
    ("signals", "connected", "wait_s"),
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
def test_the_plug_is_the_best_evidence_then_the_status(signals: Signals, connected: bool | None, wait_s: float) -> None:
    assert evidence(signals, HOUSE) == Evidence(connected, wait_s)


def test_a_plug_computed_from_the_status_is_no_evidence_without_the_status() -> None:
    house = settings(GO_E, plug_follows_status=True)
    assert evidence(Signals(plug=False, locked=False), house).connected is None
    assert evidence(Signals(plug=True, locked=False), house).connected is None
    assert evidence(PLUGGED, house).connected is True


def test_power_is_no_evidence_of_the_connection_at_a_charger_with_a_plug() -> None:
    assert evidence(Signals(flowing=True), settings(PLUG_AND_TOTAL | {Role.POWER})).connected is None


def test_the_status_shows_the_flow_and_without_it_the_power() -> None:
    assert flow(Signals(status=CarStatus.CHARGING, flowing=False)) is True
    assert flow(Signals(status=CarStatus.COMPLETE, flowing=True)) is False
    assert flow(Signals(flowing=True)) is True
    assert flow(Signals(card=CardReading(NOBODY.kind))) is None
