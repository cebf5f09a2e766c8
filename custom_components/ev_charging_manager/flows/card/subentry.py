"""RFID cards on the household's page: added and edited."""

from __future__ import annotations

from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.helpers.selector import BooleanSelector

from ... import const
from ...adapters.configuration import card_key, profile_of, subentries
from ...domain.card import normalised
from ...domain.profile import CardFormat
from ..cards import card_title, title_of
from ..fields import (
    TEXT,
    Errors,
    Form,
    Input,
    Values,
    choice,
    error_if,
    errors_of,
    is_active,
    number,
    one_of,
    others_of,
)
from .discovery import READ, TAP, CardDiscoverySteps

# The field of a card's identity, and the error if that is not valid.
UNREADABLE: Final = {
    CardFormat.SLOT: (const.CONF_SLOT, "invalid_slot"),
    CardFormat.UID: (const.CONF_UID, "invalid_uid"),
}

# Fields of a card that name another subentry.
REFERENCES: Final = (const.CONF_CHARGER, const.CONF_USER, const.CONF_VEHICLE)
OWNER_FIELDS: Final = (const.CONF_USER, const.CONF_VEHICLE, const.CONF_ACTIVE)


class CardSubentryFlow(CardDiscoverySteps):
    """Maps cards to users: slots of one charger, or card numbers, which are valid at every charger."""

    async def async_step_user(self, user_input: Input = None) -> SubentryFlowResult:
        """Add a card."""
        if not self._users():
            return self.async_abort(reason="no_users")
        if self._slot_chargers():
            return await self.async_step_kind(user_input)
        return await self.async_step_uid(user_input)

    async def async_step_reconfigure(self, user_input: Input = None) -> SubentryFlowResult:
        """Edit a card; its kind cannot be changed."""
        if not self._users():
            return self.async_abort(reason="no_users")
        if self.stored.get(const.CONF_CARD_KIND) == CardFormat.UID:
            return await self.async_step_uid(user_input)
        if not self._slot_chargers():
            return self.async_abort(reason="no_slot_charger")
        return await self.async_step_slot(user_input)

    async def async_step_kind(self, user_input: Input = None) -> SubentryFlowResult:
        """The way to add a card: read from the charger, tapped, by slot, or by card number."""
        if user_input is None:
            return self.ways({})
        match user_input[const.CONF_CARD_KIND]:
            case CardFormat.SLOT:
                return await self.async_step_slot()
            case CardFormat.UID:
                return await self.async_step_uid()
            case way:
                return await self.discover(way)

    def ways(self, errors: Errors, number: str = "") -> SubentryFlowResult:
        """Show the ways to add a card. Reading from the charger comes first, and is the default until it fails."""
        options: list[str] = [CardFormat.SLOT.value, CardFormat.UID.value]
        default = CardFormat.SLOT.value
        if self.askable():
            options = [READ, TAP, *options]
        if self.askable() and not errors:
            default = READ
        form: Form = {vol.Required(const.CONF_CARD_KIND, default=default): choice(options, "card_kind")}
        return self.form("kind", form, {}, errors, {"number": number})

    async def async_step_slot(self, user_input: Input = None) -> SubentryFlowResult:
        """A card that one charger identifies by the number of a slot."""
        fields: Form = {
            vol.Required(const.CONF_CHARGER): one_of(self._slot_chargers()),
            vol.Required(const.CONF_SLOT): number(),
        }
        return self._card(CardFormat.SLOT, fields, user_input)

    async def async_step_uid(self, user_input: Input = None) -> SubentryFlowResult:
        """A card that every charger identifies by its number."""
        return self._card(CardFormat.UID, {vol.Required(const.CONF_UID): TEXT}, user_input)

    def _card(self, kind: CardFormat, fields: Form, typed: Values | None) -> SubentryFlowResult:
        if typed is None:
            return self._card_form(kind, fields, {**self._values(), **self.tapped})
        card = _identity(kind, typed)
        in_use = self._mapping_of(card)
        errors = _identity_errors(kind, card, in_use) | errors_of({const.CONF_USER: self._user_error(typed)})
        if card is None or errors:
            return self._card_form(kind, fields, typed, errors, in_use)
        data = {**card, **self._owner(typed)}
        return self.finish(card_title(self.entry, data), data, f"card_{card_key(card)}")

    def _card_form(
        self,
        kind: CardFormat,
        fields: Form,
        values: Values,
        errors: Errors | None = None,
        in_use: ConfigSubentry | None = None,
    ) -> SubentryFlowResult:
        owner = ""
        if in_use is not None:
            owner = title_of(self.entry, in_use.data[const.CONF_USER])
        return self.form(kind.value, {**fields, **self._owner_fields()}, values, errors, {"owner": owner})

    def _user_error(self, typed: Values) -> str | None:
        user = self.entry.subentries.get(typed[const.CONF_USER])
        if user is None:
            return "user_gone"
        return error_if(typed[const.CONF_ACTIVE] and not is_active(user), "user_inactive")

    def _owner_fields(self) -> Form:
        fields: Form = {vol.Required(const.CONF_USER): one_of(self._users())}
        if vehicles := tuple(subentries(self.entry, const.SUBENTRY_VEHICLE)):
            fields[vol.Optional(const.CONF_VEHICLE)] = one_of(vehicles)
        active = self.stored.get(const.CONF_ACTIVE, True)
        fields[vol.Required(const.CONF_ACTIVE, default=active)] = BooleanSelector()
        return fields

    def _owner(self, typed: Values) -> dict[str, Any]:
        """Return user, vehicle and whether the card is active.

        A card that was switched off with its user is still switched on with the user, unless this edit gives it to
        another user or switches it on.
        """
        owner = {key: typed[key] for key in OWNER_FIELDS if key in typed}
        untouched = not owner[const.CONF_ACTIVE] and owner[const.CONF_USER] == self.stored.get(const.CONF_USER)
        if untouched and self.stored.get(const.CONF_DEACTIVATED_WITH_USER):
            owner[const.CONF_DEACTIVATED_WITH_USER] = True
        return owner

    def _values(self) -> dict[str, Any]:
        """Return the stored values without references to deleted subentries."""
        present = self.entry.subentries
        return {key: value for key, value in self.stored.items() if key not in REFERENCES or value in present}

    def _mapping_of(self, card: Values | None) -> ConfigSubentry | None:
        """Return the other mapping of the same card; None if there is no other."""
        if card is None:
            return None
        others = others_of(self.entry, const.SUBENTRY_RFID, self.edited)
        return next((other for other in others if card_key(other.data) == card_key(card)), None)

    def _users(self) -> list[ConfigSubentry]:
        return list(subentries(self.entry, const.SUBENTRY_USER))

    def _slot_chargers(self) -> list[ConfigSubentry]:
        chargers = subentries(self.entry, const.SUBENTRY_CHARGER)
        return [charger for charger in chargers if profile_of(charger).card_format is CardFormat.SLOT]


def _identity(kind: CardFormat, typed: Values) -> dict[str, Any] | None:
    """Return the part of a mapping's data that identifies the card; None if slot or number is not valid."""
    if kind is CardFormat.UID:
        return _identity_of_number(typed)
    if typed[const.CONF_SLOT] not in const.CARD_SLOTS:
        return None
    charger_id, slot = typed[const.CONF_CHARGER], int(typed[const.CONF_SLOT])
    return {const.CONF_CARD_KIND: kind.value, const.CONF_CHARGER: charger_id, const.CONF_SLOT: slot}


def _identity_of_number(typed: Values) -> dict[str, Any] | None:
    uid = normalised(typed[const.CONF_UID])
    if not uid:
        return None
    return {const.CONF_CARD_KIND: CardFormat.UID.value, const.CONF_UID: uid}


def _identity_errors(kind: CardFormat, card: Values | None, in_use: ConfigSubentry | None) -> Errors:
    field, unreadable = UNREADABLE[kind]
    if card is None:
        return {field: unreadable}
    if in_use is not None:
        return {field: "card_in_use"}
    return {}
