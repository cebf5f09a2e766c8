"""The ingestor: samples are folded and never queued, and all changes of one turn of the loop are one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Role, Settings
from custom_components.ev_charging_manager.domain.messages import Observed
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.profile import CarStatus

from ..domain.household import POWER_ALONE, at, settings


class Loop:
    """A hand-moved loop around an ingestor."""

    def __init__(self, house: Settings | None = None, restarted: bool = False) -> None:
        self.seconds = 0.0
        self.deferred: list[Callable[[], None]] = []
        self.sent: list[Observed] = []
        self.nudges = self.resyncs = 0
        self.room = True
        self.ingestor = Ingestor(house or settings(), self.now, self.deferred.append, restarted)
        self.ingestor.connect(self)
        self.first = self.ingestor.snapshot(self.now())

    def now(self) -> Moment:
        """The time."""
        return at(self.seconds)

    @property
    def mono(self) -> float:
        """Its monotonic part."""
        return self.now().mono

    def offer(self, message: Any) -> bool:
        """Take an act, if there is room."""
        if self.room:
            self.sent.append(message)
        return self.room

    def nudge(self) -> None:
        """Count."""
        self.nudges += 1

    def resync(self) -> None:
        """Count."""
        self.resyncs += 1

    def end_of_turn(self, seconds: float = 0.0) -> None:
        """Run what was deferred; then time passes."""
        deferred = list(self.deferred)
        self.deferred.clear()
        for flush in deferred:
            flush()
        self.seconds += seconds


def test_a_thousand_samples_are_one_fold_and_one_request_to_poll() -> None:
    loop = Loop()
    for value in range(1000):
        loop.ingestor.session_energy(value, loop.mono)
    assert (loop.sent, loop.deferred, loop.nudges) == ([], [], 1)
    loop.seconds += 1
    (observed,) = loop.ingestor.poll(loop.now())
    assert observed.fold.session.rise == 999


def test_polling_goes_on_while_samples_come_and_is_requested_once() -> None:
    loop = Loop()
    for value in range(5):
        loop.ingestor.session_energy(value, loop.mono)
        loop.seconds += 1
        (observed,) = loop.ingestor.poll(loop.now())
        assert observed.fold.session.last == value
        assert loop.ingestor.due() == loop.mono + 1
    assert loop.nudges == 1
    loop.seconds += 1
    assert loop.ingestor.poll(loop.now()) == ()
    assert loop.ingestor.due() is None
    loop.ingestor.session_energy(5, loop.mono)
    assert (loop.nudges, loop.ingestor.due()) == (2, loop.mono + 1)


def test_signals_of_one_turn_are_one_act() -> None:
    loop = Loop()
    loop.ingestor.plug(True)
    loop.ingestor.lock(True)
    loop.ingestor.status(CarStatus.CONNECTED)
    loop.ingestor.card(NOBODY)
    loop.end_of_turn()
    (act,) = loop.sent
    assert (act.signals.plug, act.signals.locked, act.signals.status) == (True, True, CarStatus.CONNECTED)


def test_a_signal_that_changes_twice_in_one_turn_is_two_acts() -> None:
    loop = Loop()
    loop.ingestor.plug(True)
    loop.end_of_turn(10)
    loop.ingestor.plug(False)
    loop.ingestor.plug(True)
    loop.end_of_turn()
    assert [act.signals.plug for act in loop.sent] == [True, False, True]


def test_a_signal_that_did_not_change_is_no_act() -> None:
    loop = Loop()
    loop.ingestor.plug(True)
    loop.end_of_turn()
    loop.ingestor.plug(True)
    loop.end_of_turn()
    assert len(loop.sent) == 1


def test_an_act_has_the_samples_before_it_and_those_within_it() -> None:
    loop = Loop()
    loop.ingestor.session_energy(0, loop.mono)
    loop.ingestor.session_energy(100, loop.mono)
    loop.ingestor.plug(False)
    loop.ingestor.session_energy(130, loop.mono)
    loop.end_of_turn()
    (act,) = loop.sent
    assert act.before is not None
    assert act.fold is not None
    assert act.before.session is not None
    assert act.fold.session is not None
    assert (act.before.session.rise, act.fold.session.rise) == (100, 30)


def test_power_crossing_the_threshold_is_an_act_and_any_other_change_is_not() -> None:
    loop = Loop()
    loop.ingestor.power(0.0, loop.mono)
    loop.end_of_turn(10)
    loop.ingestor.power(7000.0, loop.mono)
    loop.end_of_turn(10)
    loop.ingestor.power(6990.0, loop.mono)
    loop.end_of_turn(10)
    loop.ingestor.power(5.0, loop.mono)
    loop.end_of_turn()
    assert [act.signals.flowing for act in loop.sent] == [False, True, False]


def test_power_that_is_the_only_measure_is_polled_while_it_holds() -> None:
    loop = Loop(settings(POWER_ALONE))
    loop.ingestor.power(3600.0, loop.mono)
    loop.end_of_turn(1)
    loop.ingestor.poll(loop.now())
    assert loop.ingestor.due() == loop.mono + 1
    loop.seconds += 1
    (observed,) = loop.ingestor.poll(loop.now())
    assert observed.fold.power.energy_mwh == 1000.0


def test_an_act_without_room_keeps_its_energy_and_asks_for_a_snapshot() -> None:
    loop = Loop()
    loop.ingestor.session_energy(0, loop.mono)
    loop.room = False
    loop.ingestor.session_energy(100, loop.mono)
    loop.ingestor.plug(True)
    loop.end_of_turn()
    assert (loop.resyncs, loop.ingestor.overflows) == (1, 1)
    (whole,) = loop.ingestor.snapshot(loop.now())
    assert whole.signals.plug is True
    assert whole.gap
    assert whole.fold.session.rise == 100
    assert not loop.ingestor.snapshot(loop.now())[0].gap


def test_acts_of_a_turn_in_which_there_is_no_room_are_each_counted_and_the_last_is_sent_when_the_turn_ends() -> None:
    loop = Loop()
    loop.ingestor.plug(True)
    loop.end_of_turn()
    loop.ingestor.session_energy(0, loop.mono)
    loop.room = False
    for value in range(1, 11):
        loop.ingestor.plug(value % 2 == 0)
        loop.ingestor.session_energy(value * 10, loop.mono)
    assert (loop.resyncs, loop.ingestor.overflows) == (1, 9)
    loop.room = True
    loop.end_of_turn(1)
    last = loop.sent[-1]
    assert (last.signals.plug, last.gap, last.fold) == (True, True, None)
    assert last.before is not None
    assert last.before.session is not None
    assert last.before.session.rise == 100, "energy from the time of lost acts must not go to a car that comes"
    loop.ingestor.plug(False)
    loop.end_of_turn()
    assert loop.sent[-1].signals.plug is False
    assert loop.ingestor.overflows == 9


def test_a_snapshot_repeats_everything_but_the_restart() -> None:
    loop = Loop(restarted=True)
    (first,) = loop.first
    assert (first.snapshot, first.restarted, first.signals.metered) == (True, True, False)
    loop.ingestor.session_energy(500, loop.mono)
    loop.ingestor.total_energy(9_000, loop.mono)
    loop.ingestor.available(Role.SESSION_ENERGY, True)
    loop.ingestor.available(Role.TOTAL_ENERGY, True)
    loop.end_of_turn()
    assert loop.sent[-1].signals.metered
    (again,) = loop.ingestor.snapshot(loop.now())
    assert not again.restarted
    assert (again.fold.session.first, again.fold.session.last, again.fold.session.rise) == (500, 500, 0)


def test_a_counter_without_a_plausible_reading_counts_as_unavailable() -> None:
    loop = Loop()
    loop.ingestor.session_energy(500, loop.mono)
    loop.ingestor.total_energy(2**63, loop.mono)
    assert loop.ingestor.available(Role.SESSION_ENERGY, True)
    assert not loop.ingestor.available(Role.TOTAL_ENERGY, True)
    loop.ingestor.plug(True)
    loop.end_of_turn()
    assert not loop.sent[-1].signals.metered
    loop.ingestor.total_energy(9_000, loop.mono)
    assert loop.ingestor.available(Role.TOTAL_ENERGY, True)
    loop.end_of_turn()
    assert loop.sent[-1].signals.metered


def test_impossible_readings_are_counted_in_the_next_fold() -> None:
    loop = Loop()
    loop.ingestor.session_energy(0, loop.mono)
    loop.ingestor.session_energy(2**42, loop.mono)
    loop.ingestor.unreadable_sample()
    loop.ingestor.power(-1e9, loop.mono)
    (observed,) = loop.ingestor.poll(loop.now())
    assert (observed.fold.rejected, loop.ingestor.rejected) == (3, 3)
    loop.ingestor.session_energy(5, loop.mono)
    (observed,) = loop.ingestor.poll(loop.now())
    assert observed.fold.rejected == 0
