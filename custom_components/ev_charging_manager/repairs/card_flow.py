"""The repair of an unmapped card: whose is it? The running session is theirs at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_NAME

from .. import const
from ..adapters.configuration import card_key, subentries
from ..domain.household import BillingMethod, UserType
from ..domain.records import GUEST_NAME
from ..flows.cards import card_data, card_title
from ..flows.fields import TEXT, errors_of, name_error, number, one_of, price_error, stripped
from .flow import HouseholdRepairFlow, RepairResult


class CardRepairFlow(HouseholdRepairFlow):
    """Gives the card to a user, a new user or a guest, or ignores it."""

    def __init__(self, entry: ConfigEntry[Any], charger_id: str, card: str) -> None:
        """`card` is the card as people are shown it."""
        super().__init__(entry, charger_id)
        self._card = card_data(card, charger_id)

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Whose card it can be."""
        return self.menu(*(("user",) if self._users() else ()), "new_user", "guest", "ignore")

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Somebody who is there already."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[const.CONF_USER] in self.entry.subentries:
                return self._map(user_input[const.CONF_USER], user_input.get(const.CONF_VEHICLE))
            errors = {const.CONF_USER: "user_gone"}
        form: dict[Any, Any] = {vol.Required(const.CONF_USER): one_of(self._users())}
        if vehicles := tuple(subentries(self.entry, const.SUBENTRY_VEHICLE)):
            form[vol.Optional(const.CONF_VEHICLE)] = one_of(vehicles)
        return self.form("user", form, user_input or {}, errors)

    async def async_step_new_user(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Somebody of the household who is not there yet."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input)
            errors = errors_of({CONF_NAME: self._name_error(user_input)})
            if not errors:
                return self._map_to_new(user_input[CONF_NAME], UserType.RESIDENT, {})
        return self.form("new_user", {vol.Required(CONF_NAME): TEXT}, user_input or {}, errors)

    async def async_step_guest(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """A guest, perhaps at a price of their own."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input)
            price = user_input.get(const.CONF_PRICE)
            price_wrong = None if price is None else price_error(price)
            errors = errors_of({CONF_NAME: self._name_error(user_input), const.CONF_PRICE: price_wrong})
            if not errors:
                return self._map_to_new(user_input[CONF_NAME], UserType.GUEST, _billing(price))
        form = {
            vol.Required(CONF_NAME): TEXT,
            vol.Optional(const.CONF_PRICE): number(f"{self.hass.config.currency}/kWh"),
        }
        return self.form("guest", form, user_input or {CONF_NAME: GUEST_NAME}, errors)

    def _map(self, user_id: str, vehicle_id: str | None = None) -> RepairResult:
        """Add the card as the card form would. The listeners of the entry do the rest."""
        data = {**self._card, const.CONF_USER: user_id, const.CONF_ACTIVE: True}
        if vehicle_id is not None:
            data[const.CONF_VEHICLE] = vehicle_id
        if self._mapped():
            return self._too_late()
        self._add(const.SUBENTRY_RFID, card_title(self.entry, data), data, f"card_{card_key(self._card)}")
        return self.async_create_entry(data={})

    def _map_to_new(self, name: str, user_type: UserType, billing: Mapping[str, Any]) -> RepairResult:
        """Somebody else may have mapped the card while the form was open; nobody is added then."""
        return self._too_late() if self._mapped() else self._map(self._add_user(name, user_type, billing))

    def _mapped(self) -> bool:
        cards = subentries(self.entry, const.SUBENTRY_RFID)
        return card_key(self._card) in {card_key(card.data) for card in cards}

    def _too_late(self) -> RepairResult:
        return self.async_abort(reason="already_mapped", description_placeholders=self.words)

    def _add_user(self, name: str, user_type: UserType, billing: Mapping[str, Any]) -> str:
        data = {const.CONF_USER_TYPE: user_type.value, const.CONF_ACTIVE: True, **billing}
        return self._add(const.SUBENTRY_USER, name, data, None)

    def _add(self, subentry_type: str, title: str, data: Mapping[str, Any], unique_id: str | None) -> str:
        subentry = ConfigSubentry(
            data=MappingProxyType(dict(data)), subentry_type=subentry_type, title=title, unique_id=unique_id
        )
        self.hass.config_entries.async_add_subentry(self.entry, subentry)
        return subentry.subentry_id

    def _name_error(self, typed: Mapping[str, Any]) -> str | None:
        return name_error(self.entry, const.SUBENTRY_USER, typed[CONF_NAME], None)

    def _users(self) -> list[ConfigSubentry]:
        users = subentries(self.entry, const.SUBENTRY_USER)
        return [user for user in users if user.data.get(const.CONF_ACTIVE, True)]


def _billing(price: float | None) -> dict[str, Any]:
    if price is None:
        return {}
    return {const.CONF_BILLING: {const.CONF_METHOD: BillingMethod.PRICE.value, const.CONF_PRICE: price}}
