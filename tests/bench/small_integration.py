"""Writes a small integration of our domain: it listens to an energy and a power entity, and writes two sensors."""

from __future__ import annotations

import json
from pathlib import Path

_INIT = '''
"""Charging in two numbers."""

from homeassistant.core import callback
from homeassistant.helpers.event import async_track_state_change_event


async def async_setup_entry(hass, entry):
    """Write what was charged, and what that costs."""
    begin = float(hass.states.get(entry.data["energy_entity"]).state)
    entities = [entry.data["energy_entity"], entry.data["power_entity"]]

    @callback
    def changed(event):
        kwh = float(hass.states.get(entry.data["energy_entity"]).state) - begin
        hass.states.async_set("sensor.small_energy", f"{kwh:.7f}")
        hass.states.async_set("sensor.small_cost", f"{kwh * entry.options['price']:.8f}")

    entry.async_on_unload(async_track_state_change_event(hass, entities, changed))
    return True


async def async_unload_entry(hass, entry):
    """Nothing is left."""
    return True
'''
_FLOW = '''
"""Home Assistant sets up no config entry without a flow."""

from homeassistant.config_entries import ConfigFlow


class SmallFlow(ConfigFlow, domain="ev_charging_manager"):
    """Asks nothing."""
'''
_MANIFEST = {
    "domain": "ev_charging_manager",
    "name": "Small",
    "version": "1.0.0",
    "codeowners": [],
    "config_flow": True,
    "dependencies": [],
    "documentation": "https://example.com",
    "iot_class": "calculated",
    "requirements": [],
}
_CONFIGURATION = {
    "domain": "ev_charging_manager",
    "entry": {
        "title": "Small",
        "data": {"energy_entity": "sensor.small_meter", "power_entity": "sensor.small_power"},
        "options": {"price": 0.3},
    },
    "entities": {
        "session_energy": {"entity_id": "sensor.small_meter", "unit": "kWh"},
        "power": "sensor.small_power",
    },
}


def write_integration(folder: Path) -> Path:
    """Create the integration in this directory."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(_MANIFEST), encoding="utf-8")
    (folder / "__init__.py").write_text(_INIT, encoding="utf-8")
    (folder / "config_flow.py").write_text(_FLOW, encoding="utf-8")
    return folder


def write_configuration(file: Path) -> Path:
    """Return its configuration file."""
    file.write_text(json.dumps(_CONFIGURATION), encoding="utf-8")
    return file
