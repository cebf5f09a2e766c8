"""The forms of a charger's pricing, the values that they open with, and how a price looks to people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
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

from .. import const
from ..adapters.configuration import subentries, tariff_of
from ..adapters.price.price_unit import per_kwh, price_factor, price_of
from ..domain.quantity import MICRO
from ..domain.tariff import CostMethod, SpotTariff
from .charger_forms import Form
from .entities import find_entity, shown_entity
from .fields import number

CONF_CHANGE: Final = "change"
PRICE_DOMAINS: Final = ("sensor", "number", "input_number")
UNKNOWN: Final = "–"

type Pricing = Mapping[str, Any]


def pricing_form(currency: str, same_as: Mapping[str, str], offered: Pricing) -> Form:
    """The price per kWh: that of another charger, offered first where there are any, or its own.

    A charger that has a price of its own already opens with that.
    """
    options = [SelectOptionDict(value=key, label=label) for key, label in same_as.items()]
    options += [SelectOptionDict(value=method.value, label=method.value) for method in CostMethod]
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST, translation_key="pricing_method")
    )
    first = offered.get(const.CONF_METHOD, options[0]["value"])
    return {
        vol.Required(const.CONF_METHOD, default=first): selector,
        vol.Optional(const.CONF_PRICE): number(f"{currency}/kWh"),
    }


def pricing_values(offered: Pricing) -> dict[str, Any]:
    """What the form for the price opens with."""
    return {const.CONF_PRICE: offered[const.CONF_PRICE]} if const.CONF_PRICE in offered else {}


def spot_form(currency: str) -> Form:
    """The spot price, what comes on top of it, and the price without it."""
    return {
        vol.Required(const.CONF_PRICE_ENTITY): EntitySelector(
            EntitySelectorConfig(filter={"domain": list(PRICE_DOMAINS)})
        ),
        vol.Required(const.CONF_ADDITIONAL): number(f"{currency}/kWh"),
        vol.Required(const.CONF_VAT): number(),
        vol.Required(const.CONF_FALLBACK): number(f"{currency}/kWh"),
    }


def spot_values(hass: HomeAssistant, offered: Pricing) -> dict[str, Any]:
    """What the form for the spot price opens with; a fixed price that there was is the best guess without one."""
    if offered.get(const.CONF_METHOD) == CostMethod.SPOT:
        entity = shown_entity(hass, offered[const.CONF_PRICE_ENTITY])
        return {**{key: offered[key] for key in SPOT_FIELDS}, const.CONF_PRICE_ENTITY: entity}
    values: dict[str, Any] = {const.CONF_ADDITIONAL: 0, const.CONF_VAT: 1}
    price = offered.get(const.CONF_PRICE)
    return values if price is None else {**values, const.CONF_FALLBACK: price}


SPOT_FIELDS: Final = (const.CONF_PRICE_ENTITY, const.CONF_ADDITIONAL, const.CONF_VAT, const.CONF_FALLBACK)
PREVIEW_FORM: Final[Form] = {vol.Required(CONF_CHANGE, default=False): BooleanSelector()}


def sum_of(hass: HomeAssistant, pricing: Pricing, currency: str) -> str:
    """The price as it would be now: `(0.084 + 0.145) × 1.25 = 0.286 €/kWh`."""
    tariff = tariff_of(pricing)
    assert isinstance(tariff, SpotTariff)
    spot = _spot_now(hass, pricing[const.CONF_PRICE_ENTITY], currency)
    known = UNKNOWN if spot is None else _plain(spot, 4)
    price = UNKNOWN if spot is None else f"{tariff.price_of(spot) / MICRO:.3f}"
    return f"{_terms(known, pricing)} = {price} {per_kwh(currency)}"


def others_pricing(
    entry: ConfigEntry[Any] | None, edited: ConfigSubentry | None
) -> dict[str, tuple[list[str], Pricing]]:
    """The names of the other chargers and their pricing, once for each different pricing."""
    others: dict[str, tuple[list[str], Pricing]] = {}
    own_id = edited.subentry_id if edited else None
    for charger in subentries(entry, const.SUBENTRY_CHARGER) if entry else ():
        pricing = charger.data[const.CONF_PRICING]
        if charger.subentry_id == own_id:
            continue
        alike = next((names for names, known in others.values() if known == pricing), None)
        if alike is None:
            others[f"same_as_{charger.subentry_id}"] = ([charger.title], pricing)
        else:
            alike.append(charger.title)
    return others


def label_of(hass: HomeAssistant, names: list[str], pricing: Pricing, currency: str) -> str:
    """Other chargers and what they charge, in a line: `Left, Right: 0.3 EUR/kWh`."""
    if pricing[const.CONF_METHOD] == CostMethod.SPOT:
        price = _terms(shown_entity(hass, pricing[const.CONF_PRICE_ENTITY]), pricing)
    else:
        price = f"{pricing[const.CONF_PRICE]:g}"
    return f"{', '.join(names)}: {price} {currency}/kWh"


def _terms(spot: str, pricing: Pricing) -> str:
    additional, vat = (Fraction(str(pricing[key])) for key in (const.CONF_ADDITIONAL, const.CONF_VAT))
    sign = "−" if additional < 0 else "+"
    return f"({spot} {sign} {_plain(abs(additional), 6)}) × {_plain(vat, 6)}"


def _spot_now(hass: HomeAssistant, reference: str, currency: str) -> Fraction | None:
    found = find_entity(hass, reference)
    factor = price_factor(found.unit, currency) if found else None
    return price_of(found.value, factor) if found and found.value is not None and factor else None


def _plain(value: Fraction, places: int) -> str:
    """A number as a person would write it: no more places than it needs, and no power of ten."""
    rounded = round(Decimal(value.numerator) / Decimal(value.denominator), places)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
