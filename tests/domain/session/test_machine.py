"""A session's transitions, state and message in, state and outputs out."""

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


class Cable:
    """A session machine that is told what the cable does."""

    def __init__(self, house: Settings = HOUSE) -> None:
        self.house = house
        self.state = SessionState()
        self.said: list[Any] = []
        self._since: tuple[bool | None, float] = (None, 0.0)

    def settled(self, seconds: float, connected: bool | None, **more: Any) -> list[type]:
        """What the signals come to."""
        if connected is not self._since[0]:
            self._since = (connected, seconds)
        since = more.pop("since", self._since[1])
        return self._take(track(self.state, Settled(at(seconds), connected, at(since), **more), self.house))

    def card(self, seconds: float, slot: int) -> list[type]:
        """A card is tapped."""
        known = IdentityKnown(at(seconds), by_card(card_of(slot), self.house), tapped=True)
        return self._take(identify(self.state, known, self.house))

    def wake(self, seconds: float) -> list[type]:
        """Time passes."""
        return self._take(tick(self.state, at(seconds), self.house))

    def shown(self, seconds: float) -> tuple[Status, Phase]:
        """What people see."""
        view = progress(self.state, at(seconds), self.house)
        return view.status, view.phase

    def _take(self, turn: tuple[SessionState, tuple[Any, ...]]) -> list[type]:
        self.state, outputs = turn
        self.said.extend(outputs)
        return [type(output) for output in outputs if not isinstance(output, Noted)]


def _fold(until: float, first: int, last: int, total: int | None = None, **more: Any) -> Fold:
    counter = CounterFold(first, last, last - first)
    metered = None if total is None else CounterFold(total, total)
    return Fold(at(until - 1), at(until), session=counter, total=metered, **more)


def test_nobody_connected_is_no_session() -> None:
    cable = Cable()
    assert cable.settled(0, False, fold=_fold(0, 8_000_000, 8_000_000)) == []
    assert (cable.state.running, cable.shown(0)) == (None, (Status.IDLE, Phase.IDLE))


def test_a_session_begins_when_the_plug_went_in_and_not_when_that_was_settled() -> None:
    cable = Cable()
    assert cable.settled(12, True, since=10.0) == [Started]
    assert cable.said[0].record.started_at == at(10).utc


def test_staying_connected_begins_no_second_session() -> None:
    cable = Cable()
    cable.settled(10, True)
    assert cable.settled(11, True) == []
    assert cable.settled(12, None) == []


def test_energy_is_spread_from_the_step_before_but_not_from_before_the_flow() -> None:
    cable = Cable()
    cable.settled(10, True, flow=False, fold=_fold(10, 0, 0))
    cable.settled(100, True, flow=True)
    cable.settled(160, True, flow=True, fold=_fold(160, 0, 500))
    cable.settled(400, True, flow=True, fold=_fold(400, 500, 900))
    delivered = [one for one in cable.said if isinstance(one, Delivered)]
    told = [(one.since, one.until, one.energy_mwh) for one in delivered]
    assert told == [(at(100), at(160), 500), (at(160), at(400), 400)]


def test_a_window_closes_after_the_idle_timeout_dated_when_the_flow_stopped() -> None:
    cable = Cable()
    cable.settled(0, True, flow=True)
    cable.settled(600, True, flow=False)
    assert deadline(cable.state, HOUSE) == at(900).mono
    assert cable.wake(899) == []
    assert cable.wake(900) == [ChargingFinished]
    (finished,) = (one for one in cable.said if isinstance(one, ChargingFinished))
    assert [(w.started_at, w.ended_at) for w in finished.record.windows] == [(at(0).utc, at(600).utc)]
    assert cable.wake(2000) == []


def test_grace_is_woken_for_after_the_window_would_have_closed() -> None:
    cable = Cable()
    cable.settled(0, True, flow=True)
    cable.settled(600, False, locked=True)
    assert deadline(cable.state, HOUSE) == at(1200).mono
    assert cable.wake(900) == []
    assert cable.wake(1200) == [Finished]


