"""The parts add up to the household in any order of events. Sums are compared with a plain list of sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from custom_components.ev_charging_manager.domain.household import User, UserType
from custom_components.ev_charging_manager.domain.records import Identity, Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.statistics.statistics import Statistics
from custom_components.ev_charging_manager.domain.statistics.sums import GUESTS, HOUSEHOLD, UNKNOWN, Scope
from custom_components.ev_charging_manager.domain.statistics.totals import MonthTotal, Total, by_month

from ..charged import ANNA, CHARGERS, GITA, OPTIONS, PEOPLE, START, USERS, ZONE, ended, session, summed

# The type of a user may differ from one session to the next.
ROLES = (*PEOPLE, replace(ANNA, user_type=UserType.GUEST), replace(GITA, user_type=UserType.RESIDENT))
SCOPES = (
    HOUSEHOLD,
    GUESTS,
    UNKNOWN,
    *(Scope(user_id=user_id, charger_id=charger) for user_id in USERS for charger in (None, *CHARGERS)),
    *(Scope(charger_id=charger) for charger in CHARGERS),
)

amounts = st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(-900_000, 900_000)), min_size=1, max_size=14)


def months_of(record: SessionRecord) -> dict[str, Total]:
    """Compute the months by local time, quarter-hour by quarter-hour."""
    found: dict[str, Total] = {}
    for n, part in enumerate(record.intervals):
        month = datetime.fromtimestamp(part.quarter, UTC).astimezone(ZONE).strftime("%Y-%m")
        counted = int(n == 0 and record.outcome is Outcome.COMPLETED)
        found[month] = found.get(month, Total()) + Total(part.energy_mwh, part.cost_micro or 0, counted)
    return found


class Household(RuleBasedStateMachine):
    """Play sessions, corrections, edits of users and reads of the ledger; compare all sums with a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.statistics = Statistics(ZONE)
        self.users: dict[str, User] = {}
        self.ledger: dict[str, SessionRecord] = {}
        self.running: dict[str, SessionRecord] = {}
        self.now = START
        self.number = 0
        self.shown: dict[Scope, tuple[object, ...]] = {}
        self.seen: dict[Scope, tuple[Total, Total, tuple[object, ...], tuple[object, ...]]] = {}

    @initialize(present=st.sets(st.sampled_from(sorted(USERS))))
    def begin(self, present: set[str]) -> None:
        self.users = {user_id: USERS[user_id] for user_id in present}
        self.statistics.set_users(self.users)

    @rule(charger=st.sampled_from(CHARGERS), who=st.sampled_from(ROLES), parts=amounts)
    def run(self, charger: str, who: Identity, parts: list[tuple[int, int]]) -> None:
        before = self.running.get(charger)
        if before is None:
            self.number += 1
            self.now += 3600
            record = session(f"s{self.number}", charger, who, self.now, parts)
        else:
            sofar = [(part.energy_mwh, part.cost_micro or 0) for part in before.intervals]
            record = session(before.session_id, charger, who, before.started_at, sofar + parts)
        self.running[charger] = record
        self.statistics.run(record, OPTIONS)

    @rule(charger=st.sampled_from(CHARGERS), told=st.sampled_from(("once", "twice", "running first")))
    def end(self, charger: str, told: str) -> None:
        record = self.running.pop(charger, None)
        if record is None:
            return
        kept = record.energy_mwh >= OPTIONS.least_energy_mwh
        done = ended(record, Outcome.COMPLETED if kept else Outcome.DISCARDED)
        # No session overlaps another of its charger: the next begins after this one.
        self.now = max(self.now, done.ended_at or 0.0)
        if told == "running first":
            assert self.statistics.record(record)
        assert self.statistics.record(done)
        if told == "twice" and kept:
            assert not self.statistics.record(done)
        if kept:
            self.ledger[done.session_id] = done

    @rule(charger=st.sampled_from(CHARGERS), who=st.sampled_from(ROLES))
    def find_out(self, charger: str, who: Identity) -> None:
        if charger in self.running:
            self.running[charger] = replace(self.running[charger], identity=who)
            self.statistics.run(self.running[charger], OPTIONS)

    @rule(data=st.data(), who=st.sampled_from(ROLES))
    def correct(self, data: st.DataObject, who: Identity) -> None:
        if self.ledger:
            session_id = data.draw(st.sampled_from(sorted(self.ledger)))
            self.ledger[session_id] = replace(self.ledger[session_id], identity=who)
            self.read_anew()

    @rule()
    def read_anew(self) -> None:
        self.statistics.load(list(self._month_totals()), self._last_of_each())

    @rule(user=st.sampled_from(sorted(USERS)), user_type=st.sampled_from((UserType.RESIDENT, UserType.GUEST)))
    def edit(self, user: str, user_type: UserType) -> None:
        self.users = {**self.users, user: replace(USERS[user], user_type=user_type)}
        self.statistics.set_users(self.users)

    @rule(user=st.sampled_from(sorted(USERS)), married=st.booleans())
    def rename(self, user: str, married: bool) -> None:
        if user in self.users:
            self.users = {**self.users, user: replace(self.users[user], name=USERS[user].name + " Berg" * married)}
            self.statistics.set_users(self.users)

    @rule(user=st.sampled_from(sorted(USERS)))
    def delete(self, user: str) -> None:
        self.users = {user_id: known for user_id, known in self.users.items() if user_id != user}
        self.statistics.set_users(self.users)

    @invariant()
    def sums_are_those_of_the_sessions(self) -> None:
        for scope in (scope for scope in SCOPES if scope.user_type is None):
            mine = [record for record in self._all() if _within(scope, record)]
            wanted = [month for record in mine for month in months_of(record).items()]
            assert self.statistics.total(scope) == summed(total for _, total in wanted)
            months = self.statistics.months(scope)
            assert list(months) == sorted(months)
            for month in set(months) | {month for month, _ in wanted}:
                assert months.get(month, Total()) == summed(total for when, total in wanted if when == month)

    @invariant()
    def a_full_recount_says_the_same(self) -> None:
        fresh = Statistics(ZONE)
        fresh.set_users(self.users)
        fresh.load(list(self._month_totals()), self._last_of_each())
        for record in self.running.values():
            fresh.run(record, OPTIONS)
        for scope in (scope for scope in SCOPES if scope.user_type is None):
            assert self.statistics.total(scope) == fresh.total(scope)
            assert self.statistics.recorded(scope) == fresh.recorded(scope)
            assert self.statistics.months(scope) == fresh.months(scope)
        assert self.statistics.by_name() == fresh.by_name()

    @invariant()
    def a_sum_that_changed_is_told(self) -> None:
        changed, before = self.statistics.changes(), self.shown
        self.shown = {scope: self._shown(scope) for scope in SCOPES}
        for scope in SCOPES:
            assert changed is None or scope in changed or self.shown[scope] == before[scope]

    @invariant()
    def who_sees_the_same_object_sees_the_same_sum(self) -> None:
        before, sums = self.seen, self.statistics
        self.seen = {}
        for scope in SCOPES:
            total, recorded, last = sums.total(scope), sums.recorded(scope), sums.last(scope)
            names = sums.by_name() if scope == HOUSEHOLD else None
            ended = last, sums.name_of(last.identity) if last else None
            self.seen[scope] = total, recorded, (total, sums.months(scope), names), (recorded, ended)
            if scope in before:
                assert before[scope][0] is not total or before[scope][2] == self.seen[scope][2]
                assert before[scope][1] is not recorded or before[scope][3] == self.seen[scope][3]

    def _shown(self, scope: Scope) -> tuple[object, ...]:
        last, sums = self.statistics.last(scope), self.statistics
        name = sums.name_of(last.identity) if last else None
        names = sums.by_name() if scope == HOUSEHOLD else None
        return sums.total(scope), sums.recorded(scope), sums.months(scope), last, name, names

    @invariant()
    def parts_sum_to_the_household(self) -> None:
        whole = self.statistics.total(HOUSEHOLD)
        assert summed(self.statistics.total(Scope(user_type=user_type)) for user_type in UserType) == whole
        assert summed(self.statistics.total(Scope(charger_id=charger)) for charger in CHARGERS) == whole
        named = self.statistics.by_name()
        assert summed(named.values()) == whole
        for user_id, user in self.users.items():
            assert named.get(user.name, Total()) == self.statistics.total(Scope(user_id=user_id))
        for user_id in USERS:
            parts = (self.statistics.total(Scope(user_id=user_id, charger_id=charger)) for charger in CHARGERS)
            assert summed(parts) == self.statistics.total(Scope(user_id=user_id))
        guests = {user.user_id for user in self.users.values() if user.user_type is UserType.GUEST}
        assert summed(self.statistics.total(Scope(user_id=user_id)) for user_id in guests).energy_mwh <= (
            self.statistics.total(GUESTS).energy_mwh
        )

    @invariant()
    def the_last_session_is_the_one_that_ended_last(self) -> None:
        for scope in (scope for scope in SCOPES if scope.user_type is None):
            mine = [record for record in self.ledger.values() if _within(scope, record)]
            last = self.statistics.last(scope)
            latest = max((record.ended_at or 0.0 for record in mine), default=None)
            assert (last.ended_at if last else None) == latest
            assert last is None or last.identity == self.ledger[last.session_id].identity

    def _all(self) -> list[SessionRecord]:
        kept = [record for record in self.running.values() if record.energy_mwh >= OPTIONS.least_energy_mwh]
        return [*self.ledger.values(), *kept]

    def _month_totals(self) -> Iterable[MonthTotal]:
        newest = {record.identity.user_id: record.identity for record in self._oldest_first()}
        for record in self.ledger.values():
            who = newest[record.identity.user_id] if record.identity.user_id else record.identity
            parts = ((part.quarter, part.energy_mwh, part.cost_micro) for part in record.intervals)
            months = by_month(record.started_at, record.energy_mwh, record.cost_micro, parts, ZONE)
            for month, total in months.items():
                values = total.energy_mwh, total.cost_micro, total.sessions
                payer = who.user_id, who.user_name, str(who.user_type)
                yield MonthTotal(record.charger_id, *payer, month, record.currency, *values)

    def _last_of_each(self) -> list[SessionRecord]:
        cells = {
            (record.charger_id, record.identity.user_id, record.identity.user_type): record
            for record in self._oldest_first()
        }
        return [replace(record, intervals=()) for record in cells.values()]

    def _oldest_first(self) -> list[SessionRecord]:
        return sorted(self.ledger.values(), key=lambda record: record.started_at)


def _within(scope: Scope, record: SessionRecord) -> bool:
    return scope.charger_id in (None, record.charger_id) and scope.user_id in (None, record.identity.user_id)


TestHousehold = Household.TestCase
TestHousehold.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
