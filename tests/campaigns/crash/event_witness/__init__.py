"""Records, inside Home Assistant, the events that automations receive and the availability of the chargers.

Each line is on the disk before the callback returns, so that it survives any end of the process.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, Final

import voluptuous as vol
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

DOMAIN: Final = "event_witness"
CONFIG_SCHEMA = vol.Schema({DOMAIN: vol.Schema({vol.Required("file"): cv.string})}, extra=vol.ALLOW_EXTRA)

_HEARD: Final = tuple(f"ev_charging_manager_session_{what}" for what in ("started", "completed", "discarded"))
# The stand-in's sensor that shows the availability of a charger.
_PRESENCE: Final = "_car_value"
_ABSENT: Final = (STATE_UNAVAILABLE, STATE_UNKNOWN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Listen before the chargers are set up."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    file = await hass.async_add_executor_job(os.open, config[DOMAIN]["file"], flags, 0o644)

    def write(what: str, **more: Any) -> None:
        os.write(file, (json.dumps({"at": time.time(), "what": what, **more}, default=str) + "\n").encode())
        os.fsync(file)

    @callback
    def heard(event: Event[Any]) -> None:
        write(str(event.event_type), data=dict(event.data))

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        entity_id, old, new = event.data["entity_id"], event.data["old_state"], event.data["new_state"]
        there, was_there = (state is not None and state.state not in _ABSENT for state in (new, old))
        if entity_id.endswith(_PRESENCE) and there is not was_there:
            write("back" if there else "away", entity_id=entity_id)

    for event_type in _HEARD:
        hass.bus.async_listen(event_type, heard)
    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STARTED, heard)
    return True
