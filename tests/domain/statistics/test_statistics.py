"""Sums: never more and never less than the sessions that they cover, for each user and charger."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.household import UserType
from custom_components.ev_charging_manager.domain.statistics.sums import GUESTS, HOUSEHOLD, Scope
from custom_components.ev_charging_manager.domain.statistics.totals import MonthTotal, Total

from ..charged import (
    ANNA,
    GITA,
    NOBODY,
    OPTIONS,
    SOME_GUEST,
    START,
    USERS,
    completed,
    ended,
    session,
    statistics,
    summed,
)


def test_a_session_too_short_to_be_kept_is_in_no_sum_while_it_runs() -> None:
    sums = statistics()
    brief = replace(session("s", "left", ANNA, START, [(9_000_000, 1)]), duration_s=59.0)
    sums.run(brief, OPTIONS)
    sums.run(session("t", "right", ANNA, START, [(49_000, 1)]), OPTIONS)
    assert sums.total(HOUSEHOLD) == Total()


def test_sums_without_months_are_complete_and_show_no_partial_month() -> None:
    sums, running = statistics(), session("t", "left", ANNA, START, [(3_000_000, 3)])
    answer = MonthTotal("left", "anna", "Anna", UserType.RESIDENT, "", "EUR", 7_000_000, 7, 2)
    sums.load([answer], [], by_month=False)
    sums.record(completed("s", ANNA))
    sums.run(running, OPTIONS)

    assert sums.total(HOUSEHOLD) == Total(11_000_000, 250_010, 3)
    assert sums.months(HOUSEHOLD) == {}

    recorded = replace(answer, month="2026-03", energy_mwh=8_000_000, cost_micro=250_007, sessions=3)
    sums.load([recorded], [completed("s", ANNA)])
    assert sums.total(HOUSEHOLD) == Total(11_000_000, 250_010, 3)
    assert summed(sums.months(HOUSEHOLD).values()) == Total(11_000_000, 250_010, 3)


def test_a_sum_does_not_drop_while_a_running_session_is_written_or_gets_another_user() -> None:
    sums = statistics()
    record = session("s", "left", ANNA, START, [(1_000_000, 5)])
    sums.run(record, OPTIONS)
    sums.record(record)
    assert sums.total(Scope(user_id="anna")) == Total(1_000_000, 5, 0)


def test_a_running_session_is_no_session_yet_for_count_and_average() -> None:
    sums = statistics(completed("s", ANNA))
    sums.run(session("t", "right", ANNA, START, [(5_000_000, 5)]), OPTIONS)
    assert sums.recorded(Scope(user_id="anna")) == Total(1_000_000, 250_000, 1)
    assert sums.total(Scope(user_id="anna")).energy_mwh == 6_000_000


def test_deleted_users_stay_in_the_household_under_their_last_name_and_type() -> None:
    sums = statistics(completed("a", ANNA), completed("g", GITA, 2), completed("u", NOBODY, 4))
    sums.set_users({})
    named = {name: total.energy_mwh // 1_000_000 for name, total in sums.by_name().items()}
    assert named == {"Anna (removed)": 1, "Gita (removed)": 2, "Unknown": 4}
    assert sums.total(GUESTS).energy_mwh == 2_000_000


def test_a_user_who_becomes_a_guest_takes_all_sessions_along() -> None:
    sums = statistics(completed("a", ANNA), completed("s", SOME_GUEST, 2))
    assert sums.total(GUESTS).energy_mwh == 2_000_000
    sums.set_users({"anna": replace(USERS["anna"], user_type=UserType.GUEST)})
    assert sums.total(GUESTS).energy_mwh == 3_000_000


def test_a_deleted_user_has_one_type_even_if_the_last_sessions_differ() -> None:
    sums = statistics(completed("a", ANNA), users=())
    assert sums.total(GUESTS).energy_mwh == 0
    sums.record(completed("b", replace(ANNA, user_type=UserType.GUEST), 2))
    assert sums.total(GUESTS).energy_mwh == 3_000_000
    assert sums.total(Scope(user_type=UserType.RESIDENT)) == Total()


def test_costs_in_another_currency_are_kept_apart_and_their_energy_counts() -> None:
    sums = statistics(completed("a", ANNA), replace(completed("b", ANNA), currency="SEK"))
    sums.run(replace(session("t", "right", ANNA, START, [(1_000_000, 7)]), currency="NOK"), OPTIONS)
    assert sums.total(HOUSEHOLD) == Total(3_000_000, 250_000, 2)
    assert sums.elsewhere(HOUSEHOLD) == {"SEK": 250_000}
    assert summed(sums.months(HOUSEHOLD).values()) == Total(3_000_000, 250_000, 2)


def test_a_session_that_ended_while_the_ledger_was_read_counts_once() -> None:
    sums = statistics()
    running = session("s", "left", ANNA, START, [(1_000_000, 250_000)])
    sums.run(running, OPTIONS)
    answer = MonthTotal("left", "anna", "Anna", "resident", "2025-12", "EUR", 1_000_000, 250_000, 1)
    sums.load([answer], [ended(running)])
    assert sums.total(HOUSEHOLD).energy_mwh == 1_000_000
    assert not sums.record(ended(running))
    assert sums.total(HOUSEHOLD) == Total(1_000_000, 250_000, 1)


@given(st.integers(2, 400))
def test_a_session_is_remembered_long_enough_and_what_is_remembered_is_bounded(count: int) -> None:
    sums = statistics(*(completed(f"s{n}", ANNA, started_at=START + n * 3600) for n in range(count)))
    assert not sums.record(completed(f"s{count - 2}", ANNA))
    assert sums.recorded(HOUSEHOLD).sessions == count
