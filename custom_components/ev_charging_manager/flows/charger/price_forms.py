"""The forms of a charger's pricing, the values that they open with, and prices as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ... import const
from ...adapters.configuration import tariff_of
from ...adapters.price.price_unit import per_kwh, price_factor, price_of
from ...domain.quantity import MICRO
from ...domain.tariff import CostMethod, SpotTariff
from ..entities import FoundEntity, find_entity, shown_entity
from ..fields import Form, HouseholdEntry, number, others_of

CONF_CHANGE: Final = "change"
PRICE_DOMAINS: Final = ("sensor", "number", "input_number")
SPOT_FIELDS: Final = (const.CONF_PRICE_ENTITY, const.CONF_ADDITIONAL, const.CONF_VAT, const.CONF_FALLBACK)
PREVIEW_FORM: Final[Form] = {vol.Required(CONF_CHANGE, default=False): BooleanSelector()}

# Shown for a spot price or a unit that is not known.
UNKNOWN: Final = "–"
SPOT_PLACES: Final = 4
TERM_PLACES: Final = 6

type Pricing = Mapping[str, Any]
"""A charger's pricing as it is stored."""


@dataclass(frozen=True, slots=True)
class SharedPrice:
    """A pricing and the names of the chargers that have it."""

    pricing: Pricing
    names: list[str]


def pricing_form(currency: str, same_as: Mapping[str, str], stored: Pricing) -> Form:
    """Return the choice of the price: prices of other chargers, labelled by `same_as`, then the methods.

    A charger that has a price opens with the method of that price, a new one with the first choice.
    """
    options = [SelectOptionDict(value=key, label=label) for key, label in same_as.items()]
    options += [SelectOptionDict(value=method.value, label=method.value) for method in CostMethod]
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST, translation_key="pricing_method")
    )
    first = stored.get(const.CONF_METHOD, options[0]["value"])
    return {
        vol.Required(const.CONF_METHOD, default=first): selector,
        vol.Optional(const.CONF_PRICE): number(f"{currency}/kWh"),
    }


def pricing_values(stored: Pricing) -> dict[str, Any]:
    """Return the values that the form for the price opens with."""
    if const.CONF_PRICE not in stored:
        return {}
    return {const.CONF_PRICE: stored[const.CONF_PRICE]}


def spot_form(currency: str) -> Form:
    """Return the entity of the spot price, additional cost, VAT and fallback price."""
    return {
        vol.Required(const.CONF_PRICE_ENTITY): EntitySelector(
            EntitySelectorConfig(filter={"domain": list(PRICE_DOMAINS)})
        ),
        vol.Required(const.CONF_ADDITIONAL): number(f"{currency}/kWh"),
        vol.Required(const.CONF_VAT): number(),
        vol.Required(const.CONF_FALLBACK): number(f"{currency}/kWh"),
    }


def spot_values(hass: HomeAssistant, stored: Pricing) -> dict[str, Any]:
    """Return the values that the form for the spot price opens with; a stored fixed price becomes the fallback."""
    if stored.get(const.CONF_METHOD) == CostMethod.SPOT:
        entity = shown_entity(hass, stored[const.CONF_PRICE_ENTITY])
        return {**{key: stored[key] for key in SPOT_FIELDS}, const.CONF_PRICE_ENTITY: entity}
    values: dict[str, Any] = {const.CONF_ADDITIONAL: 0, const.CONF_VAT: 1}
    price = stored.get(const.CONF_PRICE)
    if price is not None:
        values[const.CONF_FALLBACK] = price
    return values


def sum_of(hass: HomeAssistant, pricing: Pricing, currency: str) -> str:
    """Return the calculation of the final price as it is now: `(0.084 + 0.145) × 1.25 = 0.286 €/kWh`."""
    tariff = tariff_of(pricing)
    assert isinstance(tariff, SpotTariff)
    spot = _spot_now(hass, pricing[const.CONF_PRICE_ENTITY], currency)
    if spot is None:
        return f"{_terms(UNKNOWN, pricing)} = {UNKNOWN} {per_kwh(currency)}"
    price = tariff.price_of(spot) / MICRO
    return f"{_terms(_plain(spot, SPOT_PLACES), pricing)} = {price:.3f} {per_kwh(currency)}"


def others_prices(entry: HouseholdEntry | None, edited: ConfigSubentry | None) -> dict[str, SharedPrice]:
    """Return the prices of the other chargers, each different pricing once, by the value of its choice."""
    others: dict[str, SharedPrice] = {}
    for charger in others_of(entry, const.SUBENTRY_CHARGER, edited):
        pricing = charger.data[const.CONF_PRICING]
        alike = next((shared for shared in others.values() if shared.pricing == pricing), None)
        if alike is not None:
            alike.names.append(charger.title)
            continue
        others[f"same_as_{charger.subentry_id}"] = SharedPrice(pricing, [charger.title])
    return others


def label_of(hass: HomeAssistant, shared: SharedPrice, currency: str) -> str:
    """Return the names of chargers and their price in one line: `Left, Right: 0.3 EUR/kWh`."""
    return f"{', '.join(shared.names)}: {_price_of(hass, shared.pricing)} {currency}/kWh"


def unit_of(found: FoundEntity | None) -> str | None:
    """Return the unit of an entity; None if there is no entity or no unit."""
    if found is None:
        return None
    return found.unit


def _price_of(hass: HomeAssistant, pricing: Pricing) -> str:
    if pricing[const.CONF_METHOD] == CostMethod.SPOT:
        return _terms(shown_entity(hass, pricing[const.CONF_PRICE_ENTITY]), pricing)
    return f"{pricing[const.CONF_PRICE]:g}"


def _terms(spot: str, pricing: Pricing) -> str:
    """Return the left side of the calculation: `(0.084 + 0.145) × 1.25`."""
    additional, vat = (Fraction(str(pricing[key])) for key in (const.CONF_ADDITIONAL, const.CONF_VAT))
    sign = "+"
    if additional < 0:
        sign = "−"
    return f"({spot} {sign} {_plain(abs(additional), TERM_PLACES)}) × {_plain(vat, TERM_PLACES)}"


def _spot_now(hass: HomeAssistant, reference: str, currency: str) -> Fraction | None:
    """Return the spot price in currency units per kWh; None while it is unknown."""
    found = find_entity(hass, reference)
    if found is None or found.value is None:
        return None
    factor = price_factor(found.unit, currency)
    if not factor:
        return None
    return price_of(found.value, factor)


def _plain(value: Fraction, places: int) -> str:
    """Format a number with at most `places` decimals, without trailing zeros and without a power of ten."""
    rounded = round(Decimal(value.numerator) / Decimal(value.denominator), places)
    text = f"{rounded:f}"
    if "." not in text:
        return text
    return text.rstrip("0").rstrip(".")
