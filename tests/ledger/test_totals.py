"""Totals are exactly the sums of their sessions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from custom_components.ev_charging_manager.domain.household import UserType
from custom_components.ev_charging_manager.domain.records import Interval, Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.statistics.totals import MonthTotal
from custom_components.ev_charging_manager.ledger import Ledger

from .making import (
    ANNA,
    GUEST,
    MARCH_NOON,
    NOBODY,
    SOME_GUEST,
    STOCKHOLM,
    commit,
    expected_totals,
    opened,
    random_sessions,
    session,
    sums,
    totals_by_key,
)

# A few sessions, each recorded repeatedly in any order: running, completed, discarded, with another user.
histories = st.lists(st.sampled_from("abcd").flatmap(random_sessions), max_size=10)


@settings(max_examples=60, deadline=None)
@given(histories, st.sampled_from(("Europe/Stockholm", "Australia/Lord_Howe", "America/St_Johns", "UTC")))
def test_totals_are_the_sum_of_the_sessions_however_often_each_was_recorded(
    history: list[SessionRecord], key: str
) -> None:
    zone = ZoneInfo(key)
    latest = {record.session_id: record for record in history}
    with TemporaryDirectory() as folder, opened(Path(folder) / "ledger.db", zone) as ledger:
        for record in history:
            ledger.commit([commit(record)])
        assert totals_by_key(ledger.month_totals()) == expected_totals(latest.values(), zone)
        assert_shares_are_totals(ledger)
        assert over_all_months(ledger.totals()) == over_all_months(ledger.month_totals())
        kept = ledger.month_totals()
        ledger.rebuild_totals()
        assert ledger.month_totals() == [named_as(total, kept) for total in kept]


def over_all_months(totals: list[MonthTotal]) -> dict[tuple[str, str | None, str, str, str], tuple[int, int, int]]:
    cells: dict[tuple[str, str | None, str, str, str], list[MonthTotal]] = defaultdict(list)
    for total in totals:
        cells[total.charger_id, total.user_id, total.user_name, total.user_type, total.currency].append(total)
    return {cell: sums(parts) for cell, parts in cells.items()}


def named_as(total: MonthTotal, kept: list[MonthTotal]) -> MonthTotal:
    assert total in kept
    return total


def assert_shares_are_totals(ledger: Ledger) -> None:
    """The shares of a month's sessions sum exactly to its total."""
    of_user: dict[tuple[str | None, str], list[MonthTotal]] = defaultdict(list)
    for total in ledger.month_totals():
        of_user[total.user_id, total.month].append(total)
    for (user_id, month), totals in of_user.items():
        shares = ledger.user_month(user_id, month)
        told = (
            sum(share.energy_mwh for share in shares),
            sum(share.cost_micro for share in shares),
            sum(share.counted for share in shares),
        )
        assert told == sums(totals)


def test_a_session_over_a_months_end_is_split_by_delivery_and_counted_where_it_began(tmp_path: Path) -> None:
    # Midnight in Stockholm on 1 April is 22:00 UTC: two quarter-hours before it, six after.
    record = session(started_at=datetime(2026, 3, 31, 21, 30, tzinfo=UTC).timestamp(), quarters=8)
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(record)])
        march, april = ledger.month_totals()
        assert (march.month, march.energy_mwh, march.cost_micro, march.sessions) == ("2026-03", 2_000_000, 600_000, 1)
        assert (april.month, april.energy_mwh, april.cost_micro, april.sessions) == ("2026-04", 6_000_000, 1_800_000, 0)
        assert ledger.month_totals(["2026-04"]) == [april]
        (share,) = ledger.user_month("anna", "2026-04")
        assert (share.record.session_id, share.energy_mwh, share.counted) == ("s1", 6_000_000, False)
        assert ledger.user_month("anna", "2026-05") == []


def test_a_session_that_is_recorded_again_after_a_crash_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    for _ in range(3):
        with opened(path) as ledger:
            ledger.commit([commit(session())])
            assert sums(ledger.month_totals()) == (4_000_000, 1_200_000, 1)


def test_only_completed_sessions_count(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        for outcome, count in ((Outcome.RUNNING, 0), (Outcome.COMPLETED, 1), (Outcome.DISCARDED, 0)):
            ledger.commit([commit(session(outcome=outcome))])
            assert sums(ledger.month_totals())[2] == count
        assert ledger.month_totals() == []


def test_energy_that_no_interval_accounts_for_is_not_lost(tmp_path: Path) -> None:
    """A session without intervals, because its pricing failed, still counts its energy."""
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(intervals=(), energy_mwh=7_000, cost_micro=None, faulted=True))])
        assert sums(ledger.month_totals()) == (7_000, 0, 1)
        ledger.commit([commit(session(intervals=(), energy_mwh=7_000, cost_micro=2_100))])
        assert sums(ledger.month_totals()) == (7_000, 2_100, 1)


def test_an_unknown_cost_counts_nothing_until_it_is_known(tmp_path: Path) -> None:
    parts = (Interval(int(MARCH_NOON), 5, 100, 9), Interval(int(MARCH_NOON) + 900, 6, None, None))
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(intervals=parts, energy_mwh=11, cost_micro=None))])
        assert sums(ledger.month_totals()) == (11, 0, 1)
        ledger.rebuild_totals()
        assert sums(ledger.month_totals()) == (11, 0, 1)


def test_unknown_users_and_unnamed_guests_have_separate_totals_that_complete_the_sum(tmp_path: Path) -> None:
    identities = (ANNA, GUEST, NOBODY, SOME_GUEST)
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(*(session(f"s{n}", identity=who) for n, who in enumerate(identities)))])
        found = {(total.user_id, total.user_name, total.user_type) for total in ledger.month_totals()}
        assert found == {
            ("anna", "Anna", "resident"),
            ("gus", "Gus", "guest"),
            (None, "Unknown", "unknown"),
            (None, "A guest", "guest"),
        }
        assert sums(ledger.month_totals())[2] == 4
        assert len(ledger.user_month(None, "2026-03")) == 2


def test_a_name_is_that_of_the_newest_session_in_any_order_of_recording(tmp_path: Path) -> None:
    renamed = replace(ANNA, user_name="Annika", user_type=UserType.GUEST)
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session("s2", MARCH_NOON + 9_000_000, identity=renamed))])
        ledger.commit([commit(session("s1", MARCH_NOON))])
        for _ in range(2):
            names = {(total.month, total.user_name, total.user_type) for total in ledger.month_totals()}
            assert names == {("2026-03", "Annika", "guest"), ("2026-06", "Annika", "guest")}
            ledger.rebuild_totals()


def test_another_time_zone_computes_the_months_again_at_opening(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    record = session(started_at=datetime(2026, 3, 31, 21, 30, tzinfo=UTC).timestamp(), quarters=8)
    with opened(path, STOCKHOLM) as ledger:
        ledger.commit([commit(record)])
        assert {total.month for total in ledger.month_totals()} == {"2026-03", "2026-04"}
    with opened(path, ZoneInfo("America/New_York")) as ledger:
        (only,) = ledger.month_totals()
        assert (only.month, only.energy_mwh, only.sessions) == ("2026-03", 8_000_000, 1)
        ledger.commit([commit(record)])
        assert ledger.month_totals() == [only]
