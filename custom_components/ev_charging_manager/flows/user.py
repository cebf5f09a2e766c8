"""People who charge: residents and guests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, EntitySelector, EntitySelectorConfig

from .. import const
from ..domain.household import BillingMethod, UserType
from .cards import rename_cards, switch_cards
from .entities import FoundEntity, find_entity, shown_entity
from .fields import (
    TEXT,
    Errors,
    Form,
    Input,
    Values,
    choice,
    error_if,
    errors_of,
    name_error,
    number,
    price_error,
    stripped,
)
from .subentry import HouseholdSubentryFlow

USER_TYPES: Final = (UserType.RESIDENT, UserType.GUEST)
PERSON_DOMAIN: Final = "person"

# A hundred times the cost is a typing mistake, and a bill without a limit outgrows the ledger's 64 bits.
LARGEST_FACTOR: Final = 100.0

# The term that a billing method needs; the other term has no meaning with it.
TERM_OF: Final[Mapping[str, str | None]] = {
    BillingMethod.NONE: None,
    BillingMethod.PRICE: const.CONF_PRICE,
    BillingMethod.MARKUP: const.CONF_FACTOR,
}


class UserSubentryFlow(HouseholdSubentryFlow):
    """Adds or edits a user; a guest also has billing terms."""

    _typed: Values
    _person: FoundEntity | None = None

    async def async_step_user(self, user_input: Input = None) -> SubentryFlowResult:
        """Add a user."""
        return await self.async_step_details(user_input)

    async def async_step_reconfigure(self, user_input: Input = None) -> SubentryFlowResult:
        """Edit a user."""
        return await self.async_step_details(user_input)

    async def async_step_details(self, user_input: Input = None) -> SubentryFlowResult:
        """Name, user type, whether the user is active, and the person in Home Assistant."""
        if user_input is None:
            return self.form("details", self._details_form(), self._details())
        typed = stripped(user_input)
        errors = self._details_errors(typed)
        if errors:
            return self.form("details", self._details_form(), typed, errors)
        self._typed = typed
        if typed[const.CONF_USER_TYPE] == UserType.GUEST:
            return await self.async_step_billing()
        return self._finish(None)

    async def async_step_billing(self, user_input: Input = None) -> SubentryFlowResult:
        """The billing terms of a guest."""
        stored = self.stored.get(const.CONF_BILLING, {})
        if user_input is None:
            return self._billing_form(stored, stored)
        errors = _billing_errors(user_input, stored)
        if errors:
            return self._billing_form(stored, user_input, errors)
        return self._finish(_terms(user_input))

    def _details_form(self) -> Form:
        user_type = self.stored.get(const.CONF_USER_TYPE, UserType.RESIDENT.value)
        active = self.stored.get(const.CONF_ACTIVE, True)
        return {
            vol.Required(CONF_NAME): TEXT,
            vol.Required(const.CONF_USER_TYPE, default=user_type): choice(USER_TYPES, "user_type"),
            vol.Required(const.CONF_ACTIVE, default=active): BooleanSelector(),
            vol.Optional(const.CONF_PERSON): EntitySelector(EntitySelectorConfig(filter={"domain": PERSON_DOMAIN})),
        }

    def _billing_form(self, stored: Values, values: Values, errors: Errors | None = None) -> SubentryFlowResult:
        method = stored.get(const.CONF_METHOD, BillingMethod.NONE.value)
        form: Form = {
            vol.Required(const.CONF_METHOD, default=method): choice(BillingMethod, "billing_method"),
            vol.Optional(const.CONF_PRICE): number(f"{self.hass.config.currency}/kWh"),
            vol.Optional(const.CONF_FACTOR): number(),
        }
        return self.form("billing", form, values, errors, {"name": self._typed[CONF_NAME]})

    def _details(self) -> dict[str, Any]:
        """Return the stored details as the fields show them; empty while a user is being added."""
        if self.edited is None:
            return {}
        values = {**self.edited.data, CONF_NAME: self.edited.title}
        if person := values.get(const.CONF_PERSON):
            values[const.CONF_PERSON] = shown_entity(self.hass, person)
        return values

    def _details_errors(self, typed: Values) -> Errors:
        return errors_of(
            {
                CONF_NAME: name_error(self.entry, const.SUBENTRY_USER, typed[CONF_NAME], self.edited),
                const.CONF_PERSON: self._person_error(typed.get(const.CONF_PERSON)),
            }
        )

    def _person_error(self, typed: str | None) -> str | None:
        """Check the typed person, and keep it for the end of the flow."""
        self._person = None
        if not typed:
            return None
        self._person = find_entity(self.hass, typed)
        if self._person is None:
            return "entity_not_found"
        return error_if(not self._person.entity_id.startswith(f"{PERSON_DOMAIN}."), "not_a_person")

    def _finish(self, billing: Values | None) -> SubentryFlowResult:
        data = {key: self._typed[key] for key in (const.CONF_USER_TYPE, const.CONF_ACTIVE)}
        if self._person:
            data[const.CONF_PERSON] = self._person.stored
        if billing:
            data[const.CONF_BILLING] = billing
        result = self.finish(self._typed[CONF_NAME], data)
        if self.edited:
            switch_cards(self.hass, self.entry, self.edited.subentry_id, active=data[const.CONF_ACTIVE])
            rename_cards(self.hass, self.entry)
        return result


def _factor_error(factor: float | None) -> str | None:
    in_range = factor is not None and 0 < factor <= LARGEST_FACTOR
    return error_if(not in_range, "invalid_factor")


# The check of each term.
CHECKS: Final[Mapping[str, Callable[[float | None], str | None]]] = {
    const.CONF_PRICE: price_error,
    const.CONF_FACTOR: _factor_error,
}


def _billing_errors(typed: Values, stored: Values) -> Errors:
    needed = TERM_OF[typed[const.CONF_METHOD]]
    errors = {term: _unused_error(typed.get(term), stored.get(term)) for term in CHECKS if term != needed}
    if needed is not None:
        errors[needed] = CHECKS[needed](typed.get(needed))
    return errors_of(errors)


def _unused_error(typed: float | None, stored: float | None) -> str | None:
    """Refuse a term that the method ignores, so that it is not lost silently. A stored one may be dropped."""
    return error_if(typed is not None and typed != stored, "not_used_by_method")


def _terms(typed: Values) -> dict[str, Any]:
    """Return the billing method with the term that it needs."""
    terms = {const.CONF_METHOD: typed[const.CONF_METHOD]}
    if term := TERM_OF[typed[const.CONF_METHOD]]:
        terms[term] = typed[term]
    return terms
