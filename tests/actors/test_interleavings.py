"""Random events at a charger, in random order: each car is one session, with the energy that the meter delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings as hypothesis_settings, strategies as st

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.messages import Driver, DriverChosen
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.session.continuity import TOLERANCE_MWH
from custom_components.ev_charging_manager.domain.statistics.statistics import Statistics
from custom_components.ev_charging_manager.domain.statistics.sums import GUESTS, HOUSEHOLD, UNKNOWN, Scope
from custom_components.ev_charging_manager.domain.statistics.totals import Total
from custom_components.ev_charging_manager.runtime.stage import Stage

from ..domain.household import GO_E, NO_TOTAL, PLUG_AND_TOTAL, household, settings
from .driver import Charger

SIGNALS = ("plug", "lock", "status", "reset")
ACTORS = ("debouncer", "resolver", "session", "pricing", "validator", "publisher")

gaps = st.sampled_from([0.0, 0.0, 0.1, 0.5])
orders = st.permutations(SIGNALS)
draws = st.tuples(st.sampled_from([1.0, 5.0, 61.0, 400.0, 1700.0]), st.integers(0, 100))
eventful = st.one_of(
    st.tuples(st.just("arrive"), orders, gaps),
    st.tuples(st.just("leave"), orders, gaps),
    st.tuples(st.just("draw"), draws),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 1.0, 2.5, 30.0, 301.0, 3000.0])),
    st.tuples(st.just("tap"), st.integers(1, 9)),
    st.tuples(st.just("forget card"), st.none()),
    st.tuples(st.just("pause"), st.none()),
    st.tuples(st.just("power"), st.sampled_from([0.0, 50.0, 3600.0, 11_000.0])),
    st.tuples(st.just("odd status"), st.none()),
    st.tuples(st.just("garbage"), st.lists(st.sampled_from([-5, 2**32 * 1000, 2**62]), min_size=1, max_size=2)),
    st.tuples(st.just("ledger fails"), st.integers(1, 3)),
    st.tuples(st.just("reload"), st.none()),
    st.tuples(st.just("fault of the counter"), st.none()),
    st.tuples(st.just("choose"), st.sampled_from(["anna", "gita", None])),
    st.tuples(st.just("lose"), st.tuples(st.sampled_from(sorted(GO_E)), st.sampled_from([0.0, 1.0, 30.0]))),
)
troubled = st.one_of(
    eventful,
    eventful,
    st.tuples(st.just("outage"), st.none()),
    st.tuples(st.just("back"), st.none()),
    st.tuples(st.just("crash"), st.none()),
    st.tuples(st.just("start"), st.none()),
)

raising = st.one_of(troubled, troubled, st.tuples(st.just("raise"), st.sampled_from(ACTORS)))


class Story:
    """Plays events where they are possible, and keeps an independent account of each car."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.armed: set[str] = set()
        self.charger = Charger(settings(roles), wrap=lambda chain: tuple(map(self._explosive, chain)))
        self.charger.runner.marker()
        self.cars: list[int] = []
        self.unseen_arrival = False
        self.unseen_mwh = 0
        self.unseen_taps = 0

    @property
    def connected(self) -> bool:
        """Whether a car's cable is in."""
        return bool(self.charger.truth.plug)

    @property
    def watched(self) -> bool:
        """Whether the ingestor sees the charger."""
        return self.charger.ingestor is not None and not self.charger.away

    def play(self, events: Sequence[tuple[Any, ...]]) -> None:
        """Play all events, then let the last car leave and the chain settle."""
        for name, *details in events:
            getattr(self, "_" + name.replace(" ", "_"))(*details)
            self.charger.advance(0.01)
            self.check()
        self._start(None)
        self._back(None)
        self.charger.advance(120)
        self._leave(SIGNALS, 0.0)
        self.charger.ledger.fail = 0
        self.armed.clear()
        self.charger.advance(1000)
        self.check()

    def _explosive(self, stage: Stage[Any]) -> Stage[Any]:
        """Wrap the actor so that, once armed, it raises at the next message."""

        def step(state: Any, message: Any) -> Any:
            if stage.name in self.armed:
                self.armed.discard(stage.name)
                raise RuntimeError("boom")
            return stage.step(state, message)

        return replace(stage, step=step)

    def check(self) -> None:
        """At most one session runs, and where one is shown, its numbers make sense."""
        assert len(self.charger.running) <= 1
        progress = self.charger.live
        if progress is not None and progress.record is not None:
            assert progress.record.energy_mwh >= 0
            assert progress.record.duration_s >= 0
            assert 0 <= progress.record.charging_s <= progress.record.duration_s + 1e-6

    def _arrive(self, order: Sequence[str], gap: float) -> None:
        if self.connected:
            return
        self.unseen_arrival = not self.watched
        self.cars.append(0)
        for signal in order:
            match signal:
                case "plug":
                    self.charger.plug(True)
                case "lock":
                    self.charger.lock(True)
                case "status":
                    self.charger.status(CarStatus.CONNECTED)
                case _:
                    self.charger.reset()
            self.charger.advance(gap)
        self.charger.advance(2.1)

    def _leave(self, order: Sequence[str], gap: float) -> None:
        # A car that came and left unseen is in no record.
        if not self.connected or (self.unseen_arrival and not self.watched):
            return
        if not self.watched:
            # Smaller differences between the counters may be rounding. A car that took so little and was swapped unseen
            # leaves no trace.
            self.unseen_mwh += TOLERANCE_MWH
        self.charger.truth.power_w = 0.0
        for signal in order:
            match signal:
                case "plug":
                    self.charger.plug(False)
                case "lock":
                    self.charger.lock(False)
                case "status":
                    self.charger.status(CarStatus.IDLE)
                case _:
                    self.charger.power(0.0)
            self.charger.advance(gap)
        self.charger.advance(2.1)

    def _draw(self, draw: tuple[float, int]) -> None:
        if not self.connected:
            return
        seconds, percent = draw
        self.charger.status(CarStatus.CHARGING)
        self.charger.advance(seconds)
        mwh = round(11_000 * seconds / 3.6 * percent / 100)
        self.cars[-1] += mwh
        self.charger.deliver(mwh / 1_000_000)

    def _wait(self, seconds: float) -> None:
        self.charger.advance(seconds)

    def _tap(self, slot: int) -> None:
        # Another card than the one before, after an absence, is another car.
        self.unseen_taps += not self.watched
        self.charger.card(slot)

    def _forget_card(self, _: None) -> None:
        self.charger.card(NOBODY)

    def _pause(self, _: None) -> None:
        if self.connected:
            self.charger.status(CarStatus.COMPLETE)

    def _power(self, watts: float) -> None:
        if self.connected:
            self.charger.power(watts)

    def _odd_status(self, _: None) -> None:
        status = self.charger.truth.status
        self.charger.status(None)
        self.charger.advance(1)
        self.charger.status(status)

    def _garbage(self, readings: list[int]) -> None:
        for role in (Role.SESSION_ENERGY, Role.TOTAL_ENERGY):
            if self.watched and role in self.charger.settings.charger.roles:
                for mwh in readings:
                    self.charger.advance(0.001)
                    self.charger.read(role, mwh)
                self.charger.advance(0.001)
                self.charger.tell(role)

    def _fault_of_the_counter(self, _: None) -> None:
        truth = self.charger.truth
        session, total, truth.session, truth.total = truth.session, truth.total, None, None
        self.charger.tell(Role.SESSION_ENERGY)
        self.charger.tell(Role.TOTAL_ENERGY)
        self.charger.advance(20)
        truth.session, truth.total = session, total
        self.charger.tell(Role.SESSION_ENERGY)
        self.charger.tell(Role.TOTAL_ENERGY)

    def _choose(self, user_id: str | None) -> None:
        if self.charger.ingestor is not None:
            driver = Driver.AUTOMATIC if user_id is None else Driver.USER
            self.charger.offer(DriverChosen(self.charger.clock.now(), driver, user_id))

    def _lose(self, what: tuple[Role, float]) -> None:
        role, seconds = what
        self.charger.lose(role)
        self.charger.advance(seconds)
        self.charger.find(role)

    def _raise(self, name: str) -> None:
        self.armed.add(name)

    def _ledger_fails(self, times: int) -> None:
        self.charger.ledger.fail = times

    def _reload(self, _: None) -> None:
        if self.watched:
            self.charger.ledger.fail = 0
            self.charger.reload()

    def _outage(self, _: None) -> None:
        if self.watched:
            self.charger.goes_away()

    def _back(self, _: None) -> None:
        if self.charger.away:
            self.charger.come_back()
            self.unseen_arrival = False

    def _crash(self, _: None) -> None:
        if self.charger.ingestor is not None:
            self.charger.ledger.fail = 0
            self.charger.crash()

    def _start(self, _: None) -> None:
        if self.charger.ingestor is None:
            self.charger.start(back=not self.charger.away)
            self.charger.advance(1)
            self.unseen_arrival = self.charger.away and self.unseen_arrival


