"""Device triggers: the list of a charger's device, and the automations that they start."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from homeassistant.components import automation
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    async_get_device_automations,
    async_mock_service,
)

from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.device_trigger import TRIGGER_TYPES
from tests.support.garage import Garage

INTEGRATION = Path(__file__).parents[2] / "custom_components" / DOMAIN
WORDS = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))


def device_of(garage: Garage, owner: str) -> str:
    found = garage.entry.runtime_data.device_id(garage.id_of(owner))
    assert isinstance(found, str)
    return found


async def automate(hass: HomeAssistant, device_id: str, *names: str) -> list[ServiceCall]:
    """Create an automation for each device trigger; return the calls of their actions."""
    calls = async_mock_service(hass, "test", "automation")
    action = {
        "action": "test.automation",
        "data": {"name": "{{ trigger.event.event_type }}", "charger": "{{ trigger.event.data.charger_name }}"},
    }
    configs = [
        {
            "alias": f"On {name}",
            "triggers": {"trigger": "device", "domain": DOMAIN, "device_id": device_id, "type": name},
            "actions": action,
        }
        for name in names
    ]
    assert await async_setup_component(hass, automation.DOMAIN, {automation.DOMAIN: configs})
    await hass.async_block_till_done()
    return calls


async def test_a_chargers_device_offers_every_event_and_a_users_none(garage: Garage) -> None:
    left = device_of(garage, "left")

    offered = await async_get_device_automations(garage.hass, DeviceAutomationType.TRIGGER, left)
    of_user = await async_get_device_automations(garage.hass, DeviceAutomationType.TRIGGER, device_of(garage, "Anna"))

    own = [trigger for trigger in offered if trigger["domain"] == DOMAIN]
    assert {trigger["type"] for trigger in own} == set(TRIGGER_TYPES)
    assert [trigger for trigger in of_user if trigger["domain"] == DOMAIN] == []


def test_every_trigger_has_a_text() -> None:
    assert WORDS["device_automation"]["trigger_type"].keys() == set(TRIGGER_TYPES)


async def test_automations_run_on_events_of_their_charger_only(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    calls = await automate(garage.hass, device_of(garage, "left"), *TRIGGER_TYPES)

    await garage.everything_happens("left")
    garage.chargers["right"].plug_in()
    garage.chargers["right"].card("1")
    await garage.events.wait("session_started", 3)
    await garage.hass.async_block_till_done()

    at_left = [event for event in garage.events.seen if event.data["charger_name"] == "left"]
    assert Counter(call.data["name"] for call in calls) == Counter(event.event_type for event in at_left)
    assert {call.data["name"] for call in calls} == {f"{DOMAIN}_{name}" for name in TRIGGER_TYPES}
    assert {call.data["charger"] for call in calls} == {"left"}


async def test_an_unknown_trigger_type_is_refused(hass: HomeAssistant, garage: Garage) -> None:
    calls = await automate(hass, device_of(garage, "left"), "session_paused")
    states = hass.states.async_all("automation")

    assert [state.state for state in states] in ([], ["unavailable"])
    assert calls == []
