"""The repair of a price unit that cannot be converted to a price per kWh. It has no form."""

from __future__ import annotations

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.notices import PriceUnit
from ..adapters.price.price_unit import per_kwh
from ..adapters.sanitize import without_markup
from .issues import charger_issue_id, delete_charger_issue

PRICE_UNIT: Final = "price_unit"


@callback
def create_price_unit_issue(hass: HomeAssistant, charger_id: str, price_unit: PriceUnit) -> None:
    """Report the unit; only the user can change it."""
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        charger_issue_id(PRICE_UNIT, charger_id),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=PRICE_UNIT,
        translation_placeholders={
            "entity": price_unit.entity_id,
            "price_unit": without_markup(price_unit.unit),
            "currency": per_kwh(price_unit.currency),
        },
    )


@callback
def delete_price_unit_issue(hass: HomeAssistant, charger_id: str) -> None:
    """Withdraw the report: the unit can be converted, or the entity is not used any more."""
    delete_charger_issue(hass, charger_id, PRICE_UNIT)