def _account_is_sound(charger: Charger) -> None:
    sessions = sorted(charger.ledger.sessions.values(), key=lambda record: record.started_at)
    assert charger.running == []
    for record in sessions:
        assert record.ended_at is not None
        assert record.ended_at >= record.started_at
        assert record.energy_mwh >= 0
        assert sum(part.energy_mwh for part in record.intervals) == record.energy_mwh
        assert record.cost_micro == sum(part.cost_micro or 0 for part in record.intervals)
        edges = [edge for window in record.windows for edge in (window.started_at, window.ended_at)]
        assert edges == sorted(edges)
        assert all(record.started_at <= edge <= record.ended_at for edge in edges)
        assert record.charging_s <= record.duration_s + 1e-6
        assert not record.faulted
    _do_not_overlap(sessions)
    for record in sessions:
        kinds = [entry.kind for entry in charger.ledger.events if entry.session_id == record.session_id]
        ending = "session_discarded" if record.outcome is Outcome.DISCARDED else "session_completed"
        assert kinds == ["session_started", ending]
    _parts_sum_to_the_household(sessions)


def _parts_sum_to_the_household(sessions: Sequence[SessionRecord]) -> None:
    statistics = Statistics()
    for record in sessions:
        assert statistics.record(record)
    users = (Scope(user_id=user_id) for user_id in household().users)
    residents = [statistics.total(scope) for scope in users if scope.user_id not in ("gita", "mark")]
    parts = sum((*residents, statistics.total(GUESTS), statistics.total(UNKNOWN)), Total())
    assert parts == statistics.total(HOUSEHOLD)
    completed = [record for record in sessions if record.outcome is Outcome.COMPLETED]
    assert parts.energy_mwh == sum(record.energy_mwh for record in completed)
    assert parts.cost_micro == sum(record.cost_micro or 0 for record in completed)
    assert parts.sessions == len(completed)


