"""The chargers, users and cars that an action names: by subentry id, device id or name."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError

from ... import const
from ...domain.messages import Driver
from ..configuration import subentries
from .devices import own_devices

# The choices besides a user. Events call a session without a user "Unknown", so that word is accepted too.
LITERALS = {
    "automatic": Driver.AUTOMATIC,
    "guest": Driver.GUEST,
    "nobody": Driver.NOBODY,
    "unknown": Driver.NOBODY,
}


@callback
def the_charger(hass: HomeAssistant, entry: ConfigEntry[Any], named: str) -> ConfigSubentry:
    """Return the charger. Raises ServiceValidationError if there is none, or more than one with this name."""
    return _the(hass, entry, const.SUBENTRY_CHARGER, named)


@callback
def the_driver(hass: HomeAssistant, entry: ConfigEntry[Any], named: str) -> tuple[Driver, ConfigSubentry | None]:
    """Return the driver, and the user if the driver is one. Raises ServiceValidationError.

    A user's id or exact name has priority over the words in `LITERALS`. A user's name that equals such a word only if
    case is ignored is ambiguous and rejected.
    """
    by_word = LITERALS.get(named.strip().casefold())
    if by_word is not None and named not in entry.subentries:
        alike = [user.title for user in subentries(entry, const.SUBENTRY_USER) if _alike(user.title, named)]
        if not alike:
            return by_word, None
        if named.strip() not in alike:
            raise refused("user_ambiguous", named=named)
    return Driver.USER, _the(hass, entry, const.SUBENTRY_USER, named)


def _alike(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


@callback
def the_vehicle(hass: HomeAssistant, entry: ConfigEntry[Any], named: str | None) -> str | None:
    """Return the id of the car; None if no car is named. Raises ServiceValidationError."""
    if not named:
        return None
    return _the(hass, entry, const.SUBENTRY_VEHICLE, named).subentry_id


def _the(hass: HomeAssistant, entry: ConfigEntry[Any], kind: str, named: str) -> ConfigSubentry:
    by_id = entry.subentries.get(_subentry_id(hass, entry, named))
    if by_id is not None and by_id.subentry_type == kind:
        return by_id
    name = named.strip().casefold()
    matches = [item for item in subentries(entry, kind) if item.title.casefold() == name]
    if len(matches) == 1:
        return matches[0]
    problem = "ambiguous" if matches else "not_found"
    raise refused(f"{kind}_{problem}", named=named)


def _subentry_id(hass: HomeAssistant, entry: ConfigEntry[Any], named: str) -> str:
    by_device = {device.id: own for own, device in own_devices(hass, entry).items()}
    return by_device.get(named, named)


def refused(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error that an action shows; `key` is a translation key."""
    return ServiceValidationError(
        translation_domain=const.DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
