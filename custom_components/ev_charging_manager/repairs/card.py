"""The repair of a card that was tapped and is mapped to no user: its form maps the card."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.configuration import active_users, card_key, household_of, options_of, subentries
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.card import reading_of
from ..domain.events import CARD_TAPPED
from ..domain.household import BillingMethod, UserType
from ..domain.records import GUEST_NAME
from ..flows.cards import card_data, card_title
from ..flows.fields import TEXT, errors_of, name_error, number, one_of, price_error, stripped
from .flow import ChargerRepairFlow, RepairResult
from .issues import charger_id_of, issues_of

CARD_UNMAPPED: Final = "card_unmapped"


class CardIssues:
    """Creates an issue for each unmapped card that is tapped at a charger, and deletes it once the card is mapped."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._stops = ExitStack()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; return the callback that ends it."""
        household = self._entry.runtime_data
        # The issues persist over a restart, and the card may have been mapped meanwhile.
        self._withdraw()
        self._stops.callback(household.on_changed(self._withdraw))
        self._stops.callback(household.on_added(const.SUBENTRY_CHARGER, self._listen))
        return self._stops.close

    @callback
    def _listen(self, charger: ConfigSubentry) -> None:
        listener = partial(self._event_fired, charger.subentry_id)
        self._stops.callback(self._entry.runtime_data.outbox.listen(charger.subentry_id, listener))

    @callback
    def _event_fired(self, charger_id: str, name: str, payload: dict[str, Any]) -> None:
        if name != CARD_TAPPED or payload["known"] or not options_of(self._entry).notify_unmapped:
            return
        key = reading_of(payload["card"], charger_id).key
        if key is not None and key not in household_of(self._entry).cards:
            self._create(charger_id, payload["card"], key)

    def _create(self, charger_id: str, card: str, key: str) -> None:
        charger = self._entry.subentries.get(charger_id)
        if charger is None:
            return
        ir.async_create_issue(
            self._hass,
            const.DOMAIN,
            f"{CARD_UNMAPPED}_{key}",
            data={"entry_id": self._entry.entry_id, "charger_id": charger_id, "card": card},
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=CARD_UNMAPPED,
            translation_placeholders={"charger": charger.title, "card": card},
        )

    @callback
    def _withdraw(self) -> None:
        """Delete the issues of mapped cards and of deleted chargers, and all if the option is off."""
        wanted = options_of(self._entry).notify_unmapped
        mapped = household_of(self._entry).cards
        for issue in issues_of(self._hass, CARD_UNMAPPED):
            charger_id = charger_id_of(issue)
            if not wanted or _key_of(issue) in mapped or charger_id not in self._entry.subentries:
                ir.async_delete_issue(self._hass, const.DOMAIN, issue.issue_id)


def _key_of(issue: ir.IssueEntry) -> str | None:
    data = issue.data or {}
    return reading_of(str(data.get("card")), charger_id_of(issue)).key


class CardRepairFlow(ChargerRepairFlow):
    """Maps the card to a user, a new user or a guest, or ignores the issue. A running session follows."""

    def __init__(self, entry: ConfigEntry[Any], data: Mapping[str, Any]) -> None:
        """Take the household's entry and the issue's data, which names the charger and the card as shown to people."""
        super().__init__(entry, data)
        self._card = card_data(str(data["card"]), self.charger_id)

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Show the menu."""
        if active_users(self.entry):
            return self.menu("user", "new_user", "guest", "ignore")
        return self.menu("new_user", "guest", "ignore")

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Choose a user of the household."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[const.CONF_USER] in self.entry.subentries:
                return self._map(user_input[const.CONF_USER], user_input.get(const.CONF_VEHICLE))
            errors = {const.CONF_USER: "user_gone"}
        form: dict[Any, Any] = {vol.Required(const.CONF_USER): one_of(active_users(self.entry))}
        if vehicles := tuple(subentries(self.entry, const.SUBENTRY_VEHICLE)):
            form[vol.Optional(const.CONF_VEHICLE)] = one_of(vehicles)
        return self.form("user", form, user_input or {}, errors)

    async def async_step_new_user(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Name a new user."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input)
            errors = errors_of({CONF_NAME: self._name_error(user_input)})
            if not errors:
                return self._map_to_new(user_input[CONF_NAME], UserType.RESIDENT, {})
        return self.form("new_user", {vol.Required(CONF_NAME): TEXT}, user_input or {}, errors)

    async def async_step_guest(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Name a guest and, if agreed, the guest's price per kWh."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input)
            price = user_input.get(const.CONF_PRICE)
            errors = errors_of({CONF_NAME: self._name_error(user_input), const.CONF_PRICE: price_error(price)})
            if not errors:
                return self._map_to_new(user_input[CONF_NAME], UserType.GUEST, _billing(price))
        form = {
            vol.Required(CONF_NAME): TEXT,
            vol.Optional(const.CONF_PRICE): number(f"{self.hass.config.currency}/kWh"),
        }
        return self.form("guest", form, user_input or {CONF_NAME: GUEST_NAME}, errors)

    def _map_to_new(self, name: str, user_type: UserType, billing: Mapping[str, Any]) -> RepairResult:
        """Add the user and map the card; add no user if the card was mapped while the form was open."""
        if self._is_mapped():
            return self.end("already_mapped")
        data = {const.CONF_USER_TYPE: user_type.value, const.CONF_ACTIVE: True, **billing}
        return self._map(self._add(const.SUBENTRY_USER, name, data, None))

    def _map(self, user_id: str, vehicle_id: str | None = None) -> RepairResult:
        """Add the card as the card form does; the entry's listeners then update the session and this issue."""
        if self._is_mapped():
            return self.end("already_mapped")
        data = {**self._card, const.CONF_USER: user_id, const.CONF_ACTIVE: True}
        if vehicle_id is not None:
            data[const.CONF_VEHICLE] = vehicle_id
        self._add(const.SUBENTRY_RFID, card_title(self.entry, data), data, f"card_{card_key(self._card)}")
        return self.async_create_entry(data={})

    def _is_mapped(self) -> bool:
        cards = subentries(self.entry, const.SUBENTRY_RFID)
        return card_key(self._card) in {card_key(card.data) for card in cards}

    def _add(self, subentry_type: str, title: str, data: Mapping[str, Any], unique_id: str | None) -> str:
        subentry = ConfigSubentry(
            data=MappingProxyType(dict(data)), subentry_type=subentry_type, title=title, unique_id=unique_id
        )
        self.hass.config_entries.async_add_subentry(self.entry, subentry)
        return subentry.subentry_id

    def _name_error(self, typed: Mapping[str, Any]) -> str | None:
        return name_error(self.entry, const.SUBENTRY_USER, typed[CONF_NAME], None)


def _billing(price: float | None) -> dict[str, Any]:
    if price is None:
        return {}
    return {const.CONF_BILLING: {const.CONF_METHOD: BillingMethod.PRICE.value, const.CONF_PRICE: price}}
