"""Units of price entities, relative to Home Assistant's currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

# kWh by unit of energy. Upper and lower case need no distinction, because no price is per mWh.
_ENERGY: Final[Mapping[str, Fraction]] = {
    "wh": Fraction(1, 1000),
    "kwh": Fraction(1),
    "mwh": Fraction(1000),
    "gwh": Fraction(1_000_000),
}
_DOLLARS: Final = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "BRL"})
_CROWNS: Final = frozenset({"SEK", "NOK", "DKK", "ISK"})
_CENTS: Final = _DOLLARS | {"EUR", "ZAR"}

# Signs and names of currencies, besides the ISO 4217 code.
_SYMBOLS: Final[Mapping[str, frozenset[str]]] = {
    "€": frozenset({"EUR"}),
    "euro": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "$": _DOLLARS,
    "us$": frozenset({"USD"}),
    "a$": frozenset({"AUD"}),
    "nz$": frozenset({"NZD"}),
    "r$": frozenset({"BRL"}),
    "kr": _CROWNS,
    "kr.": _CROWNS,
    "fr.": frozenset({"CHF"}),
    "zł": frozenset({"PLN"}),
    "kč": frozenset({"CZK"}),
    "ft": frozenset({"HUF"}),
    "lei": frozenset({"RON"}),
    "лв": frozenset({"BGN"}),
    "₹": frozenset({"INR"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₺": frozenset({"TRY"}),
    "₴": frozenset({"UAH"}),
    "r": frozenset({"ZAR"}),
}
# Signs and names of their hundredths.
_HUNDREDTHS: Final[Mapping[str, frozenset[str]]] = {
    "ct": _CENTS | {"CHF"},
    "cts": _CENTS | {"CHF"},
    "c": _CENTS,
    "¢": _CENTS,
    "us¢": frozenset({"USD"}),
    "cent": _CENTS,
    "cents": _CENTS,
    "€c": frozenset({"EUR"}),
    "c€": frozenset({"EUR"}),
    "€ct": frozenset({"EUR"}),
    "ct€": frozenset({"EUR"}),
    "eurocent": frozenset({"EUR"}),
    "snt": frozenset({"EUR"}),
    # In Sweden, Norway and Denmark the spellings are used for one another.
    "öre": _CROWNS,
    "øre": _CROWNS,
    "ore": _CROWNS,
    "p": frozenset({"GBP"}),
    "pence": frozenset({"GBP"}),
    "penny": frozenset({"GBP"}),
    "rp": frozenset({"CHF"}),
    "rp.": frozenset({"CHF"}),
    "rappen": frozenset({"CHF"}),
    "gr": frozenset({"PLN"}),
    "grosz": frozenset({"PLN"}),
    "hal": frozenset({"CZK"}),
    "bani": frozenset({"RON"}),
    "paise": frozenset({"INR"}),
}
_SHOWN: Final[Mapping[str, str]] = {"EUR": "€", "GBP": "£", "USD": "$"}

# More than a kWh costs in any currency. A larger number is an error.
LARGEST_PRICE: Final = 1_000_000
# Limit of the decimal exponent: `Fraction` writes all its digits out.
_LARGEST_EXPONENT: Final = 20


def price_factor(unit: str | None, currency: str) -> Fraction | None:
    """Return the factor from this unit to currency units per kWh; None if the unit cannot be converted."""
    money, slash, energy = (unit or "").replace(" per ", "/").partition("/")
    kwh = _ENERGY.get(energy.strip().casefold())
    share = _share(money.strip().casefold().replace(" ", ""), currency)
    if not slash or kwh is None or share is None:
        return None
    return share / kwh


def _share(money: str, currency: str) -> Fraction | None:
    """Return the currency units that a unit of money is worth; None if it belongs to another currency."""
    code = currency.casefold()
    if money == code or currency in _SYMBOLS.get(money, ()):
        return Fraction(1)
    if currency in _HUNDREDTHS.get(money.removesuffix(code).removeprefix(code), ()):
        return Fraction(1, 100)
    return None


def price_of(text: str, factor: Fraction) -> Fraction | None:
    """Convert the text of a state to currency units per kWh, exactly; None if it is no price."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        # Without this limit a text such as 1e999999999 would fill the memory.
        return None
    price = Fraction(value) * factor
    if abs(price) > LARGEST_PRICE:
        return None
    return price


def per_kwh(currency: str) -> str:
    """Return the unit of a price as shown to people, such as `€/kWh` or `SEK/kWh`."""
    return f"{_SHOWN.get(currency, currency)}/kWh"
