"""The power integrator: a reading holds until the next one or until the power is lost."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.metering.fold import PowerFold
from custom_components.ev_charging_manager.domain.metering.integrator import PowerIntegrator

POWER_W = 22_000.0


def test_an_unchanged_value_still_flows() -> None:
    power = PowerIntegrator(POWER_W)
    power.add(3600.0, 0.0)
    assert power.seal(10.0) == PowerFold(10_000.0, 3600.0, 3600.0)
    assert power.seal(20.0) == PowerFold(10_000.0, 3600.0, 3600.0)


@given(st.lists(st.tuples(st.floats(0, 22_000), st.floats(0, 1000)), max_size=20), st.sets(st.integers(0, 20)))
def test_the_result_does_not_depend_on_where_the_fold_is_cut(
    samples: list[tuple[float, float]], cuts: set[int]
) -> None:
    power, mono, truth, sealed = PowerIntegrator(POWER_W), 0.0, 0.0, 0.0
    for index, (watts, seconds) in enumerate(samples):
        power.add(watts, mono)
        mono += seconds
        truth += watts * seconds / 3.6
        if index in cuts:
            fold = power.seal(mono)
            sealed += fold.energy_mwh if fold else 0.0
    fold = power.seal(mono)
    sealed += fold.energy_mwh if fold else 0.0
    # The two sums add the same numbers in another order, and a span below the clock's resolution is zero.
    assert sealed == pytest.approx(truth, abs=1e-6)


def test_no_energy_is_assumed_while_the_power_is_unknown() -> None:
    power = PowerIntegrator(POWER_W)
    power.add(3600.0, 0.0)
    power.lose(10.0)
    assert power.seal(100.0) == PowerFold(10_000.0, 3600.0, None)
    power.add(3600.0, 100.0)
    assert power.seal(101.0) == PowerFold(1_000.0, 3600.0, 3600.0)


@pytest.mark.parametrize("watts", [math.nan, math.inf, -math.inf, 1e6, -1e4])
def test_implausible_power_is_rejected(watts: float) -> None:
    power = PowerIntegrator(POWER_W)
    assert not power.add(watts, 0.0)
    assert (power.rejected, power.last) == (1, None)


def test_a_meters_noise_below_zero_is_zero() -> None:
    power = PowerIntegrator(POWER_W)
    assert power.add(-3.0, 0.0)
    assert power.last == 0.0


def test_each_change_of_the_flow_is_reported_once() -> None:
    changes: list[bool] = []
    power = PowerIntegrator(POWER_W, crossed=changes.append)
    power.threshold_w = 100.0
    for second, watts in enumerate((0.0, 99.9, 100.0, 3600.0, 1e9, 50.0, 0.0)):
        power.add(watts, float(second))
    assert changes == [False, True, False]


def test_after_a_loss_the_flow_is_reported_again() -> None:
    changes: list[bool] = []
    power = PowerIntegrator(POWER_W, crossed=changes.append)
    power.threshold_w = 100.0
    power.add(3600.0, 0.0)
    power.lose(1.0)
    power.add(3600.0, 2.0)
    assert changes == [True, True]


def test_another_threshold_applies_from_the_next_value_on() -> None:
    changes: list[bool] = []
    power = PowerIntegrator(POWER_W, crossed=changes.append)
    power.threshold_w = 100.0
    power.add(3600.0, 0.0)
    power.threshold_w = 5_000.0
    power.add(3600.0, 1.0)
    assert changes == [True, False]
