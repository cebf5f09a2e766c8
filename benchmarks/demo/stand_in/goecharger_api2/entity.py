"""The base class of the stand-in's entities."""

from __future__ import annotations

from typing import Any

from homeassistant.const import Platform
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from . import ChargerEntry
from .const import CONF_SERIAL, DOMAIN


class ChargerEntity(Entity):
    """One key of the charger's status."""

    _attr_should_poll = False

    def __init__(self, entry: ChargerEntry, platform: Platform, key: str, name: str) -> None:
        """Use the unique id and the entity id that go-e's integration gives this key."""
        serial = entry.data[CONF_SERIAL]
        self._hub = entry.runtime_data
        self._platform = platform
        self._attr_unique_id = f"{DOMAIN}.goe_{serial}_{key}"
        self._attr_name = f"{entry.title} {name}"
        self.entity_id = f"{platform}.goe_{serial}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, serial)},
            name=entry.title,
            manufacturer="go-e",
            model="Charger (simulated)",
            serial_number=serial,
        )

    @property
    def available(self) -> bool:
        """Whether the charger is connected."""
        return self._hub.connected

    async def async_added_to_hass(self) -> None:
        """Follow the charger's pushes."""
        self.async_on_remove(self._hub.listen(self._platform, self.async_write_ha_state))

    def told(self, key: str) -> Any:
        """Return the charger's value of a key; None without a value."""
        return self._hub.status.get(key)
