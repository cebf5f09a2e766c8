"""The comparison of the demo: if it accepted a wrong session, every demonstration would be worthless."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from benchmarks.demo.comparison import Yardstick, compare

from ..support.true_session import NOON, RECORD, TRUTH

YARDSTICK = Yardstick.at_speed(120, {"Garage left": 0.21}, 1, ZoneInfo("Europe/Berlin"))


def test_equal_sessions_are_equal() -> None:
    comparison = compare([TRUTH], [RECORD], YARDSTICK)
    assert comparison.equal
    assert comparison.closing_line() == "meters 10.00 kWh = sessions 10.00 kWh · 0 lost · 0 doubled"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"user": "Ben"}, "user is Ben, was Anna"),
        ({"vehicle": None}, "vehicle is None, was ID.4"),
        ({"unknown_reason": "no_card"}, "unknown_reason is no_card, was None"),
        ({"outcome": "discarded"}, "outcome is discarded, was completed"),
        ({"energy_mwh": 10_000_002}, "energy is 10000.002 Wh, was 10000.0 Wh"),
        ({"started_at": NOON - 7}, "start is off by -7.0 s"),
        ({"ended_at": NOON + 3607}, "end is off by +7.0 s"),
        ({"duration_s": 3590.0}, "duration is off by -10.0 s"),
        ({"cost_micro": 2_106_000}, "cost is 2.1060, was 2.1000"),
        ({"cost_micro": None}, "cost is unknown, was 2.1000"),
    ],
)
def test_difference_is_named(wrong: dict[str, Any], named: str) -> None:
    comparison = compare([TRUTH], [replace(RECORD, **wrong)], YARDSTICK)
    assert not comparison.equal
    assert [named in difference for difference in comparison.differences] == [True]


def test_session_without_a_record_is_lost() -> None:
    later = replace(RECORD, started_at=NOON + 4000, ended_at=NOON + 7600)
    comparison = compare([TRUTH], [later], YARDSTICK)
    assert comparison.closing_line() == "meters 10.00 kWh = sessions 10.00 kWh · 1 lost · 1 doubled"
    assert not comparison.equal


def test_second_record_of_a_session_is_doubled() -> None:
    twin = replace(RECORD, session_id="b", energy_mwh=1_000_000)
    comparison = compare([TRUTH], [twin, RECORD], YARDSTICK)
    assert len(comparison.doubled) == 1
    assert comparison.closing_line().startswith("meters 10.00 kWh ≠ sessions 11.00 kWh")


def test_session_that_still_runs_is_no_record_of_the_one_before() -> None:
    running = replace(RECORD, session_id="b", outcome="running", ended_at=None)
    assert len(compare([TRUTH], [running], YARDSTICK).lost) == 1


def test_micro_session_has_to_be_discarded() -> None:
    micro = {**TRUTH, "micro": True}
    assert compare([micro], [replace(RECORD, outcome="discarded")], YARDSTICK).equal
    assert not compare([micro], [RECORD], YARDSTICK).equal
