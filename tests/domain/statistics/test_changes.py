"""A change reports the sums that it is in and no others, independent of the size of the household."""

from __future__ import annotations

from dataclasses import replace

from custom_components.ev_charging_manager.domain.household import Options, UserType
from custom_components.ev_charging_manager.domain.statistics.sums import GUESTS, HOUSEHOLD, UNKNOWN, Scope
from custom_components.ev_charging_manager.domain.statistics.totals import Total

from ..charged import ANNA, BEN, GITA, OPTIONS, START, USERS, completed, ended, session, statistics

WATCHED = (
    HOUSEHOLD,
    GUESTS,
    UNKNOWN,
    *(Scope(user_id=user_id) for user_id in USERS),
    *(Scope(user_id=user_id, charger_id=charger) for user_id in USERS for charger in ("left", "right")),
    *(Scope(charger_id=charger) for charger in ("left", "right")),
)


def of(user_id: str, charger: str) -> set[Scope]:
    return {HOUSEHOLD, Scope(user_id=user_id), Scope(charger_id=charger), Scope(user_id=user_id, charger_id=charger)}


def watched(changed: frozenset[Scope] | None) -> set[Scope]:
    assert changed is not None
    return set(WATCHED) & changed


def test_a_running_session_changes_the_sums_that_it_is_in_and_no_others() -> None:
    sums = statistics()
    sums.run(session("s", "left", ANNA, START, [(1_000_000, 1)]), OPTIONS)
    sums.changes()
    sums.run(session("t", "right", GITA, START, [(1_000_000, 1)]), OPTIONS)
    assert watched(sums.changes()) == of("gita", "right") | {GUESTS}
    assert sums.changes() == frozenset()


def test_a_session_that_gets_another_user_changes_the_sums_of_both() -> None:
    sums = statistics()
    running = session("s", "left", ANNA, START, [(1_000_000, 1)])
    sums.run(running, OPTIONS)
    sums.changes()
    sums.run(replace(running, identity=BEN), OPTIONS)
    assert watched(sums.changes()) == of("anna", "left") | of("ben", "left")
    assert set(sums.by_name()) == {"Ben"}


def test_a_record_changes_the_sums_that_it_is_in_and_no_others() -> None:
    sums = statistics(completed("a", ANNA), completed("b", BEN))
    sums.changes()
    sums.record(completed("c", BEN, 2))
    assert watched(sums.changes()) == of("ben", "left")


def test_a_session_too_short_to_be_kept_changes_nothing() -> None:
    sums = statistics()
    sums.changes()
    sums.run(session("s", "left", ANNA, START, [(1, 1)]), OPTIONS)
    assert sums.changes() == frozenset()


def test_a_user_who_becomes_a_guest_may_have_changed_any_sum() -> None:
    sums = statistics()
    sums.run(session("s", "left", ANNA, START, [(1_000_000, 1)]), OPTIONS)
    assert sums.total(GUESTS) == Total()
    sums.changes()
    sums.set_users({"anna": replace(USERS["anna"], user_type=UserType.GUEST)})
    assert sums.changes() is None
    assert sums.total(GUESTS).energy_mwh == 1_000_000


def test_the_first_record_of_a_deleted_user_sets_the_type_of_the_running_session() -> None:
    sums = statistics(users=())
    sums.run(session("s", "left", replace(ANNA, user_type=UserType.GUEST), START, [(1_000_000, 1)]), OPTIONS)
    assert sums.total(GUESTS).energy_mwh == 1_000_000
    sums.record(completed("t", ANNA, 2))
    assert sums.changes() is None
    assert sums.total(GUESTS) == Total()
    assert sums.total(Scope(user_type=UserType.RESIDENT)).energy_mwh == 3_000_000


def test_sessions_that_deliver_nothing_in_a_month_leave_it_one_after_the_other() -> None:
    sums = statistics()
    everything = Options(shortest_session_s=0.0, least_energy_mwh=0)
    across = [(1_000_000, 1)] * 8 + [(0, 0)]
    for number in range(2):
        sums.run(session(f"s{number}", "left", ANNA, START, across), everything)
    assert list(sums.months(HOUSEHOLD)) == ["2025-12", "2026-01"]
    for number in range(2):
        sums.record(completed(f"s{number}", ANNA))
    assert sums.months(HOUSEHOLD) == {"2025-12": Total(2_000_000, 500_000, 2)}


def test_a_running_session_without_growth_changes_nothing() -> None:
    sums = statistics()
    running = session("s", "left", ANNA, START, [(1_000_000, 1)])
    sums.run(running, OPTIONS)
    sums.changes()
    sums.run(replace(running, duration_s=running.duration_s + 10), OPTIONS)
    assert sums.changes() == frozenset()
    sums.record(ended(running))
    assert sums.total(HOUSEHOLD) == Total(1_000_000, 1, 1)


def test_a_sum_is_the_same_object_until_it_changes() -> None:
    sums = statistics(completed("a", ANNA), completed("b", BEN))
    shown = {who: (sums.total(who), sums.recorded(who)) for who in map(Scope, ("anna", "ben"))}
    sums.run(session("s", "left", ANNA, START, [(1_000_000, 1)]), OPTIONS)
    for who, (total, recorded) in shown.items():
        assert (sums.total(who) is total) == (who == Scope("ben"))
        assert sums.recorded(who) is recorded
    sums.record(completed("s", ANNA))
    assert sums.recorded(Scope("anna")) is not shown[Scope("anna")][1]


def test_after_an_edit_of_users_every_sum_is_another_object() -> None:
    sums = statistics(completed("a", ANNA))
    before = sums.total(HOUSEHOLD), sums.recorded(HOUSEHOLD)
    sums.set_users({"anna": replace(USERS["anna"], name="Anna-Lena")})
    assert sums.total(HOUSEHOLD) == before[0]
    assert sums.total(HOUSEHOLD) is not before[0]
    assert sums.recorded(HOUSEHOLD) is not before[1]


def test_a_session_that_goes_on_into_the_next_month_grows_there() -> None:
    sums = statistics()
    hours = [(1_000_000, 1)] * 8
    sums.run(session("s", "left", ANNA, START, hours), OPTIONS)
    sums.run(session("s", "left", ANNA, START, [*hours, (500_000, 2)]), OPTIONS)
    sums.run(session("s", "left", ANNA, START, [*hours, (700_000, 3)]), OPTIONS)
    assert sums.months(HOUSEHOLD) == {"2025-12": Total(8_000_000, 8), "2026-01": Total(700_000, 3)}
