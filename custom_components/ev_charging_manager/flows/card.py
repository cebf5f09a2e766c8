"""RFID cards: whose a card is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.helpers.selector import BooleanSelector

from .. import const
from ..adapters.configuration import card_key, profile_of, subentries
from ..domain.card import normalised
from ..domain.profile import CardFormat
from .card_discovery import READ, TAP, CardDiscoverySteps
from .cards import card_title
from .fields import TEXT, choice, errors_of, number, one_of

# The field that names the card, and the error when it cannot be one.
UNREADABLE: Final = {
    CardFormat.SLOT: (const.CONF_SLOT, "invalid_slot"),
    CardFormat.UID: (const.CONF_UID, "invalid_uid"),
}

type Form = dict[Any, Any]


class CardSubentryFlow(CardDiscoverySteps):
    """Maps cards to users: slots of one charger, or numbers that are known at every charger."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a card."""
        if not self._users():
            return self.async_abort(reason="no_users")
        return await (self.async_step_kind(user_input) if self._slot_chargers() else self.async_step_uid(user_input))

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Edit a card; what kind of card it is stays."""
        if not self._users():
            return self.async_abort(reason="no_users")
        if self._stored().get(const.CONF_CARD_KIND) == CardFormat.UID:
            return await self.async_step_uid(user_input)
        if not self._slot_chargers():
            return self.async_abort(reason="no_slot_charger")
        return await self.async_step_slot(user_input)

    async def async_step_kind(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Read from the charger, a slot of a charger, or the card's own number."""
        if user_input is None:
            return self.ways({})
        match user_input[const.CONF_CARD_KIND]:
            case CardFormat.SLOT:
                return await self.async_step_slot()
            case CardFormat.UID:
                return await self.async_step_uid()
            case way:
                return await self.discover(way)

    def ways(self, errors: dict[str, str], number: str = "") -> SubentryFlowResult:
        """How a card can be added. What the charger can be asked for comes first, until it has failed once."""
        asked = (READ, TAP) if self.askable() else ()
        by_hand = (CardFormat.SLOT.value, CardFormat.UID.value)
        first = CardFormat.SLOT.value if errors or not asked else READ
        form = {vol.Required(const.CONF_CARD_KIND, default=first): choice((*asked, *by_hand), "card_kind")}
        return self.form("kind", form, {}, errors, {"number": number})

    async def async_step_slot(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """A card that one charger knows by the number of a slot."""
        fields = {
            vol.Required(const.CONF_CHARGER): one_of(self._slot_chargers()),
            vol.Required(const.CONF_SLOT): number(),
        }
        return self._card(CardFormat.SLOT, fields, user_input)

    async def async_step_uid(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """A card that every charger knows by its number."""
        return self._card(CardFormat.UID, {vol.Required(const.CONF_UID): TEXT}, user_input)

    def _card(self, kind: CardFormat, fields: Form, typed: Mapping[str, Any] | None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        in_use: ConfigSubentry | None = None
        if typed is not None:
            card = _identity(kind, typed)
            in_use = self._mapping_of(card) if card else None
            errors = self._errors(kind, typed, readable=card is not None, in_use=in_use is not None)
            if card and not errors:
                data = {**card, **self._owner(typed)}
                return self.finish(card_title(self.entry, data), data, f"card_{card_key(card)}")
        owner = self._name(in_use.data[const.CONF_USER]) if in_use else ""
        form = {**fields, **self._owner_fields()}
        values = {**self._values(), **self.tapped} if typed is None else typed
        return self.form(kind.value, form, values, errors, {"owner": owner})

    def _errors(self, kind: CardFormat, typed: Mapping[str, Any], *, readable: bool, in_use: bool) -> dict[str, str]:
        field, unreadable = UNREADABLE[kind]
        identity = "card_in_use" if in_use else None if readable else unreadable
        return errors_of({field: identity, const.CONF_USER: self._user_error(typed)})

    def _user_error(self, typed: Mapping[str, Any]) -> str | None:
        user = self.entry.subentries.get(typed[const.CONF_USER])
        if user is None:
            return "user_gone"
        active = user.data.get(const.CONF_ACTIVE, True)
        return "user_inactive" if typed[const.CONF_ACTIVE] and not active else None

    def _owner_fields(self) -> Form:
        fields: Form = {vol.Required(const.CONF_USER): one_of(self._users())}
        if vehicles := tuple(subentries(self.entry, const.SUBENTRY_VEHICLE)):
            fields[vol.Optional(const.CONF_VEHICLE)] = one_of(vehicles)
        active = self._stored().get(const.CONF_ACTIVE, True)
        fields[vol.Required(const.CONF_ACTIVE, default=active)] = BooleanSelector()
        return fields

    def _owner(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Whose it is. A card that went off with its user, and is left as it was, still comes back with the user."""
        stored = self._stored()
        owner = {key: typed[key] for key in (const.CONF_USER, const.CONF_VEHICLE, const.CONF_ACTIVE) if key in typed}
        untouched = not owner[const.CONF_ACTIVE] and owner[const.CONF_USER] == stored.get(const.CONF_USER)
        if untouched and stored.get(const.CONF_DEACTIVATED_WITH_USER):
            owner[const.CONF_DEACTIVATED_WITH_USER] = True
        return owner

    def _values(self) -> dict[str, Any]:
        """What is stored, without references to what has been deleted since."""
        references = (const.CONF_CHARGER, const.CONF_USER, const.CONF_VEHICLE)
        there = self.entry.subentries
        return {key: value for key, value in self._stored().items() if key not in references or value in there}

    def _mapping_of(self, card: Mapping[str, Any]) -> ConfigSubentry | None:
        own_id = self.edited.subentry_id if self.edited else None
        mappings = subentries(self.entry, const.SUBENTRY_RFID)
        others = (other for other in mappings if other.subentry_id != own_id)
        return next((other for other in others if card_key(other.data) == card_key(card)), None)

    def _stored(self) -> Mapping[str, Any]:
        return self.edited.data if self.edited else {}

    def _name(self, user_id: str) -> str:
        user = self.entry.subentries.get(user_id)
        return user.title if user else "–"

    def _users(self) -> list[ConfigSubentry]:
        return list(subentries(self.entry, const.SUBENTRY_USER))

    def _slot_chargers(self) -> list[ConfigSubentry]:
        chargers = subentries(self.entry, const.SUBENTRY_CHARGER)
        return [charger for charger in chargers if profile_of(charger).card_format is CardFormat.SLOT]


def _identity(kind: CardFormat, typed: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part of a mapping's data that says which card; None when it cannot be one."""
    if kind is CardFormat.UID:
        uid = normalised(typed[const.CONF_UID])
        return {const.CONF_CARD_KIND: kind.value, const.CONF_UID: uid} if uid else None
    if typed[const.CONF_SLOT] not in const.CARD_SLOTS:
        return None
    charger, slot = typed[const.CONF_CHARGER], int(typed[const.CONF_SLOT])
    return {const.CONF_CARD_KIND: kind.value, const.CONF_CHARGER: charger, const.CONF_SLOT: slot}
