"""Amounts of money and energy are exact."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.quantity import MWH_PER_KWH, cost_of

HALVES = st.integers(-1000, 1000).map(lambda number: (500_000 * (2 * number + 1), 1))
ANY = st.tuples(st.integers(0, 10**12), st.integers(-(10**9), 10**9))


@given(st.one_of(ANY, HALVES))
def test_a_cost_is_rounded_half_to_even_for_each_sign(amounts: tuple[int, int]) -> None:
    energy_mwh, price_micro = amounts
    assert cost_of(energy_mwh, price_micro) == round(Fraction(energy_mwh * price_micro, MWH_PER_KWH))
