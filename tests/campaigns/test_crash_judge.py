"""The judge of the crash campaign: if it accepted a lost session, every kill would be worthless."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.demo.recorded import RecordedSession

from ..support.true_session import NOON, RECORD as CORRECT, TRUTH
from .crash.cries import cries
from .crash.verdict import Evidence, Verdict, judge
from .crash.watching import watched
from .crash.witness import COMPLETED, STARTED, Witness

AWAY = (NOON + 1_000, NOON + 1_300)
RECORD = replace(CORRECT, reconstructed=1)
# The same, but the car left while no Home Assistant ran.
UNSEEN = TRUTH | {"unplugged_at": NOON + 1_200}


def heard(name: str, redelivered: bool = False) -> dict[str, Any]:
    return {"what": name, "at": 0.0, "data": {"session_id": "a", "energy_kwh": 10.0, "redelivered": redelivered}}


EVENTS = [heard(STARTED), heard(COMPLETED)]


def judged(truth: dict[str, Any], *records: RecordedSession, events: list[dict[str, Any]] | None = None) -> Verdict:
    lines = [{"what": "back", "at": at, "entity_id": "sensor.goe_1_car_value"} for at in (NOON - 500, AWAY[1])]
    evidence = Evidence(
        truths=[truth],
        records=records,
        watched={"Garage left": watched(lines, [AWAY[0], NOON + 9_000], "1")},
        prices={"Garage left": 0.21},
        witness=Witness(Path("nowhere"), EVENTS if events is None else events),
        rate=60.0,
    )
    return judge(evidence)


def test_correct_session_has_no_complaint() -> None:
    verdict = judged(TRUTH, RECORD)
    assert verdict.complaints == ()
    assert (verdict.lost, verdict.doubled, verdict.missing_mwh, verdict.unseen_ends) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"energy_mwh": 9_999_998},
        {"cost_micro": 2_094_000},
        {"user": "Ben"},
        {"outcome": "discarded"},
        {"reconstructed": 0},
        {"started_at": NOON + 60},
        {"ended_at": NOON + 3_500},
        {"ended_at": NOON + 3_700},
    ],
)
def test_every_mistake_in_a_record_is_a_complaint(wrong: dict[str, Any]) -> None:
    assert judged(TRUTH, replace(RECORD, **wrong)).complaints


def test_unseen_unplug_may_be_early_and_measured_by_the_coarser_counter() -> None:
    record = replace(RECORD, ended_at=AWAY[0], energy_mwh=9_999_100)
    assert judged(UNSEEN, record).complaints == ()
    assert judged(UNSEEN, replace(record, energy_mwh=9_998_000)).missing_mwh == 2_000
    assert judged(UNSEEN, replace(record, ended_at=NOON + 1_290)).complaints


def test_session_without_a_record_is_lost_with_its_energy() -> None:
    verdict = judged(TRUTH, events=[])
    assert (verdict.lost, verdict.missing_mwh) == (1, 10_000_000)


def test_second_record_is_doubled_even_if_it_was_discarded() -> None:
    twin = replace(RECORD, session_id="b", outcome="discarded", started_at=NOON + 3_602, ended_at=NOON + 3_650)
    assert judged(TRUTH, RECORD, twin).doubled == 1


@pytest.mark.parametrize("events", [EVENTS[:1], EVENTS[1:], [*EVENTS, heard(COMPLETED)]])
def test_missing_or_duplicate_event_is_a_complaint(events: list[dict[str, Any]]) -> None:
    assert judged(TRUTH, RECORD, events=events).complaints


def test_event_may_repeat_if_it_is_marked() -> None:
    verdict = judged(TRUTH, RECORD, events=[*EVENTS, heard(COMPLETED, redelivered=True)])
    assert (verdict.complaints, verdict.redelivered) == ((), 1)


def test_half_a_line_of_the_witness_waits_for_its_other_half(tmp_path: Path) -> None:
    file, line = tmp_path / "witness", json.dumps(EVENTS[0])
    witness = Witness(file)
    file.write_text(f"{line}\n{line[:9]}")
    witness.read()
    assert len(witness.lines) == 1
    file.write_text(f"{line}\n{line}\n")
    witness.read()
    assert len(witness.lines) == 2


def test_only_our_errors_are_found_in_a_log() -> None:
    theirs = "2026-01-01 12:00:00.000 ERROR (MainThread) [haffmpeg.core] fails\nTraceback (most recent call last):\n"
    ours = (
        "2026-01-01 12:00:01.000 ERROR (MainThread) [asyncio] raised\n  File custom_components/ev_charging_manager/x\n"
    )
    left = "2026-01-01 12:00:02.000 WARNING (MainThread) [asyncio] Task was destroyed but it is pending\n"
    assert cries(theirs) == []
    assert len(cries(theirs + ours + left)) == 2
