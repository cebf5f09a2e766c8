"""The cases beyond the hot path, in small: the measured work was done."""

from __future__ import annotations

import pytest

from benchmarks.bench.cases.ledger import _LAST_MONTH
from benchmarks.bench.clock import START_UTC
from benchmarks.bench.household import CHARGER_ID, USER_ID
from benchmarks.bench.past import CHARGERS, USERS, YEARS, ZONE, past_sessions
from custom_components.ev_charging_manager.domain.statistics.totals import month_of

from .small_rounds import small

# The machine may be busy with other processes.
pytestmark = pytest.mark.timeout(180)


def test_the_ledger_answers_with_all_there_is_and_never_on_the_loop() -> None:
    sessions = list(past_sessions(1_500))
    mine = [one for one in sessions if one.identity.user_id == USER_ID]

    case = small("ledger", "sessions=1_500")

    answers, threads = case["details"]["answers"], case["details"]["threads"]
    assert answers["commit of a session"] == 1
    assert answers["month of a user"] == len([one for one in mine if month_of(one.started_at, ZONE) == _LAST_MONTH])
    assert CHARGERS * USERS <= answers["totals of all users"] <= len(sessions)
    halfway = START_UTC - YEARS * 365 * 86_400 / 2
    older = [one for one in mine if one.charger_id == CHARGER_ID and one.started_at < halfway]
    assert answers["page of history"] == min(50, len(older)) > 0
    assert threads["on_loop"] == 0
    assert threads["elsewhere"] > 50
    assert all("ledger" in name for name in threads["by_thread"])
    assert case["target"]["value"] == max(call["median"] for call in case["details"]["calls"].values())


def test_setting_up_brings_the_running_session_back_with_each_ledger() -> None:
    # The case itself raises if there is no session or another one.
    case = small("set_up", "most=300, some=100")

    assert set(case["each_round"]) == {"ours", "100", "no-op"}
    assert case["details"]["sessions"] == {"ours": 300, "100": 100, "no-op": 0}
    assert case["target"]["value"] == pytest.approx(case["ours"] / case["no-op"])


def test_each_of_many_chargers_records_the_sent_energy() -> None:
    case = small("chargers", "sizes=(1, 3), of_memory=(1, 3)")

    details = case["details"]
    assert set(details["least_by_chargers"]) == {"1", "3"}
    assert all(missing < 1e-3 for missing in details["missing_kwh"].values())
    assert all(tasks >= 1 for tasks in details["tasks_per_charger"].values())
    kib = details["memory"]["kib_per_charger"]
    assert 0 < kib["bare pipeline"] < kib["charger without entities"] < kib["charger with entities"]
    assert details["many_to_few"]["ours"] == pytest.approx(case["ours"] / details["least_by_chargers"]["1"])
    least = details["adding_over_no_op_by_chargers"]
    assert details["many_to_few"]["adding, over no-op"] == pytest.approx(least["3"] / least["1"])


def test_cars_at_simulated_chargers_become_sessions_that_equal_the_truth() -> None:
    case = small("websocket_feed", "chargers=(2,), rates=(20,)")

    details = case["details"]
    assert details["equal_to_the_truth"], details["feeds"]
    assert details["sessions"] == 2
    (feed,) = details["feeds"]
    assert len(feed["lag_p99_ms"]["ours"]) == len(feed["lag_p99_ms"]["no-op"]) == 1
    # No session can be announced before the debounce has passed.
    assert details["completed_after_heard_ms"]["median"] > 0
