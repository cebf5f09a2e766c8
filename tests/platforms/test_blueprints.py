"""The blueprints of `automations/`, each run as an automation on events of a real household."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components import automation
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import PATIENCE_S, Garage

ROOT = Path(__file__).parents[2]
BLUEPRINTS = ROOT / "automations" / "blueprints"
NAMES = sorted(path.name for path in BLUEPRINTS.glob("*.yaml"))


class Calls:
    """Collects the calls of an action in order, and waits for them."""

    def __init__(self, hass: HomeAssistant, domain: str, action: str) -> None:
        self.seen: list[dict[str, Any]] = []
        self._more = asyncio.Event()
        hass.services.async_register(domain, action, self._take)

    async def wait(self, count: int = 1) -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.seen) < count:
                self._more.clear()
                await self._more.wait()
        return self.seen

    async def _take(self, call: ServiceCall) -> None:
        self.seen.append(dict(call.data))
        self._more.set()


class Phone:
    """A phone with the Home Assistant app."""

    def __init__(self, hass: HomeAssistant) -> None:
        entry = MockConfigEntry(domain="mobile_app")
        entry.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("mobile_app", "anna")}, name="Anna’s Phone"
        )
        self.device_id = device.id
        self.notified = Calls(hass, "notify", "mobile_app_annas_phone")


@pytest.fixture
def phone(hass: HomeAssistant) -> Phone:
    return Phone(hass)


def put_in_place(hass: HomeAssistant, name: str) -> None:
    """Copy a blueprint to the folder of imported blueprints."""
    folder = Path(hass.config.path("blueprints", "automation", DOMAIN))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(BLUEPRINTS / name, folder)


async def automate(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Create an automation from a blueprint."""
    put_in_place(hass, name)
    config = {"alias": name, "use_blueprint": {"path": f"{DOMAIN}/{name}", "input": inputs}}
    assert await async_setup_component(hass, automation.DOMAIN, {automation.DOMAIN: config})
    await hass.async_block_till_done()
    assert [state.state for state in hass.states.async_all("automation")] == ["on"]


def devices(garage: Garage, *owners: str) -> list[str | None]:
    return [garage.entry.runtime_data.device_id(garage.id_of(owner)) for owner in owners]


async def begin(garage: Garage, name: str = "left", card: str | None = None) -> str:
    """Start charging; return the session's id."""
    charger, before = garage.chargers[name], len(garage.events.named("session_started"))
    if card:
        charger.card(card)
    charger.plug_in()
    charger.power(11_000)
    return str((await garage.events.wait("session_started", before + 1))[-1]["session_id"])


async def charge(garage: Garage, name: str = "left") -> None:
    for _ in range(4):
        garage.chargers[name].charge(100)
        await garage.pass_house_seconds(20)