def _do_not_overlap(sessions: Sequence[SessionRecord]) -> None:
    for earlier, later in pairwise(sessions):
        assert earlier.ended_at is not None
        assert earlier.ended_at <= later.started_at


@hypothesis_settings(max_examples=120, deadline=None)
@given(st.sampled_from([GO_E, NO_TOTAL, PLUG_AND_TOTAL | {Role.LOCK}]), st.lists(eventful, min_size=2, max_size=25))
def test_each_car_is_one_session_with_its_own_energy(roles: frozenset[Role], events: list[tuple[Any, ...]]) -> None:
    story = Story(roles)
    story.play(events)
    _account_is_sound(story.charger)
    sessions = sorted(story.charger.ledger.sessions.values(), key=lambda record: record.started_at)
    assert [record.energy_mwh for record in sessions] == story.cars
    assert not any(record.data_gap for record in sessions)
    assert story.charger.runner.faults == ()


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(troubled, min_size=3, max_size=30))
def test_energy_is_counted_once_while_entities_and_home_assistant_go_away(events: list[tuple[Any, ...]]) -> None:
    story = Story(GO_E)
    story.play(events)
    _account_is_sound(story.charger)
    recorded = sum(record.energy_mwh for record in story.charger.ledger.sessions.values())
    assert abs(sum(story.cars) - recorded) <= story.unseen_mwh
    assert story.charger.runner.faults == ()


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(raising, min_size=3, max_size=30))
def test_a_car_is_at_most_one_session_while_actors_raise(events: list[tuple[Any, ...]]) -> None:
    story = Story(GO_E)
    story.play(events)
    sessions = sorted(story.charger.ledger.sessions.values(), key=lambda record: record.started_at)
    assert story.charger.running == []
    _do_not_overlap(sessions)
    assert len(sessions) <= len(story.cars) + story.unseen_taps
    for record in sessions:
        if not record.faulted:
            assert sum(part.energy_mwh for part in record.intervals) == record.energy_mwh
            assert record.cost_micro == sum(part.cost_micro or 0 for part in record.intervals)
    _parts_sum_to_the_household(sessions)
    recorded = sum(record.energy_mwh for record in sessions)
    assert recorded <= sum(story.cars) + story.unseen_mwh
