"""The bill: every milliwatt-hour at the price in force when it was delivered, to the millionth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.ev_charging_manager.domain.household import Billing, BillingMethod
from custom_components.ev_charging_manager.domain.messages import PriceKnown
from custom_components.ev_charging_manager.domain.pricing.bill import (
    PricingState,
    charge,
    informed,
    opened,
    priced,
    so_far,
)
from custom_components.ev_charging_manager.domain.pricing.terms import charge_price
from custom_components.ev_charging_manager.domain.records import Interval, Outcome
from custom_components.ev_charging_manager.domain.tariff import CostMethod
from custom_components.ev_charging_manager.ledger.codec import decode, encode

from ..billing import FALLBACK, NOON, SPOT, STATIC, bill, delivered, known, moment, parts, record


def test_energy_is_split_by_time_at_the_boundary_between_two_prices() -> None:
    state = bill(known(-900, 100_000), known(0, 200_000), delivered(-300, 600, 900_000))
    assert parts(state) == [(-1, 300_000, 100_000), (0, 600_000, 200_000)]
    assert state.bill.cost_micro == 30_000 + 120_000


def test_energy_since_the_boundary_is_billed_again_when_its_price_arrives_late() -> None:
    early = known(-900, 100_000), delivered(-60, 0, 60_000), delivered(0, 30, 30_000)
    assert parts(bill(*early)) == [(-1, 60_000, 100_000), (0, 30_000, 100_000)]
    state = bill(*early, known(31, 200_000), delivered(30, 60, 30_000))
    assert parts(state) == [(-1, 60_000, 100_000), (0, 60_000, 200_000)]
    assert state.bill.cost_micro == 6_000 + 12_000


def test_a_price_that_arrives_after_two_minutes_splits_the_quarter_into_two_intervals() -> None:
    state = bill(known(-900, 100_000), delivered(0, 120, 120_000), known(180, 200_000), delivered(120, 240, 120_000))
    assert parts(state) == [(0, 180_000, 100_000), (0, 60_000, 200_000)]


def test_an_hourly_price_is_four_equal_quarters() -> None:
    state = bill(known(2, 100_000), delivered(0, 3600, 4_000_000), known(3605, 200_000))
    assert parts(state) == [(quarter, 1_000_000, 100_000) for quarter in range(4)]


def test_a_price_lost_for_a_moment_applies_to_the_whole_quarter() -> None:
    state = bill(known(2, 100_000), known(300, None), known(320, 100_000), delivered(0, 900, 900_000))
    assert parts(state) == [(0, 900_000, 100_000)]
    assert state.bill.fallback_mwh == 0


def test_a_quarter_without_a_known_price_gets_the_fallback_and_not_the_last_price() -> None:
    state = bill(known(2, 100_000), known(300, None), delivered(600, 1200, 600_000))
    assert state.bill.intervals == (
        Interval(NOON, 300_000, 100_000, 30_000),
        Interval(NOON + 900, 300_000, FALLBACK, 120_000, fallback=True),
    )
    assert state.bill.fallback_mwh == 300_000


def test_a_fallback_that_equals_a_known_price_is_an_interval_apart() -> None:
    state = bill(known(-900, None), delivered(0, 300, 300_000), known(300, FALLBACK), delivered(300, 600, 300_000))
    assert [(part.energy_mwh, part.fallback) for part in state.bill.intervals] == [(300_000, True), (300_000, False)]


def test_a_price_lost_right_after_the_boundary_does_not_apply_to_the_new_quarter() -> None:
    state = bill(known(-900, 100_000), delivered(0, 10, 10_000), known(10, None), delivered(10, 900, 890_000))
    assert [(part.energy_mwh, part.fallback) for part in state.bill.intervals] == [(900_000, True)]


def test_a_negative_price_pays_the_driver() -> None:
    state = bill(known(0, -200_000), delivered(0, 900, 1_500_000))
    assert state.bill.cost_micro == -300_000
    finished = priced(state, record(1_500_000), SPOT)
    assert finished.cost_micro == -300_000
    assert charge_price(Billing(BillingMethod.MARKUP, factor=1.1), 1_500_000, -300_000) == -330_000


def test_after_an_absence_the_unwatched_quarters_get_the_fallback() -> None:
    before = bill(known(-900, 100_000), delivered(-900, 300, 1_200_000))
    back = PriceKnown(moment(3000), 200_000, watched=moment(2999).utc)
    state = charge(informed(before, back, SPOT), delivered(300, 3000, 2_700_000), SPOT)
    assert [
        (part.quarter - NOON, part.energy_mwh, part.price_micro, part.fallback) for part in state.bill.intervals
    ] == [
        (-900, 900_000, 100_000, False),
        (0, 300_000, 100_000, False),
        (0, 600_000, FALLBACK, True),
        (900, 900_000, FALLBACK, True),
        (1800, 900_000, FALLBACK, True),
        (2700, 300_000, 200_000, False),
    ]


def test_a_record_contains_the_energy_priced_by_the_fallback() -> None:
    state = bill(known(2, 100_000), known(300, None), delivered(600, 1200, 600_000))
    finished = priced(state, record(600_000), SPOT)
    assert (finished.cost_method, finished.price_fallback_mwh) == (CostMethod.SPOT, 300_000)
    assert finished.intervals == state.bill.intervals
    assert not finished.data_gap
    running = so_far(state, record(600_000, outcome=Outcome.RUNNING), SPOT)
    assert (running.cost_micro, running.price_fallback_mwh) == (150_000, 300_000)


def test_prices_are_kept_after_the_session() -> None:
    state = opened(bill(known(2, 100_000), delivered(0, 60, 60_000)), "another")
    assert state.bill.intervals == ()
    state = charge(state, replace(delivered(60, 120, 60_000), session_id="another"), SPOT)
    assert parts(state) == [(0, 60_000, 100_000)]


def test_a_spot_price_does_not_change_a_fixed_price() -> None:
    state = bill(known(2, 100_000), delivered(0, 300, 300_000), known(300, None), settings=STATIC)
    assert parts(state) == [(0, 300_000, 300_000)]
    assert (state.bill.cost_micro, state.bill.fallback_mwh) == (90_000, 0)


def test_a_change_from_fixed_to_spot_leaves_the_earlier_intervals() -> None:
    state = bill(delivered(0, 60, 60_000), settings=STATIC)
    state = informed(state, PriceKnown(moment(61), 100_000, moment(61).utc), SPOT)
    state = charge(state, delivered(60, 120, 60_000), SPOT)
    assert parts(state) == [(0, 60_000, 300_000), (0, 60_000, 100_000)]


def test_energy_lost_by_a_fault_gets_the_price_at_the_sessions_end() -> None:
    state = bill(known(2, 100_000), delivered(0, 60, 60_000), known(3590, 200_000))
    finished = priced(state, record(100_000, ended_at=NOON + 3595.0), SPOT)
    assert finished.data_gap
    assert [(part.energy_mwh, part.price_micro) for part in finished.intervals] == [
        (60_000, 100_000),
        (40_000, 200_000),
    ]


def test_a_session_shows_no_cost_of_another_session() -> None:
    state = bill(known(2, 100_000), delivered(0, 60, 60_000))
    assert so_far(state, replace(record(0), session_id="another"), SPOT).cost_micro == 0


def test_bill_and_prices_survive_a_checkpoint() -> None:
    state = bill(known(2, -100_000), known(300, None), delivered(600, 1200, 600_000))
    assert decode(encode(state), PricingState) == state


@pytest.mark.parametrize("minutes", [0, 5, 14, 30])
def test_energy_delivered_in_no_time_has_the_price_of_its_moment(minutes: float) -> None:
    state = bill(known(0, 100_000), known(200, 150_000), known(900, 200_000), delivered(minutes * 60, minutes * 60, 7))
    assert [part.price_micro for part in state.bill.intervals] == [
        100_000 if minutes == 0 else 150_000 if minutes < 15 else 200_000
    ]
