"""The last steps of the charger wizard: what a kilowatt-hour costs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import split_entity_id
from homeassistant.data_entry_flow import FlowHandler, FlowResult

from .. import const
from ..adapters.price.price_unit import per_kwh, price_factor
from ..domain.tariff import CostMethod
from . import pricing_forms as forms
from .charger_draft import ChargerDraft
from .charger_forms import Form
from .entities import FoundEntity, find_entity, is_number
from .fields import amount_error, errors_of, price_error

type Input = dict[str, Any] | None

# VAT as a factor. People who type the rate mean 25 or 0.25 by it.
SMALLEST_VAT: Final = 0.5
LARGEST_VAT: Final = 2.0


class PricingSteps[ResultT: FlowResult[Any, Any]](FlowHandler[Any, ResultT, Any]):
    """A fixed price, a spot price with what comes on top of it, or that of another charger."""

    draft: ChargerDraft
    _spot: dict[str, Any]

    @property
    @abstractmethod
    def household(self) -> ConfigEntry[Any] | None:
        """The household's entry; None before the first charger."""

    @property
    @abstractmethod
    def charger(self) -> ConfigSubentry | None:
        """The charger that is edited; None while one is being added."""

    @abstractmethod
    async def finish_charger(self, draft: ChargerDraft) -> ResultT:
        """End the flow with the charger as the household's."""

    async def async_step_pricing(self, user_input: Input = None) -> ResultT:
        """Whose price a kilowatt-hour has, and what a fixed one is."""
        errors: dict[str, str] = {}
        others = forms.others_pricing(self.household, self.charger)
        offered = self.draft.pricing or {}
        if user_input is not None:
            method = user_input[const.CONF_METHOD]
            price = user_input.get(const.CONF_PRICE)
            own = {const.CONF_METHOD: method} if method == CostMethod.SPOT else _fixed(price)
            pricing = others[method][1] if method in others else own
            errors = errors_of({const.CONF_PRICE: _pricing_error(pricing, price, offered.get(const.CONF_PRICE))})
            if not errors and method == CostMethod.SPOT:
                return await self.async_step_spot()
            if not errors:
                return await self._price(pricing)
        currency = self.hass.config.currency
        labels = {key: forms.label_of(self.hass, *other, currency) for key, other in others.items()}
        form = forms.pricing_form(currency, labels, offered)
        values = user_input if user_input is not None else forms.pricing_values(offered)
        return self._priced_form("pricing", form, values, errors, {"name": self.draft.name, "currency": currency})

    async def async_step_spot(self, user_input: Input = None) -> ResultT:
        """Which entity tells the spot price, what comes on top of it, and what counts without it."""
        errors: dict[str, str] = {}
        currency = self.hass.config.currency
        found = find_entity(self.hass, user_input[const.CONF_PRICE_ENTITY]) if user_input is not None else None
        if user_input is not None:
            errors = _spot_errors(user_input, found, currency)
            if not errors and found is not None:
                self._spot = {
                    const.CONF_METHOD: CostMethod.SPOT.value,
                    **user_input,
                    const.CONF_PRICE_ENTITY: found.stored,
                }
                return await self.async_step_price_preview()
        values = user_input if user_input is not None else forms.spot_values(self.hass, self.draft.pricing or {})
        placeholders = {
            "name": self.draft.name,
            "currency": currency,
            "price_unit": (found.unit if found else None) or forms.UNKNOWN,
            "wanted_unit": per_kwh(currency),
        }
        return self._priced_form("spot", forms.spot_form(currency), values, errors, placeholders)

    async def async_step_price_preview(self, user_input: Input = None) -> ResultT:
        """The sum as it would be now, so that a wrong unit or tax shows before a bill does."""
        if user_input is not None:
            if not user_input[forms.CONF_CHANGE]:
                return await self._price(self._spot)
            self.draft.pricing = self._spot
            return await self.async_step_spot()
        placeholders = {
            "name": self.draft.name,
            "sum": forms.sum_of(self.hass, self._spot, self.hass.config.currency),
        }
        return self._priced_form("price_preview", forms.PREVIEW_FORM, {}, {}, placeholders)

    async def _price(self, pricing: Mapping[str, Any]) -> ResultT:
        self.draft.pricing = pricing
        return await self.finish_charger(self.draft)

    def _priced_form(
        self,
        step_id: str,
        form: Form,
        values: Mapping[str, Any],
        errors: dict[str, str],
        placeholders: Mapping[str, str],
    ) -> ResultT:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(form), values),
            errors=errors,
            description_placeholders=placeholders,
            # Whether the choice of a method is the last step depends on the method.
            last_step={"spot": False, "price_preview": True}.get(step_id),
        )


def _fixed(price: float | None) -> dict[str, Any]:
    return {const.CONF_METHOD: CostMethod.STATIC.value, const.CONF_PRICE: price}


def _pricing_error(pricing: Mapping[str, Any], typed: float | None, offered: float | None) -> str | None:
    """A price typed beside another choice must not vanish: the person meant one or the other."""
    price = pricing.get(const.CONF_PRICE)
    if typed is not None and typed not in (price, offered):
        return "price_or_same"
    return price_error(price) if pricing[const.CONF_METHOD] == CostMethod.STATIC else None


def _spot_errors(typed: Mapping[str, Any], found: FoundEntity | None, currency: str) -> dict[str, str]:
    return errors_of(
        {
            const.CONF_PRICE_ENTITY: _entity_error(found, currency),
            const.CONF_ADDITIONAL: _additional_error(typed[const.CONF_ADDITIONAL]),
            const.CONF_VAT: None if SMALLEST_VAT <= typed[const.CONF_VAT] <= LARGEST_VAT else "vat_as_factor",
            const.CONF_FALLBACK: price_error(typed[const.CONF_FALLBACK]),
        }
    )


def _additional_error(additional: float) -> str | None:
    """It may be less than zero, as a subsidy is."""
    return amount_error(additional) if isfinite(additional) else "price_required"


def _entity_error(found: FoundEntity | None, currency: str) -> str | None:
    """Why an entity cannot tell the spot price; one that is away can, as long as its unit is known."""
    if found is None:
        return "entity_not_found"
    if found.registered and found.registered.disabled:
        return "entity_disabled"
    if split_entity_id(found.entity_id)[0] not in forms.PRICE_DOMAINS:
        return "wrong_kind"
    if found.value is None and found.unit is None:
        return "entity_unavailable"
    if found.value is not None and not is_number(found.value):
        return "not_numeric"
    return None if price_factor(found.unit, currency) else "wrong_price_unit"
