"""Device triggers: one for each event of a charger."""

from __future__ import annotations

from typing import Any

import voluptuous as vol
from homeassistant.components.device_automation import DEVICE_TRIGGER_BASE_SCHEMA
from homeassistant.components.homeassistant.triggers import event as event_trigger
from homeassistant.const import CONF_DEVICE_ID, CONF_DOMAIN, CONF_PLATFORM, CONF_TYPE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.trigger import TriggerActionType, TriggerInfo
from homeassistant.helpers.typing import ConfigType

from .adapters.household.devices import own_devices
from .const import DOMAIN, SUBENTRY_CHARGER
from .domain.events import CARD_TAPPED, SESSION_EVENTS

TRIGGER_TYPES = (*SESSION_EVENTS, CARD_TAPPED)

TRIGGER_SCHEMA = DEVICE_TRIGGER_BASE_SCHEMA.extend({vol.Required(CONF_TYPE): vol.In(TRIGGER_TYPES)})


async def async_get_triggers(hass: HomeAssistant, device_id: str) -> list[dict[str, Any]]:
    """Return a charger's triggers; the devices of users and of the household have none."""
    if not _is_charger(hass, device_id):
        return []
    base = {CONF_PLATFORM: "device", CONF_DOMAIN: DOMAIN, CONF_DEVICE_ID: device_id}
    return [{**base, CONF_TYPE: name} for name in TRIGGER_TYPES]


async def async_attach_trigger(
    hass: HomeAssistant, config: ConfigType, action: TriggerActionType, trigger_info: TriggerInfo
) -> CALLBACK_TYPE:
    """Run the automation on the event of this charger; its fields are in `trigger.event.data`."""
    event = event_trigger.TRIGGER_SCHEMA(
        {
            event_trigger.CONF_PLATFORM: "event",
            event_trigger.CONF_EVENT_TYPE: f"{DOMAIN}_{config[CONF_TYPE]}",
            event_trigger.CONF_EVENT_DATA: {CONF_DEVICE_ID: config[CONF_DEVICE_ID]},
        }
    )
    return await event_trigger.async_attach_trigger(hass, event, action, trigger_info, platform_type="device")


@callback
def _is_charger(hass: HomeAssistant, device_id: str) -> bool:
    return any(
        device.id == device_id and entry.subentries[own].subentry_type == SUBENTRY_CHARGER
        for entry in hass.config_entries.async_entries(DOMAIN)
        for own, device in own_devices(hass, entry).items()
        if own in entry.subentries
    )
