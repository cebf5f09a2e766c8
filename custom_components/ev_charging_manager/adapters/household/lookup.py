"""What people write in an action when they mean a charger, a user or a car: an id, a device, or simply the name."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError

from ... import const
from ...domain.messages import Driver
from ..configuration import subentries
from .devices import own_devices

# What can be chosen besides a user. Events call nobody "Unknown", so people write that as well.
LITERALS = {
    "automatic": Driver.AUTOMATIC,
    "guest": Driver.GUEST,
    "nobody": Driver.NOBODY,
    "unknown": Driver.NOBODY,
}


@callback
def the_charger(hass: HomeAssistant, entry: ConfigEntry[Any], said: str) -> ConfigSubentry:
    """The charger that is meant."""
    return _the(hass, entry, const.SUBENTRY_CHARGER, said)


@callback
def the_driver(hass: HomeAssistant, entry: ConfigEntry[Any], said: str) -> tuple[Driver, ConfigSubentry | None]:
    """Who is meant: a user, or one of the words that stand for no user.

    A user's id goes before a word, and so does a name as it is written; one that is only like a word is refused.
    """
    by_word = LITERALS.get(said.strip().casefold())
    if by_word is not None and said not in entry.subentries:
        alike = [user.title for user in subentries(entry, const.SUBENTRY_USER) if _alike(user.title, said)]
        if not alike:
            return by_word, None
        if said.strip() not in alike:
            raise refused("user_ambiguous", said=said)
    return Driver.USER, _the(hass, entry, const.SUBENTRY_USER, said)


def _alike(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


@callback
def the_vehicle(hass: HomeAssistant, entry: ConfigEntry[Any], said: str | None) -> str | None:
    """The id of the car that is meant, if one is."""
    return _the(hass, entry, const.SUBENTRY_VEHICLE, said).subentry_id if said else None


def _the(hass: HomeAssistant, entry: ConfigEntry[Any], kind: str, said: str) -> ConfigSubentry:
    """The one subentry that is meant; ServiceValidationError when there is none, or more than one of that name."""
    by_id = entry.subentries.get(_subentry_id(hass, entry, said))
    if by_id is not None and by_id.subentry_type == kind:
        return by_id
    name = said.strip().casefold()
    named = [item for item in subentries(entry, kind) if item.title.casefold() == name]
    if len(named) == 1:
        return named[0]
    raise refused(f"{kind}_{'ambiguous' if named else 'not_found'}", said=said)


def _subentry_id(hass: HomeAssistant, entry: ConfigEntry[Any], said: str) -> str:
    by_device = {device.id: own for own, device in own_devices(hass, entry).items()}
    return by_device.get(said, said)


def refused(key: str, **placeholders: str) -> ServiceValidationError:
    """What is wrong with what was said, in people's words."""
    return ServiceValidationError(
        translation_domain=const.DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
