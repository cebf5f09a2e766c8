"""A stand-in for the integration of this name: simulated go-e chargers through their WebSocket.

It provides the unique ids, units and words of real go-e chargers, and no other features of that integration.
"""

from __future__ import annotations

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT
from homeassistant.core import HomeAssistant

from .const import PLATFORMS
from .hub import Hub

type ChargerEntry = ConfigEntry[Hub]


async def async_setup_entry(hass: HomeAssistant, entry: ChargerEntry) -> bool:
    """Add the charger's entities, then connect."""
    url = f"ws://{entry.data[CONF_HOST]}:{entry.data[CONF_PORT]}/ws"
    entry.runtime_data = Hub(hass, url, entry.data[CONF_PASSWORD])
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_create_background_task(hass, entry.runtime_data.run(), f"go-e {entry.title}")
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ChargerEntry) -> bool:
    """Remove the entities; the connection ends with the entry's tasks."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
