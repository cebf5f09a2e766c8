"""The transitions of a session: state and message in, state and outputs out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.household import Options, Settings
from custom_components.ev_charging_manager.domain.identity.identity import by_card
from custom_components.ev_charging_manager.domain.messages import (
    ChargingFinished,
    Delivered,
    Finished,
    Identified,
    IdentityKnown,
    Noted,
    Phase,
    Settled,
    Started,
    Status,
)
from custom_components.ev_charging_manager.domain.metering.fold import CounterFold, Fold
from custom_components.ev_charging_manager.domain.records import Outcome
from custom_components.ev_charging_manager.domain.session.ending import ClosingKind
from custom_components.ev_charging_manager.domain.session.machine import identify, tick, track
from custom_components.ev_charging_manager.domain.session.progress import progress
from custom_components.ev_charging_manager.domain.session.state import SessionState, deadline

from ..household import ANNAS_SLOT, BENS_SLOT, PLUG_AND_TOTAL, at, card_of, settings

HOUSE = settings()


class Charger:
    """The state machine of one charger, with the messages that it emitted."""

    def __init__(self, house: Settings = HOUSE) -> None:
        self.house = house
        self.state = SessionState()
        self.emitted: list[Any] = []
        self._since: tuple[bool | None, float] = (None, 0.0)

    def settled(self, seconds: float, connected: bool | None, **more: Any) -> list[type]:
        """Take settled signals, and return the types of the outputs."""
        if connected is not self._since[0]:
            self._since = (connected, seconds)
        since = more.pop("since", self._since[1])
        return self._take(track(self.state, Settled(at(seconds), connected, at(since), **more), self.house))

    def card(self, seconds: float, slot: int) -> list[type]:
        """Tap a card, and return the types of the outputs."""
        known = IdentityKnown(at(seconds), by_card(card_of(slot), self.house), tapped=True)
        return self._take(identify(self.state, known, self.house))

    def wake(self, seconds: float) -> list[type]:
        """Wake the machine, and return the types of the outputs."""
        return self._take(tick(self.state, at(seconds), self.house))

    def shown(self, seconds: float) -> tuple[Status, Phase]:
        """Return status and phase as people see them."""
        view = progress(self.state, at(seconds), self.house)
        return view.status, view.phase

    def _take(self, turn: tuple[SessionState, tuple[Any, ...]]) -> list[type]:
        self.state, outputs = turn
        self.emitted.extend(outputs)
        return [type(output) for output in outputs if not isinstance(output, Noted)]


def _fold(until: float, first: int, last: int, total: int | None = None, **more: Any) -> Fold:
    counter = CounterFold(first, last, last - first)
    metered = None if total is None else CounterFold(total, total)
    return Fold(at(until - 1), at(until), session=counter, total=metered, **more)


def test_without_a_connected_car_there_is_no_session() -> None:
    charger = Charger()
    assert charger.settled(0, False, fold=_fold(0, 8_000_000, 8_000_000)) == []
    assert (charger.state.running, charger.shown(0)) == (None, (Status.IDLE, Phase.IDLE))


def test_a_session_starts_when_the_plug_went_in_and_not_when_that_was_settled() -> None:
    charger = Charger()
    assert charger.settled(12, True, since=10.0) == [Started]
    assert charger.emitted[0].record.started_at == at(10).utc


def test_staying_connected_starts_no_second_session() -> None:
    charger = Charger()
    charger.settled(10, True)
    assert charger.settled(11, True) == []
    assert charger.settled(12, None) == []


def test_energy_is_spread_from_the_step_before_but_not_from_before_the_flow() -> None:
    charger = Charger()
    charger.settled(10, True, flow=False, fold=_fold(10, 0, 0))
    charger.settled(100, True, flow=True)
    charger.settled(160, True, flow=True, fold=_fold(160, 0, 500))
    charger.settled(400, True, flow=True, fold=_fold(400, 500, 900))
    delivered = [one for one in charger.emitted if isinstance(one, Delivered)]
    spread = [(one.since, one.until, one.energy_mwh) for one in delivered]
    assert spread == [(at(100), at(160), 500), (at(160), at(400), 400)]


def test_a_window_closes_after_the_idle_timeout_dated_when_the_flow_stopped() -> None:
    charger = Charger()
    charger.settled(0, True, flow=True)
    charger.settled(600, True, flow=False)
    assert deadline(charger.state, HOUSE) == at(900).mono
    assert charger.wake(899) == []
    assert charger.wake(900) == [ChargingFinished]
    (finished,) = (one for one in charger.emitted if isinstance(one, ChargingFinished))
    assert [(w.started_at, w.ended_at) for w in finished.record.windows] == [(at(0).utc, at(600).utc)]
    assert charger.wake(2000) == []


def test_no_window_closes_during_grace() -> None:
    charger = Charger()
    charger.settled(0, True, flow=True)
    charger.settled(600, False, locked=True)
    assert deadline(charger.state, HOUSE) == at(1200).mono
    assert charger.wake(900) == []
    assert charger.wake(1200) == [Finished]


@pytest.mark.parametrize("locked", [False, None])
def test_a_session_ends_after_the_debounce_dated_when_the_plug_went_off(locked: bool | None) -> None:
    charger = Charger()
    charger.settled(0, True, flow=True)
    charger.settled(600, False, locked=locked, fold=_fold(600, 0, 100_000))
    assert charger.shown(600)[0] is Status.COMPLETING
    assert charger.wake(601.9) == []
    assert charger.wake(602) == [Finished]
    record = charger.emitted[-1].record
    assert (record.ended_at, record.duration_s, record.outcome) == (at(600).utc, 600, Outcome.COMPLETED)
    assert charger.wake(700) == []


def test_a_stepped_wall_clock_shortens_no_session() -> None:
    charger = Charger()
    charger.settled(0, True)
    stepped = replace(at(600), utc=at(600).utc - 3600)
    turn = track(charger.state, Settled(stepped, False, stepped, fold=_fold(600, 0, 100_000)), HOUSE)
    _, outputs = tick(turn[0], at(610), HOUSE)
    record = outputs[-1].record  # type: ignore[union-attr]
    assert record.duration_s == 600


@pytest.mark.parametrize(
    ("seconds", "mwh", "outcome"),
    [
        (60, 50_000, Outcome.COMPLETED),
        (59, 50_000, Outcome.DISCARDED),
        (60, 49_999, Outcome.DISCARDED),
    ],
)
def test_a_session_below_either_minimum_is_discarded(seconds: float, mwh: int, outcome: Outcome) -> None:
    charger = Charger()
    charger.settled(0, True, fold=_fold(0, 0, 0))
    charger.settled(seconds, False, locked=False, fold=_fold(seconds, 0, mwh))
    charger.wake(seconds + 2)
    assert charger.emitted[-1].record.outcome is outcome


def test_the_options_set_both_minimums() -> None:
    charger = Charger(settings(options=Options(shortest_session_s=0.0, least_energy_mwh=0)))
    charger.settled(0, True)
    charger.settled(1, False)
    charger.wake(3)
    assert charger.emitted[-1].record.outcome is Outcome.COMPLETED


def test_a_card_identifies_once() -> None:
    charger = Charger()
    charger.settled(0, True)
    assert charger.card(7, ANNAS_SLOT) == [Identified]
    assert charger.card(8, BENS_SLOT) == []
    assert charger.card(9, ANNAS_SLOT) == []


def test_a_card_tapped_during_a_pending_end_belongs_to_the_next_session() -> None:
    charger = Charger()
    charger.settled(0, True)
    charger.settled(600, False, locked=False)
    assert charger.card(601, BENS_SLOT) == []
    charger.wake(602)
    assert charger.emitted[-1].record.identity.user_id is None
    charger.settled(700, True)
    assert charger.emitted[-1].record.identity.user_id == "ben"


def test_a_record_has_the_totals_at_its_start_and_at_its_end() -> None:
    charger = Charger()
    charger.settled(0, False, fold=_fold(0, 0, 0, total=1_000))
    charger.settled(10, True)
    charger.settled(600, True, fold=_fold(600, 0, 500, total=1_500))
    charger.settled(700, False, locked=False)
    charger.wake(702)
    record = charger.emitted[-1].record
    assert (record.meter_start_mwh, record.meter_end_mwh) == (1_000, 1_500)


def test_without_evidence_of_the_flow_each_step_opens_a_window() -> None:
    charger = Charger(settings(PLUG_AND_TOTAL))
    charger.settled(0, True, fold=Fold(at(0), at(0), total=CounterFold(0, 0)))
    charger.settled(60, True, fold=Fold(at(59), at(60), total=CounterFold(0, 100, 100)))
    assert deadline(charger.state, charger.house) == at(360).mono
    assert charger.wake(360) == [ChargingFinished]
    assert charger.emitted[-1].record.charging_s == 60


def test_an_unplug_without_a_session_does_nothing() -> None:
    charger = Charger()
    assert charger.settled(0, False, locked=True) == []
    assert charger.wake(10_000) == []
    assert deadline(charger.state, HOUSE) is None


def test_an_unlocked_cable_turns_grace_into_settling() -> None:
    charger = Charger()
    charger.settled(0, True)
    charger.settled(100, False, locked=True)
    waiting = [charger.state.closing]
    charger.settled(103, False, locked=False)
    waiting.append(charger.state.closing)
    pending = [(closing.kind, closing.ended) for closing in waiting if closing]
    assert pending == [(ClosingKind.GRACE, at(100)), (ClosingKind.SETTLE, at(100))]
