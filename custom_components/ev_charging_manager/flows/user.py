"""People who charge: residents and guests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
)

from .. import const
from ..domain.household import BillingMethod, UserType
from .base import HouseholdSubentryFlow
from .cards import rename_cards, switch_cards
from .entities import FoundEntity, find_entity, shown_entity
from .fields import TEXT, choice, errors_of, name_error, number, price_error, stripped

USER_TYPES: Final = (UserType.RESIDENT, UserType.GUEST)
PERSON_DOMAIN: Final = "person"

# A hundred times the cost is a mistake in typing; without a limit a bill outgrows the ledger's numbers.
LARGEST_FACTOR: Final = 100.0

# Which of the terms a method needs; the other one has no meaning beside it.
TERM_OF: Final[Mapping[str, str | None]] = {
    BillingMethod.NONE: None,
    BillingMethod.PRICE: const.CONF_PRICE,
    BillingMethod.MARKUP: const.CONF_FACTOR,
}


class UserSubentryFlow(HouseholdSubentryFlow):
    """Who they are, and for guests what they pay."""

    _typed: Mapping[str, Any]
    _person: FoundEntity | None = None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a user."""
        return await self.async_step_details(user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Edit a user."""
        return await self.async_step_details(user_input)

    async def async_step_details(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Name, kind of user, whether they charge at present, and their person in Home Assistant."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input)
            errors = self._details_errors(user_input)
            if not errors:
                self._typed = user_input
                guest = user_input[const.CONF_USER_TYPE] == UserType.GUEST
                return await self.async_step_billing() if guest else self._finish(None)
        form = {
            vol.Required(CONF_NAME): TEXT,
            vol.Required(const.CONF_USER_TYPE, default=self._stored(const.CONF_USER_TYPE, UserType.RESIDENT.value)): (
                choice(USER_TYPES, "user_type")
            ),
            vol.Required(const.CONF_ACTIVE, default=self._stored(const.CONF_ACTIVE, True)): BooleanSelector(),
            vol.Optional(const.CONF_PERSON): EntitySelector(EntitySelectorConfig(filter={"domain": PERSON_DOMAIN})),
        }
        return self.form("details", form, self._details() if user_input is None else user_input, errors)

    async def async_step_billing(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """What a guest pays."""
        errors: dict[str, str] = {}
        offered = self._stored(const.CONF_BILLING, {})
        if user_input is not None:
            errors = _billing_errors(user_input, offered)
            if not errors:
                return self._finish(_terms(user_input))
        method = offered.get(const.CONF_METHOD, BillingMethod.NONE.value)
        form = {
            vol.Required(const.CONF_METHOD, default=method): choice(BillingMethod, "billing_method"),
            vol.Optional(const.CONF_PRICE): number(f"{self.hass.config.currency}/kWh"),
            vol.Optional(const.CONF_FACTOR): number(),
        }
        values = offered if user_input is None else user_input
        return self.form("billing", form, values, errors, {"name": self._typed[CONF_NAME]})

    def _stored(self, key: str, default: Any) -> Any:
        return self.edited.data.get(key, default) if self.edited else default

    def _details(self) -> dict[str, Any]:
        if self.edited is None:
            return {}
        person = self.edited.data.get(const.CONF_PERSON)
        shown = {const.CONF_PERSON: shown_entity(self.hass, person)} if person else {}
        return {**self.edited.data, CONF_NAME: self.edited.title, **shown}

    def _details_errors(self, typed: Mapping[str, Any]) -> dict[str, str]:
        person = typed.get(const.CONF_PERSON)
        self._person = find_entity(self.hass, person) if person else None
        return errors_of(
            {
                CONF_NAME: name_error(self.entry, const.SUBENTRY_USER, typed[CONF_NAME], self.edited),
                const.CONF_PERSON: _person_error(self._person) if person else None,
            }
        )

    def _finish(self, billing: Mapping[str, Any] | None) -> SubentryFlowResult:
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


def _person_error(person: FoundEntity | None) -> str | None:
    if person is None:
        return "entity_not_found"
    return None if person.entity_id.startswith(f"{PERSON_DOMAIN}.") else "not_a_person"


def _billing_errors(typed: Mapping[str, Any], offered: Mapping[str, Any]) -> dict[str, str]:
    needed = TERM_OF[typed[const.CONF_METHOD]]
    checks = {const.CONF_PRICE: price_error, const.CONF_FACTOR: _factor_error}
    return errors_of(
        {
            term: check(typed.get(term)) if term == needed else _unused_error(typed.get(term), offered.get(term))
            for term, check in checks.items()
        }
    )


def _factor_error(factor: float | None) -> str | None:
    return None if factor is not None and 0 < factor <= LARGEST_FACTOR else "invalid_factor"


def _unused_error(typed: float | None, offered: float | None) -> str | None:
    """A term that was typed beside a method that ignores it must not vanish; one left over from before may."""
    return "not_used_by_method" if typed is not None and typed != offered else None


def _terms(typed: Mapping[str, Any]) -> dict[str, Any]:
    method = typed[const.CONF_METHOD]
    term = TERM_OF[method]
    return {const.CONF_METHOD: method, **({term: typed[term]} if term else {})}
