"""Event entities: updated with the event on the bus, kept over a restart, separate for each charger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import CoreState, HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage, charger_data

INTEGRATION = Path(__file__).parents[2] / "custom_components" / DOMAIN
WORDS = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))["entity"]["event"]


def last_event(garage: Garage, charger: str, key: str = "session") -> State:
    state = garage.hass.states.get(garage.entity_id("event", charger, key))
    assert state is not None
    return state


def event_fields(state: State) -> dict[str, Any]:
    """Return an entity's event attributes without those that every event has."""
    return {
        key: value
        for key, value in state.attributes.items()
        if key not in {"event_type", "event_types", "friendly_name", "icon"}
    }


async def test_a_session_shows_each_of_its_events_with_the_fields_of_the_event(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    assert last_event(garage, "left").attributes["event_type"] == "session_started"

    charger.card("1")
    await garage.events.wait("session_identified")
    assert last_event(garage, "left").attributes["event_type"] == "session_identified"
    assert last_event(garage, "left").attributes["user_name"] == "Anna"

    for _ in range(4):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    charger.unplug()
    (completed,) = await garage.events.wait("session_completed")
    shown = last_event(garage, "left")
    assert shown.attributes["event_type"] == "session_completed"
    assert event_fields(shown) == completed
    assert last_event(garage, "right").state == "unknown"


async def test_a_tap_does_not_hide_what_the_session_last_did(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    garage.chargers["left"].card("3")

    (tapped,) = await garage.events.wait("card_tapped")

    assert tapped["known"] is False
    assert event_fields(last_event(garage, "left", "card")) == tapped
    assert last_event(garage, "left").attributes["event_type"].startswith("session_")


async def test_a_charger_that_is_added_later_shows_its_events_too(garage: Garage) -> None:
    garage.add_charger("yard")
    garage.chargers["yard"].idle()
    await garage.hass.async_block_till_done()
    garage.chargers["yard"].plug_in()

    (started,) = await garage.events.wait("session_started")

    assert event_fields(last_event(garage, "yard")) == started


async def test_the_last_event_is_still_known_after_the_entry_was_loaded_again(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    before = last_event(garage, "left")

    assert await garage.hass.config_entries.async_reload(garage.entry.entry_id)
    await garage.hass.async_block_till_done()

    after = last_event(garage, "left")
    assert (after.state, event_fields(after)) == (before.state, event_fields(before))


async def test_an_event_left_over_from_an_earlier_run_fires_and_is_marked_as_redelivered(hass: HomeAssistant) -> None:
    hass.set_state(CoreState.not_running)
    garage = Garage(hass, ("left",), [])
    await garage.set_up()
    garage.chargers["left"].plug_in()
    await garage.until_state("sensor", "left", "status", "tracking")
    await garage.unload()
    assert garage.events.named("session_started") == []

    hass.set_state(CoreState.running)
    assert await hass.config_entries.async_setup(garage.entry.entry_id)

    (started,) = await garage.events.wait("session_started")
    assert started["redelivered"] is True
    assert event_fields(last_event(garage, "left")) == started
    await garage.unload()


async def test_the_card_event_is_disabled_by_default_without_a_reader(hass: HomeAssistant) -> None:
    readerless = charger_data("left")
    entities = {role: name for role, name in readerless["data"]["entities"].items() if role != "card"}
    readerless = ConfigSubentryData(**{**readerless, "data": {**readerless["data"], "entities": entities}})
    garage = Garage(hass, ("right",), [readerless])
    await garage.set_up()

    registry = er.async_get(hass)
    left, right = (registry.async_get(garage.entity_id("event", name, "card")) for name in ("left", "right"))
    assert left is not None
    assert left.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert right is not None
    assert right.disabled_by is None
    await garage.unload()


async def test_every_event_and_every_field_of_it_has_a_name(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    garage.chargers["left"].card("3")
    (tapped,) = await garage.events.wait("card_tapped")
    garage.chargers["left"].unplug()
    (discarded,) = await garage.events.wait("session_discarded")

    for key, payload in (("card", tapped), ("session", discarded)):
        words = WORDS[key]["state_attributes"]
        assert words.keys() == {"event_type", *payload}
        assert list(words["event_type"]["state"]) == last_event(garage, "left", key).attributes["event_types"]
