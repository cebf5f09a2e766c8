"""Units of price entities: those in use are converted, and ambiguous ones are rejected."""

from __future__ import annotations

from fractions import Fraction

import pytest

from custom_components.ev_charging_manager.adapters.price.price_unit import per_kwh, price_factor, price_of


@pytest.mark.parametrize(
    ("unit", "currency", "factor"),
    [
        ("EUR/kWh", "EUR", "1"),
        ("€/kWh", "EUR", "1"),
        ("€ / kWh", "EUR", "1"),
        ("EUR per kWh", "EUR", "1"),
        ("eur/KWH", "EUR", "1"),
        ("EUR/MWh", "EUR", "0.001"),
        ("€/Wh", "EUR", "1000"),
        ("EUR/GWh", "EUR", "0.000001"),
        ("ct/kWh", "EUR", "0.01"),
        ("Ct/kWh", "EUR", "0.01"),
        ("Cent/kWh", "EUR", "0.01"),
        ("c/kWh", "EUR", "0.01"),
        ("c€/kWh", "EUR", "0.01"),
        ("€ct/kWh", "EUR", "0.01"),
        ("EURct/kWh", "EUR", "0.01"),
        ("EUR Cent/kWh", "EUR", "0.01"),
        ("snt/kWh", "EUR", "0.01"),
        ("ct/MWh", "EUR", "0.00001"),
        ("SEK/kWh", "SEK", "1"),
        ("kr/kWh", "SEK", "1"),
        ("öre/kWh", "SEK", "0.01"),
        ("Öre/kWh", "SEK", "0.01"),
        ("øre/kWh", "NOK", "0.01"),
        ("NOK/MWh", "NOK", "0.001"),
        ("DKK/kWh", "DKK", "1"),
        ("kr./kWh", "DKK", "1"),
        ("p/kWh", "GBP", "0.01"),
        ("£/kWh", "GBP", "1"),
        ("GBP/MWh", "GBP", "0.001"),
        ("$/kWh", "AUD", "1"),
        ("c/kWh", "AUD", "0.01"),
        ("¢/kWh", "USD", "0.01"),
        ("$/MWh", "USD", "0.001"),
        ("Rp./kWh", "CHF", "0.01"),
        ("zł/kWh", "PLN", "1"),
        ("gr/kWh", "PLN", "0.01"),
        ("CZK/MWh", "CZK", "0.001"),
        ("Kč/kWh", "CZK", "1"),
    ],
)
def test_a_price_in_the_households_currency_is_converted(unit: str, currency: str, factor: str) -> None:
    assert price_factor(unit, currency) == Fraction(factor)


@pytest.mark.parametrize(
    ("unit", "currency"),
    [
        (None, "EUR"),
        ("", "EUR"),
        ("EUR", "EUR"),
        ("kWh", "EUR"),
        ("EUR/h", "EUR"),
        ("EUR/m³", "EUR"),
        ("/kWh", "EUR"),
        ("SEK/kWh", "EUR"),
        ("öre/kWh", "EUR"),
        ("ct/kWh", "SEK"),
        ("€/kWh", "SEK"),
        ("£/kWh", "EUR"),
        ("p/kWh", "EUR"),
        ("kr/kWh", "EUR"),
        ("$/kWh", "EUR"),
        ("kWh/EUR", "EUR"),
        ("EUR/kWh/h", "EUR"),
        ("%", "EUR"),
    ],
)
def test_ambiguous_units_are_rejected(unit: str | None, currency: str) -> None:
    assert price_factor(unit, currency) is None


def test_a_price_is_converted_exactly() -> None:
    assert price_of("8.41234567", Fraction(1, 100)) == Fraction("0.0841234567")
    assert price_of("-1e-05", Fraction(1)) == Fraction(-1, 100_000)
    assert price_of("0", Fraction(1, 1000)) == 0


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "dear", "", "1e999999999", "1e-999999999", "1e9", "-1e18"])
def test_invalid_text_is_no_price(text: str) -> None:
    assert price_of(text, Fraction(1)) is None


def test_the_unit_shows_the_sign_of_the_currency() -> None:
    assert [per_kwh(currency) for currency in ("EUR", "GBP", "USD", "SEK")] == ["€/kWh", "£/kWh", "$/kWh", "SEK/kWh"]
