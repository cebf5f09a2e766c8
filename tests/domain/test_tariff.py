"""Tariffs: prices are exact, rounded once, half to even, to the millionth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.tariff import CostMethod, SpotTariff, StaticTariff

prices = st.decimals(min_value=-10, max_value=100, places=9)
additions = st.integers(min_value=-1_000_000, max_value=10_000_000)
factors = st.decimals(min_value="0.5", max_value=2, places=4)


def spot_tariff(additional_micro: int = 145_000, vat: str = "1.25") -> SpotTariff:
    return SpotTariff(additional_micro, Fraction(vat), 400_000)


def test_each_tariff_has_its_method() -> None:
    assert (StaticTariff(1).method, spot_tariff().method) == (CostMethod.STATIC, CostMethod.SPOT)


@pytest.mark.parametrize(
    ("spot", "price"),
    [("0.084", 286_250), ("0", 181_250), ("-0.145", 0), ("-0.5", -443_750), ("0.0840000005", 286_250)],
)
def test_spot_price_and_additional_cost_are_taxed_together(spot: str, price: int) -> None:
    assert spot_tariff().price_of(Fraction(spot)) == price


def test_a_price_is_rounded_once_and_not_before_the_tax() -> None:
    # Rounded to millionths before the tax, the spot price would be zero, and so would its tax.
    assert spot_tariff(0, "2").price_of(Fraction("0.0000004")) == 1


@pytest.mark.parametrize(("spot", "price"), [("0.0000005", 0), ("0.0000015", 2), ("-0.0000005", 0), ("-0.0000015", -2)])
def test_a_half_is_rounded_to_even_for_each_sign(spot: str, price: int) -> None:
    assert spot_tariff(0, "1").price_of(Fraction(spot)) == price


@given(prices, additions, factors)
def test_the_price_is_never_more_than_half_a_millionth_away(spot: Decimal, additional: int, vat: Decimal) -> None:
    exact = (Fraction(spot) * 1_000_000 + additional) * Fraction(vat)
    assert abs(SpotTariff(additional, Fraction(vat), 0).price_of(Fraction(spot)) - exact) <= Fraction(1, 2)
