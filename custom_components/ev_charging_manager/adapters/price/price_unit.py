"""The units in which people's price sensors speak, relative to Home Assistant's currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

# Energy by how many kWh it is. No price is per mWh, so that upper and lower case need no care.
_ENERGY: Final[Mapping[str, Fraction]] = {
    "wh": Fraction(1, 1000),
    "kwh": Fraction(1),
    "mwh": Fraction(1000),
    "gwh": Fraction(1_000_000),
}
_DOLLARS: Final = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "BRL"})
_CROWNS: Final = frozenset({"SEK", "NOK", "DKK", "ISK"})
_CENTS: Final = _DOLLARS | {"EUR", "ZAR"}

# What stands for a currency, besides its code.
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
# What stands for its hundredth.
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
    # Swedes, Norwegians and Danes are not strict about whose letter it is.
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

# More than a kWh costs anywhere, in the smallest of currencies; beyond it a number is garbage.
LARGEST_PRICE: Final = 1_000_000
_DIGITS: Final = 20


def price_factor(unit: str | None, currency: str) -> Fraction | None:
    """What a price in this unit is multiplied with to be in currency units per kWh; None: it cannot be converted."""
    money, slash, energy = (unit or "").replace(" per ", "/").partition("/")
    per = _ENERGY.get(energy.strip().casefold())
    share = _share(money.strip().casefold().replace(" ", ""), currency)
    return None if not slash or per is None or share is None else share / per


def _share(money: str, currency: str) -> Fraction | None:
    """How many currency units the money of a unit is; None: it is of another currency."""
    code = currency.casefold()
    if money == code or currency in _SYMBOLS.get(money, ()):
        return Fraction(1)
    if currency in _HUNDREDTHS.get(money.removesuffix(code).removeprefix(code), ()):
        return Fraction(1, 100)
    return None


def price_of(text: str, factor: Fraction) -> Fraction | None:
    """A state's price in currency units per kWh, exactly as it stands there; None: it is no price."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or not -_DIGITS <= value.adjusted() <= _DIGITS:
        # Without a limit a few letters of garbage make a number that fills the memory.
        return None
    price = Fraction(value) * factor
    return price if abs(price) <= LARGEST_PRICE else None


def per_kwh(currency: str) -> str:
    """The unit of a price for people: `€/kWh`, `SEK/kWh`."""
    return f"{_SHOWN.get(currency, currency)}/kWh"
