"""Counting continues from the meter's last reading, so that no energy between two readings is lost or doubled."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.metering.fold import CounterFold, Fold, PowerFold
from custom_components.ev_charging_manager.domain.metering.meter import Meter, count, primary_role

from ..household import GO_E, PLAIN_METER, POWER_ALONE, at, settings

CHARGER = settings().charger


def _fold(seconds: float, first: int, last: int, rise: int | None = None) -> Fold:
    return Fold(at(seconds - 1), at(seconds), session=CounterFold(first, last, last - first if rise is None else rise))


def test_the_best_counter_measures_the_session() -> None:
    assert primary_role(settings(GO_E).charger) is Role.SESSION_ENERGY
    assert primary_role(settings(PLAIN_METER).charger) is Role.TOTAL_ENERGY
    assert primary_role(settings(POWER_ALONE).charger) is Role.POWER


def test_the_first_reading_counts_no_energy() -> None:
    assert count(Meter(), _fold(1, 8_000_000, 8_000_000), CHARGER).energy_mwh == 0


def test_energy_of_a_lost_message_is_counted_with_the_next() -> None:
    meter = count(Meter(), _fold(1, 0, 100), CHARGER).meter
    counted = count(meter, _fold(3, 250, 300), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (200, False)


def test_after_an_unseen_reset_the_energy_since_it_counts() -> None:
    meter = count(Meter(), _fold(1, 0, 8_000_000), CHARGER).meter
    assert count(meter, _fold(3, 20_000, 30_000), CHARGER).energy_mwh == 30_000


def _ran(seconds: float, until: int, total: int | None = None) -> Meter:
    """Return the meter of a session that started at 0, after `until` mWh at so many seconds."""
    total_fold = None if total is None else CounterFold(total, total)
    fold = Fold(at(0), at(seconds), session=CounterFold(0, until, until), total=total_fold)
    return count(Meter(), fold, CHARGER, began=at(0)).meter


def _again(first: int, total: int | None = None) -> Fold:
    """Return the fold of a counter that is read again a minute later."""
    total_fold = None if total is None else CounterFold(total, total)
    return Fold(at(119), at(120), session=CounterFold(first, first), total=total_fold)


def test_an_unseen_reset_in_a_session_may_have_lost_a_last_step() -> None:
    counted = count(_ran(60, 8_000_000), _again(20_000), CHARGER, began=at(0))
    assert (counted.energy_mwh, counted.gap) == (20_000, True)


def test_an_unseen_reset_before_a_session_loses_none_of_its_energy() -> None:
    assert not count(_ran(60, 8_000_000), _again(20_000), CHARGER, began=at(110)).gap


@pytest.mark.parametrize(("total", "gap"), [(9_020_000, False), (9_070_000, True)])
def test_the_total_shows_whether_an_unseen_reset_lost_a_step(total: int, gap: bool) -> None:
    counted = count(_ran(60, 8_000_000, 9_000_000), _again(20_000, total), CHARGER, began=at(0))
    assert (counted.energy_mwh, counted.gap) == (20_000, gap)


def test_a_small_step_back_over_a_reload_is_no_reset() -> None:
    meter = count(Meter(), _fold(1, 0, 200_000), CHARGER).meter
    counted = count(meter, _fold(3, 199_990, 200_000), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (10, False)


def test_a_jump_too_large_for_energy_is_left_out_and_marked_as_a_gap() -> None:
    meter = count(Meter(), _fold(1, 0, 100), CHARGER).meter
    counted = count(meter, _fold(3, 90_000_000, 90_000_050), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (50, True)


def test_a_jump_within_a_fold_is_marked_as_a_gap() -> None:
    fold = Fold(at(0), at(1), session=CounterFold(0, 90_000_000, 0, gaps=1))
    assert count(Meter(session=0), fold, CHARGER).gap


def test_a_counter_unavailable_for_an_hour_may_have_counted_for_an_hour_although_power_was_reported() -> None:
    meter = count(Meter(), _fold(0, 0, 100), CHARGER).meter
    for minute in range(60):
        meter = meter.see(Fold(at(minute * 60), at(minute * 60 + 60), power=PowerFold(0.0, 0.0, 0.0)))
    counted = count(meter, _fold(3601, 11_000_100, 11_000_100), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (11_000_000, False)


@given(st.lists(st.floats(min_value=0, max_value=1000), max_size=50))
def test_fractions_of_integrated_power_add_up(parts: list[float]) -> None:
    charger, meter, energy = settings(POWER_ALONE).charger, Meter(), 0
    for part in parts:
        counted = count(meter, Fold(at(0), at(1), power=PowerFold(part, 0.0, None)), charger)
        meter, energy = counted.meter, energy + counted.energy_mwh
    assert abs(energy + meter.remainder - sum(parts)) < 1e-6
    assert 0 <= meter.remainder < 1