async def leave(garage: Garage, name: str = "left") -> None:
    before = len(garage.events.named("session_completed"))
    garage.chargers[name].unplug()
    await garage.events.wait("session_completed", before + 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_source_url_of_a_blueprint_leads_to_its_file(name: str) -> None:
    data = load_yaml(BLUEPRINTS / name)
    assert isinstance(data, dict)
    blueprint = Blueprint(data, path=name, expected_domain="automation", schema=BLUEPRINT_SCHEMA)
    manifest = json.loads((ROOT / "custom_components" / DOMAIN / "manifest.json").read_text())

    assert blueprint.validate() is None
    where = f"{manifest['documentation']}/blob/main/{(BLUEPRINTS / name).relative_to(ROOT).as_posix()}"
    assert blueprint.metadata["source_url"] == where


@pytest.mark.parametrize("name", NAMES)
async def test_the_selectors_of_a_blueprint_offer_the_chargers_and_the_users(garage: Garage, name: str) -> None:
    data = load_yaml(BLUEPRINTS / name)
    assert isinstance(data, dict)
    inputs = data["blueprint"]["input"]
    registry = dr.async_get(garage.hass)

    (event,) = inputs["chargers"]["selector"]["device"]["entity"]
    with_events = {
        item.device_id
        for item in er.async_get(garage.hass).entities.values()
        if item.platform == event["integration"] and item.domain == event["domain"]
    }
    assert with_events == set(devices(garage, "left", "right"))
    if "users" in inputs:
        models = {one["model"] for one in inputs["users"]["selector"]["device"]["filter"]}
        of_users = dr.async_entries_for_config_entry(registry, garage.entry.entry_id)
        assert {device.id for device in of_users if device.model in models} == set(devices(garage, "Anna", "Ben"))


async def test_my_car_is_done_notifies_the_phone_of_the_sessions_user(garage: Garage, phone: Phone) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await garage.add_card("right", slot=2, user="Ben")
    await automate(
        garage.hass, "my_car_is_done.yaml", phones=[phone.device_id], users=devices(garage, "Anna"), chargers=[]
    )
    bens, annas = await begin(garage, "right", card="2"), await begin(garage, "left", card="1")
    for name in ("right", "left"):
        await charge(garage, name)
        garage.chargers[name].rest()

    (notification,) = await phone.notified.wait()
    await garage.events.wait("charging_finished", 2)
    await garage.hass.async_block_till_done()

    assert phone.notified.seen == [notification]
    assert notification["title"] == "The car is done"
    assert notification["message"] == "Anna · 0.4 kWh · 0.10 EUR · left"
    assert notification["data"] == {"tag": annas} != {"tag": bens}


async def test_my_car_is_done_can_wait_for_the_plug_and_do_something_else(garage: Garage) -> None:
    other = Calls(garage.hass, "notify", "telegram")
    more = [{"action": "notify.telegram", "data": {"message": "{{ title }}: {{ message }}"}}]
    await automate(
        garage.hass,
        "my_car_is_done.yaml",
        moment=f"{DOMAIN}_session_completed",
        chargers=devices(garage, "left"),
        title="{{ charger }}",
        message="{{ user }} hat {{ energy }} kWh geladen",
        more=more,
    )
    for name in ("right", "left"):
        await begin(garage, name)
        await charge(garage, name)
        await leave(garage, name)

    await garage.hass.async_block_till_done()

    assert other.seen == [{"message": "left: Unknown hat 0.4 kWh geladen"}]


async def ask(garage: Garage, phone: Phone, patience: float = 0.5, **inputs: Any) -> None:
    users = devices(garage, "Ben", "Anna")
    asked = {"phones": [phone.device_id], "users": users, "patience": patience}
    await automate(garage.hass, "ask_who_is_charging.yaml", **asked, **inputs)


async def test_an_unidentified_driver_is_asked_for_by_name_and_the_answer_identifies_the_session(
    garage: Garage, phone: Phone
) -> None:
    await ask(garage, phone)
    session_id = await begin(garage)

    (question,) = await phone.notified.wait()
    buttons = question["data"]["actions"]
    garage.hass.bus.async_fire("mobile_app_notification_action", {"action": "SOMETHING_ELSE"})
    garage.hass.bus.async_fire("mobile_app_notification_action", {"action": buttons[1]["action"]})
    (identified,) = await garage.events.wait("session_identified")

    assert (question["title"], question["message"]) == ("left", "Who is charging?")
    assert question["data"]["tag"] == session_id
    assert [button["title"] for button in buttons] == ["Ben", "Anna"]
    assert (identified["session_id"], identified["user_name"]) == (session_id, "Anna")
    assert identified["identified_by"] == "choice"


async def test_a_guest_who_is_not_set_up_as_a_user_has_a_button_too(garage: Garage, phone: Phone) -> None:
    await ask(garage, phone, guest="Somebody's guest")
    await begin(garage)
    (question,) = await phone.notified.wait()

    *_, guest = question["data"]["actions"]
    garage.hass.bus.async_fire("mobile_app_notification_action", {"action": guest["action"]})

    (identified,) = await garage.events.wait("session_identified")
    assert guest["title"] == "Somebody's guest"
    assert (identified["user_type"], identified["user_id"]) == ("guest", None)


async def test_an_answer_that_comes_after_the_car_has_left_corrects_the_recorded_session(
    garage: Garage, phone: Phone
) -> None:
    await ask(garage, phone)
    await begin(garage)
    (question,) = await phone.notified.wait()
    await charge(garage)
    await leave(garage)

    garage.hass.bus.async_fire("mobile_app_notification_action", {"action": question["data"]["actions"][0]["action"]})
    await garage.until_state("sensor", "Ben", "session_count", "1")

    assert float(garage.state("sensor", "Ben", "total_energy")) == pytest.approx(0.4)
    assert garage.events.named("session_identified") == []


async def test_no_question_is_sent_when_a_card_is_tapped_in_time(garage: Garage, phone: Phone) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await ask(garage, phone, patience=1)
    session_id = await begin(garage)
    garage.chargers["left"].card("1")
    await garage.events.wait("session_identified")
    await garage.until_state("sensor", "left", "current_user", "Anna")

    await garage.hass.async_block_till_done()

    assert phone.notified.seen == [{"message": "clear_notification", "data": {"tag": session_id}}]


async def test_the_question_is_cleared_when_a_card_identifies_the_driver(garage: Garage, phone: Phone) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await ask(garage, phone)
    session_id = await begin(garage)
    await phone.notified.wait()
    garage.chargers["left"].card("1")

    _, cleared = await phone.notified.wait(2)

    assert cleared == {"message": "clear_notification", "data": {"tag": session_id}}


async def test_a_free_bay_is_announced(garage: Garage, phone: Phone) -> None:
    await automate(garage.hass, "the_bay_is_free.yaml", phones=[phone.device_id], patience=0)
    await begin(garage)
    await charge(garage)
    await leave(garage)

    (notification,) = await phone.notified.wait()

    assert (notification["title"], notification["message"]) == ("left is free", "Unknown has left.")
    assert notification["data"] == {"tag": f"{garage.id_of('left')}-free"}


async def test_a_bay_that_the_next_driver_takes_at_once_is_not_free(garage: Garage, phone: Phone) -> None:
    await automate(garage.hass, "the_bay_is_free.yaml", phones=[phone.device_id], patience=1)
    await begin(garage)
    await charge(garage)
    await leave(garage)
    await begin(garage)

    await garage.hass.async_block_till_done()

    assert phone.notified.seen == []
