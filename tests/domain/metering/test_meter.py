"""Counting goes on from where the meter stands, so that nothing between two looks is lost or doubled."""

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


def test_the_best_counter_is_taken() -> None:
    assert primary_role(settings(GO_E).charger) is Role.SESSION_ENERGY
    assert primary_role(settings(PLAIN_METER).charger) is Role.TOTAL_ENERGY
    assert primary_role(settings(POWER_ALONE).charger) is Role.POWER


def test_the_first_value_that_is_seen_is_nobodys_energy() -> None:
    assert count(Meter(), _fold(1, 8_000_000, 8_000_000), CHARGER).energy_mwh == 0


def test_what_a_lost_message_carried_is_counted_with_the_next() -> None:
    meter = count(Meter(), _fold(1, 0, 100), CHARGER).meter
    counted = count(meter, _fold(3, 250, 300), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (200, False)


def test_a_reset_that_nobody_saw_counts_what_came_after_it() -> None:
    meter = count(Meter(), _fold(1, 0, 8_000_000), CHARGER).meter
    assert count(meter, _fold(3, 20_000, 30_000), CHARGER).energy_mwh == 30_000


def _ran(seconds: float, until: int, total: int | None = None) -> Meter:
    """A session that began at 0 has counted up to here at so many seconds."""
    told = None if total is None else CounterFold(total, total)
    fold = Fold(at(0), at(seconds), session=CounterFold(0, until, until), total=told)
    return count(Meter(), fold, CHARGER, began=at(0)).meter


def _again(first: int, total: int | None = None) -> Fold:
    """The counter is read again a minute later, and begins there."""
    told = None if total is None else CounterFold(total, total)
    return Fold(at(119), at(120), session=CounterFold(first, first), total=told)


def test_a_reset_that_nobody_saw_in_a_session_may_have_taken_a_last_step_with_it() -> None:
    counted = count(_ran(60, 8_000_000), _again(20_000), CHARGER, began=at(0))
    assert (counted.energy_mwh, counted.gap) == (20_000, True)


def test_a_reset_that_nobody_saw_before_a_session_took_nothing_of_it() -> None:
    assert not count(_ran(60, 8_000_000), _again(20_000), CHARGER, began=at(110)).gap


@pytest.mark.parametrize(("total", "gap"), [(9_020_000, False), (9_070_000, True)])
def test_a_total_tells_whether_a_reset_that_nobody_saw_took_a_step_with_it(total: int, gap: bool) -> None:
    counted = count(_ran(60, 8_000_000, 9_000_000), _again(20_000, total), CHARGER, began=at(0))
    assert (counted.energy_mwh, counted.gap) == (20_000, gap)


def test_a_small_step_back_over_a_reload_does_not_count_everything_again() -> None:
    meter = count(Meter(), _fold(1, 0, 200_000), CHARGER).meter
    counted = count(meter, _fold(3, 199_990, 200_000), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (10, False)


def test_a_jump_that_cannot_be_energy_is_left_out_and_said() -> None:
    meter = count(Meter(), _fold(1, 0, 100), CHARGER).meter
    counted = count(meter, _fold(3, 90_000_000, 90_000_050), CHARGER)
    assert (counted.energy_mwh, counted.gap) == (50, True)


def test_a_jump_within_a_fold_is_said() -> None:
    fold = Fold(at(0), at(1), session=CounterFold(0, 90_000_000, 0, gaps=1))
    assert count(Meter(session=0), fold, CHARGER).gap


def test_a_counter_that_was_away_for_an_hour_may_have_counted_for_an_hour_though_the_power_went_on() -> None:
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
