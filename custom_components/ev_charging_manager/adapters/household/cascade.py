"""Deletes the cards of deleted users, and the cards in the slots of deleted chargers."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ... import const
from ..configuration import subentries


@callback
def remove_orphans(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Delete the cards without a user or charger. Recorded sessions do not change."""
    for card in tuple(subentries(entry, const.SUBENTRY_RFID)):
        if not _has_owner(entry, card):
            hass.config_entries.async_remove_subentry(entry, card.subentry_id)


def _has_owner(entry: ConfigEntry[Any], card: ConfigSubentry) -> bool:
    charger_id = card.data.get(const.CONF_CHARGER)
    return card.data[const.CONF_USER] in entry.subentries and (charger_id is None or charger_id in entry.subentries)
