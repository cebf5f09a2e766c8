"""The comparison of a session with the total counter."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.metering.validation import compare
from custom_components.ev_charging_manager.domain.records import Identity, SessionRecord

from ..household import PLUG_AND_TOTAL, settings


def _record(energy: int, start: int | None, end: int | None) -> SessionRecord:
    return SessionRecord("s", "c", "C", 0.0, Identity(), energy_mwh=energy, meter_start_mwh=start, meter_end_mwh=end)


@pytest.mark.parametrize(
    ("energy", "end", "deviation", "doubtful"),
    [
        (1_000_000, 1_000_000, 0.0, False),
        (1_200_000, 1_000_000, 20.0, True),
        (800_000, 1_000_000, -20.0, True),
        (1_040_000, 1_000_000, 4.0, False),
        (120_000, 100_000, 20.0, False),
        (1_000_000, 0, 100.0, True),
        (0, 0, None, False),
        (1_000_000, -5, None, False),
    ],
)
def test_more_than_five_percent_and_a_hundred_watt_hours_are_doubtful(
    energy: int, end: int, deviation: float | None, doubtful: bool
) -> None:
    comparison = compare(_record(energy, 0, end), settings())
    assert (comparison.record.deviation_pct, comparison.doubtful) == (deviation, doubtful)


def test_a_session_measured_by_the_total_is_not_compared_with_it() -> None:
    assert compare(_record(5, 0, 900_000), settings(PLUG_AND_TOTAL)).record.deviation_pct is None


def test_without_a_total_nothing_is_compared() -> None:
    assert compare(_record(5, None, None), settings()).record.deviation_pct is None
