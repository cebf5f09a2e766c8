"""The devices of chargers and users: made with their subentry, named as it is named."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType

from .. import const
from .configuration import profile_of, subentries


@callback
def follow_devices(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Make the devices that are missing and rename those whose subentry was renamed.

    Home Assistant itself removes a device together with its subentry.
    """
    for charger in subentries(entry, const.SUBENTRY_CHARGER):
        _follow_charger(hass, entry, charger)
    for user in subentries(entry, const.SUBENTRY_USER):
        _follow_user(hass, entry, user)


def _follow_charger(hass: HomeAssistant, entry: ConfigEntry[Any], charger: ConfigSubentry) -> None:
    registry = dr.async_get(hass)
    identifiers = {(const.DOMAIN, charger.subentry_id)}
    is_new = registry.async_get_device(identifiers=identifiers) is None
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=charger.subentry_id,
        identifiers=identifiers,
        name=charger.title,
        model=profile_of(charger).name,
        serial_number=charger.data[const.CONF_SERIAL],
    )
    if is_new and (area_id := charger.data.get(const.CONF_AREA)):
        # Only once: where the user moves the device later is theirs to say.
        registry.async_update_device(device.id, area_id=area_id)


def _follow_user(hass: HomeAssistant, entry: ConfigEntry[Any], user: ConfigSubentry) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=user.subentry_id,
        identifiers={(const.DOMAIN, user.subentry_id)},
        name=user.title,
        model=str(user.data[const.CONF_USER_TYPE]).capitalize(),
        entry_type=DeviceEntryType.SERVICE,
    )
