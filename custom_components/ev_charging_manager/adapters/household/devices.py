"""The devices of the household, its chargers and its users."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType

from ... import const
from ..configuration import profile_of, subentries


@callback
def follow_devices(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, str]:
    """Create missing devices, rename devices like their subentries, and link all of them to the household's device.

    Return the device ids by subentry id, and that of the household by the entry's id. Home Assistant itself removes a
    device together with its subentry.
    """
    known = own_devices(hass, entry)
    chargers = {
        item.subentry_id: _follow_charger(hass, entry, item, is_new=item.subentry_id not in known)
        for item in subentries(entry, const.SUBENTRY_CHARGER)
    }
    users = {item.subentry_id: _follow_user(hass, entry, item) for item in subentries(entry, const.SUBENTRY_USER)}
    household = _follow_household(hass, entry)
    for device_id in (*chargers.values(), *users.values()):
        # By id and in a separate call: the arguments that create a linked device differ between supported releases.
        dr.async_get(hass).async_update_device(device_id, via_device_id=household)
    return chargers | users | {entry.entry_id: household}


@callback
def own_devices(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, dr.DeviceEntry]:
    """Return the entry's devices by the id of their subentry, or by the id of the entry.

    `async_get_device` would be shorter, but newer releases of Home Assistant reject it.
    """
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {own: device for device in devices for domain, own in device.identifiers if domain == const.DOMAIN}


def _follow_household(hass: HomeAssistant, entry: ConfigEntry[Any]) -> str:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(const.DOMAIN, entry.entry_id)},
        name=entry.title,
        model="Household",
        entry_type=DeviceEntryType.SERVICE,
    )
    return device.id


def _follow_charger(hass: HomeAssistant, entry: ConfigEntry[Any], charger: ConfigSubentry, is_new: bool) -> str:
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=charger.subentry_id,
        identifiers={(const.DOMAIN, charger.subentry_id)},
        name=charger.title,
        model=profile_of(charger).name,
        serial_number=charger.data[const.CONF_SERIAL],
    )
    if is_new and (area_id := charger.data.get(const.CONF_AREA)):
        # Only for a new device: the user may move it later.
        registry.async_update_device(device.id, area_id=area_id)
    return device.id


def _follow_user(hass: HomeAssistant, entry: ConfigEntry[Any], user: ConfigSubentry) -> str:
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=user.subentry_id,
        identifiers={(const.DOMAIN, user.subentry_id)},
        name=user.title,
        model=str(user.data[const.CONF_USER_TYPE]).capitalize(),
        entry_type=DeviceEntryType.SERVICE,
    )
    return device.id
