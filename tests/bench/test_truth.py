"""The differences that the WebSocket case detects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.bench.past import past_sessions
from benchmarks.bench.percentile import percentile
from benchmarks.bench.truth import differences
from custom_components.ev_charging_manager.domain.records import Identity, SessionRecord

(RECORD,) = past_sessions(1)


def truth(record: SessionRecord = RECORD, **changes: Any) -> dict[str, Any]:
    return {
        "charger_name": record.charger_name,
        "counter_mwh": record.energy_mwh,
        "who": record.identity.user_name,
        "plugged_at": record.started_at,
        "unplugged_at": record.ended_at,
    } | changes


def test_a_session_as_it_was_is_no_difference() -> None:
    assert differences([truth()], [RECORD]) == []


@pytest.mark.parametrize(
    "records",
    [[], [RECORD, RECORD], [replace(RECORD, charger_name="Elsewhere")]],
    ids=["lost", "doubled", "at another charger"],
)
def test_a_lost_or_duplicate_session_is_reported(records: list[SessionRecord]) -> None:
    assert differences([truth()], records)


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, energy_mwh=RECORD.energy_mwh - 1),
        replace(RECORD, identity=Identity(user_name="Ben")),
        replace(RECORD, started_at=RECORD.started_at + 1.1),
        replace(RECORD, ended_at=None),
    ],
    ids=["a milliwatt-hour", "another user", "a second late", "no end"],
)
def test_every_difference_is_reported(record: SessionRecord) -> None:
    assert len(differences([truth()], [record])) == 1


def test_a_loop_that_was_late_dates_later_and_changes_nothing_else() -> None:
    late = replace(RECORD, started_at=RECORD.started_at + 2.5)

    assert differences([truth()], [late], late_s=2.0) == []
    assert len(differences([truth()], [replace(late, energy_mwh=0)], late_s=2.0)) == 1


def test_a_session_without_a_visit_is_reported() -> None:
    assert differences([], [RECORD])


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 201)]

    assert percentile(values, 99) == 198.0
    assert percentile(values, 50) == 100.0
    assert percentile([7.0], 99) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 99)
