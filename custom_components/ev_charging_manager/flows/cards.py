"""Titles of cards, and the changes that a card follows: a renamed user or charger, a user switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .. import const
from ..adapters.configuration import subentries
from ..domain.card import slot_of
from ..domain.profile import CardFormat

# The title of a deleted user or charger.
UNKNOWN_TITLE = "–"


def card_text(entry: ConfigEntry[Any], data: Mapping[str, Any]) -> str:
    """Return a card as people know it: "Garage left #3" for a slot, its number otherwise."""
    if data[const.CONF_CARD_KIND] == CardFormat.SLOT:
        return f"{title_of(entry, data[const.CONF_CHARGER])} #{data[const.CONF_SLOT]}"
    return str(data[const.CONF_UID])


def card_data(text: str, charger_id: str) -> dict[str, Any]:
    """Return the identity of a card, as a mapping stores it, from its text: "slot 3" at a charger, or a number."""
    slot = slot_of(text)
    if slot is None:
        return {const.CONF_CARD_KIND: CardFormat.UID.value, const.CONF_UID: text}
    return {const.CONF_CARD_KIND: CardFormat.SLOT.value, const.CONF_CHARGER: charger_id, const.CONF_SLOT: slot}


def card_title(entry: ConfigEntry[Any], data: Mapping[str, Any]) -> str:
    """Return the title of a card on the household's page."""
    return f"{card_text(entry, data)} · {title_of(entry, data[const.CONF_USER])}"


def title_of(entry: ConfigEntry[Any], subentry_id: str) -> str:
    """Return the name of a user or charger; a dash if it was deleted."""
    found = entry.subentries.get(subentry_id)
    if found is None:
        return UNKNOWN_TITLE
    return found.title


@callback
def rename_cards(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Put the present names of users and chargers into the titles of the cards."""
    for card in tuple(subentries(entry, const.SUBENTRY_RFID)):
        hass.config_entries.async_update_subentry(entry, card, title=card_title(entry, card.data))


@callback
def switch_cards(hass: HomeAssistant, entry: ConfigEntry[Any], user_id: str, *, active: bool) -> None:
    """Switch a user's cards off with the user, and on again only those that were switched off with the user."""
    for card in tuple(subentries(entry, const.SUBENTRY_RFID)):
        if card.data[const.CONF_USER] == user_id:
            data = _switched(card.data, active=active)
            hass.config_entries.async_update_subentry(entry, card, data=data)


def _switched(data: Mapping[str, Any], *, active: bool) -> dict[str, Any]:
    if not active and data.get(const.CONF_ACTIVE, True):
        return {**data, const.CONF_ACTIVE: False, const.CONF_DEACTIVATED_WITH_USER: True}
    if active and data.get(const.CONF_DEACTIVATED_WITH_USER):
        kept = {key: value for key, value in data.items() if key != const.CONF_DEACTIVATED_WITH_USER}
        return {**kept, const.CONF_ACTIVE: True}
    return dict(data)
