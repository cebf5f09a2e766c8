"""The last steps of the charger wizard: the price of a kilowatt-hour."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import split_entity_id
from homeassistant.data_entry_flow import FlowHandler, FlowResult

from ... import const
from ...adapters.price.price_unit import per_kwh, price_factor
from ...domain.tariff import CostMethod
from ..entities import FoundEntity, find_entity, is_number
from ..fields import Errors, Form, HouseholdEntry, Input, Values, amount_error, error_if, errors_of, price_error
from . import price_forms as forms
from .draft import ChargerDraft

# VAT as a multiplier. A person who enters the rate types 25 or 0.25.
SMALLEST_VAT: Final = 0.5
LARGEST_VAT: Final = 2.0

# Whether a step is the last one, where it is not simply another step: the choice of the price may end the flow.
LAST_STEP: Final[Mapping[str, bool | None]] = {"pricing": None, "price_preview": True}


class PriceSteps[ResultT: FlowResult[Any, Any]](FlowHandler[Any, ResultT, Any]):
    """A fixed price, a spot price with additional cost and VAT, or the price of another charger."""

    draft: ChargerDraft
    _spot: dict[str, Any]

    @property
    @abstractmethod
    def household(self) -> HouseholdEntry | None:
        """The household's entry; None before the first charger."""

    @property
    @abstractmethod
    def charger(self) -> ConfigSubentry | None:
        """The charger that is edited; None while one is being added."""

    @abstractmethod
    async def finish_charger(self, draft: ChargerDraft) -> ResultT:
        """Store the charger and end the flow."""

    async def async_step_pricing(self, user_input: Input = None) -> ResultT:
        """Another charger's price, a fixed price, or a spot price."""
        others = forms.others_prices(self.household, self.charger)
        if user_input is None:
            return self._pricing_form(others, forms.pricing_values(self._stored))
        pricing = _pricing_of(user_input, others)
        error = _pricing_error(pricing, user_input.get(const.CONF_PRICE), self._stored.get(const.CONF_PRICE))
        if error is not None:
            return self._pricing_form(others, user_input, {const.CONF_PRICE: error})
        if user_input[const.CONF_METHOD] == CostMethod.SPOT:
            return await self.async_step_spot()
        return await self._finish(pricing)

    async def async_step_spot(self, user_input: Input = None) -> ResultT:
        """The entity of the spot price, additional cost, VAT, and the price while the spot price is unknown."""
        if user_input is None:
            return self._spot_form(forms.spot_values(self.hass, self._stored))
        found = find_entity(self.hass, user_input[const.CONF_PRICE_ENTITY])
        errors = _spot_errors(user_input, found, self._currency)
        if errors or found is None:
            return self._spot_form(user_input, errors, found)
        spot = {**user_input, const.CONF_METHOD: CostMethod.SPOT.value, const.CONF_PRICE_ENTITY: found.stored}
        self._spot = spot
        return await self.async_step_price_preview()

    async def async_step_price_preview(self, user_input: Input = None) -> ResultT:
        """The final price as it is now, so that a wrong unit or VAT shows before a bill does."""
        if user_input is None:
            placeholders = {"name": self.draft.name, "sum": forms.sum_of(self.hass, self._spot, self._currency)}
            return self.show("price_preview", forms.PREVIEW_FORM, {}, None, placeholders)
        if not user_input[forms.CONF_CHANGE]:
            return await self._finish(self._spot)
        self.draft.pricing = self._spot
        return await self.async_step_spot()

    def show(
        self,
        step_id: str,
        form: Form,
        values: Values,
        errors: Errors | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ResultT:
        """Show a form of the wizard with `values` in its fields."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(form), values),
            errors=errors or {},
            description_placeholders=placeholders,
            last_step=LAST_STEP.get(step_id, False),
        )

    @property
    def _currency(self) -> str:
        return self.hass.config.currency

    @property
    def _stored(self) -> Values:
        """The pricing of the draft; empty for a new charger."""
        return self.draft.pricing or {}

    async def _finish(self, pricing: Values) -> ResultT:
        self.draft.pricing = pricing
        return await self.finish_charger(self.draft)

    def _pricing_form(
        self, others: Mapping[str, forms.SharedPrice], values: Values, errors: Errors | None = None
    ) -> ResultT:
        labels = {key: forms.label_of(self.hass, shared, self._currency) for key, shared in others.items()}
        form = forms.pricing_form(self._currency, labels, self._stored)
        placeholders = {"name": self.draft.name, "currency": self._currency}
        return self.show("pricing", form, values, errors, placeholders)

    def _spot_form(self, values: Values, errors: Errors | None = None, found: FoundEntity | None = None) -> ResultT:
        placeholders = {
            "name": self.draft.name,
            "currency": self._currency,
            "price_unit": forms.unit_of(found) or forms.UNKNOWN,
            "wanted_unit": per_kwh(self._currency),
        }
        return self.show("spot", forms.spot_form(self._currency), values, errors, placeholders)


def _pricing_of(typed: Values, others: Mapping[str, forms.SharedPrice]) -> Values:
    """Return the chosen pricing; for a spot price only its method, because the next step asks for the rest."""
    method = typed[const.CONF_METHOD]
    if method in others:
        return others[method].pricing
    if method == CostMethod.SPOT:
        return {const.CONF_METHOD: method}
    return {const.CONF_METHOD: CostMethod.STATIC.value, const.CONF_PRICE: typed.get(const.CONF_PRICE)}


def _pricing_error(pricing: Values, typed: float | None, stored: float | None) -> str | None:
    """Refuse a price that was entered although another choice was made: only one of them can count."""
    price = pricing.get(const.CONF_PRICE)
    if typed is not None and typed not in (price, stored):
        return "price_or_same"
    if pricing[const.CONF_METHOD] != CostMethod.STATIC:
        return None
    return price_error(price)


def _spot_errors(typed: Values, found: FoundEntity | None, currency: str) -> Errors:
    vat_in_range = SMALLEST_VAT <= typed[const.CONF_VAT] <= LARGEST_VAT
    return errors_of(
        {
            const.CONF_PRICE_ENTITY: _entity_error(found, currency),
            const.CONF_ADDITIONAL: _additional_error(typed[const.CONF_ADDITIONAL]),
            const.CONF_VAT: error_if(not vat_in_range, "vat_as_factor"),
            const.CONF_FALLBACK: price_error(typed[const.CONF_FALLBACK]),
        }
    )


def _additional_error(additional: float) -> str | None:
    """Check the additional cost; a subsidy is below zero."""
    if not isfinite(additional):
        return "price_required"
    return amount_error(additional)


def _entity_error(found: FoundEntity | None, currency: str) -> str | None:
    """Check the entity of the spot price; an unavailable one passes if its unit is known and fits."""
    if found is None:
        return "entity_not_found"
    if found.disabled:
        return "entity_disabled"
    if split_entity_id(found.entity_id)[0] not in forms.PRICE_DOMAINS:
        return "wrong_kind"
    if found.value is None and found.unit is None:
        return "entity_unavailable"
    if found.value is not None and not is_number(found.value):
        return "not_numeric"
    return error_if(not price_factor(found.unit, currency), "wrong_price_unit")