@pytest.mark.parametrize("locked", [False, None])
def test_an_unplug_is_over_after_the_debounce_and_dated_when_it_happened(locked: bool | None) -> None:
    cable = Cable()
    cable.settled(0, True, flow=True)
    cable.settled(600, False, locked=locked, fold=_fold(600, 0, 100_000))
    assert cable.shown(600)[0] is Status.COMPLETING
    assert cable.wake(601.9) == []
    assert cable.wake(602) == [Finished]
    record = cable.said[-1].record
    assert (record.ended_at, record.duration_s, record.outcome) == (at(600).utc, 600, Outcome.COMPLETED)
    assert cable.wake(700) == []


def test_a_clock_that_is_stepped_shortens_no_session() -> None:
    cable = Cable()
    cable.settled(0, True)
    stepped = replace(at(600), utc=at(600).utc - 3600)
    turn = track(cable.state, Settled(stepped, False, stepped, fold=_fold(600, 0, 100_000)), HOUSE)
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
def test_shorter_or_less_than_the_least_is_discarded(seconds: float, mwh: int, outcome: Outcome) -> None:
    cable = Cable()
    cable.settled(0, True, fold=_fold(0, 0, 0))
    cable.settled(seconds, False, locked=False, fold=_fold(seconds, 0, mwh))
    cable.wake(seconds + 2)
    assert cable.said[-1].record.outcome is outcome


def test_the_options_say_what_is_too_little() -> None:
    cable = Cable(settings(options=Options(shortest_session_s=0.0, least_energy_mwh=0)))
    cable.settled(0, True)
    cable.settled(1, False)
    cable.wake(3)
    assert cable.said[-1].record.outcome is Outcome.COMPLETED


def test_a_card_identifies_once() -> None:
    cable = Cable()
    cable.settled(0, True)
    assert cable.card(7, ANNAS_SLOT) == [Identified]
    assert cable.card(8, BENS_SLOT) == []
    assert cable.card(9, ANNAS_SLOT) == []


def test_a_card_while_the_session_ends_is_the_next_ones() -> None:
    cable = Cable()
    cable.settled(0, True)
    cable.settled(600, False, locked=False)
    assert cable.card(601, BENS_SLOT) == []
    cable.wake(602)
    assert cable.said[-1].record.identity.user_id is None
    cable.settled(700, True)
    assert cable.said[-1].record.identity.user_id == "ben"


def test_meter_readings_are_those_at_the_start_and_at_the_end() -> None:
    cable = Cable()
    cable.settled(0, False, fold=_fold(0, 0, 0, total=1_000))
    cable.settled(10, True)
    cable.settled(600, True, fold=_fold(600, 0, 500, total=1_500))
    cable.settled(700, False, locked=False)
    cable.wake(702)
    record = cable.said[-1].record
    assert (record.meter_start_mwh, record.meter_end_mwh) == (1_000, 1_500)


def test_a_charger_that_tells_nothing_of_the_flow_has_a_window_at_each_step() -> None:
    cable = Cable(settings(PLUG_AND_TOTAL))
    cable.settled(0, True, fold=Fold(at(0), at(0), total=CounterFold(0, 0)))
    cable.settled(60, True, fold=Fold(at(59), at(60), total=CounterFold(0, 100, 100)))
    assert deadline(cable.state, cable.house) == at(360).mono
    assert cable.wake(360) == [ChargingFinished]
    assert cable.said[-1].record.charging_s == 60


def test_an_unplug_that_nobody_had_a_session_for_is_nothing() -> None:
    cable = Cable()
    assert cable.settled(0, False, locked=True) == []
    assert cable.wake(10_000) == []
    assert deadline(cable.state, HOUSE) is None


def test_grace_and_settling_are_told_apart() -> None:
    cable = Cable()
    cable.settled(0, True)
    cable.settled(100, False, locked=True)
    waiting = [cable.state.closing]
    cable.settled(103, False, locked=False)
    waiting.append(cable.state.closing)
    told = [(closing.kind, closing.ended) for closing in waiting if closing]
    assert told == [(ClosingKind.GRACE, at(100)), (ClosingKind.SETTLE, at(100))]
