"""docs/automations.md and the events that are fired: names, fields, triggers, entities and examples."""

from __future__ import annotations

import re
from typing import Any

import pytest
from homeassistant.components import automation
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.device_trigger import TRIGGER_TYPES
from tests.docs.pages import ROOT, WORDS, page
from tests.support.garage import Garage

PAGE = page("automations.md")

# Session events that are fired before energy has flowed.
WITHOUT_ENERGY = {"session_started", "session_identified"}


def fields(heading: str) -> set[str]:
    """Return the fields in the table below a heading."""
    return {row[0].strip("`") for row in PAGE.table(heading)}


def documented_fields(name: str) -> set[str]:
    """Return the documented fields of an event."""
    if name == "card_tapped":
        return fields("Fields of `card_tapped`")
    every = fields("Fields of every session event")
    return every if name in WITHOUT_ENERGY else every | fields("Further fields once energy has flowed")


async def test_every_event_has_exactly_the_documented_fields(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await garage.everything_happens("left")

    assert {row[0].strip("`") for row in PAGE.table("Events")} == {f"{DOMAIN}_{name}" for name in TRIGGER_TYPES}
    for name in TRIGGER_TYPES:
        for payload in garage.events.named(name):
            assert payload.keys() == documented_fields(name), name


def test_triggers_and_event_entities_are_documented_by_their_names_in_the_interface() -> None:
    triggers = {row[1].strip("`"): row[0] for row in PAGE.table("Device triggers")}
    entities = {row[0]: re.findall(r"`(\w+)`", row[1]) for row in PAGE.table("Event entities")}

    assert triggers == WORDS["device_automation"]["trigger_type"]
    assert entities == {
        entity["name"]: list(entity["state_attributes"]["event_type"]["state"])
        for entity in WORDS["entity"]["event"].values()
    }


def test_each_blueprint_is_documented_with_the_address_to_import_it_from() -> None:
    files = {path.name for path in (ROOT / "automations" / "blueprints").glob("*.yaml")}
    addresses = re.findall(
        r"^https://\S+/blob/main/automations/blueprints/(\S+)$", PAGE.section("Blueprints"), re.MULTILINE
    )

    assert set(addresses) == files
    assert {name for name in files if f"](../automations/blueprints/{name})" in PAGE.section("Blueprints")} == files


@pytest.mark.parametrize("example", PAGE.blocks("yaml"), ids=lambda text: text.splitlines()[0])
async def test_an_example_runs_and_sends_one_message(hass: HomeAssistant, garage: Garage, example: str) -> None:
    messages: list[Any] = []
    hass.services.async_register("notify", "notify", lambda call: messages.append(call.data["message"]))
    config = parse_yaml(example)
    assert await async_setup_component(hass, automation.DOMAIN, {automation.DOMAIN: config})
    garage.edit("Anna", user_type="guest", billing={"method": "price", "price": 0.4})
    await garage.add_card("left", slot=1, user="Anna")

    await garage.everything_happens("left")
    await hass.async_block_till_done()

    assert len(messages) == 1
    assert "Anna" in messages[0] or "Unknown" in messages[0] or "kWh" in messages[0]
