"""The actions: identify the running session, and assign a recorded one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.ev_charging_manager.adapters.household.devices import own_devices
from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE
from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage

CONTROL_ALL = {"entities": {"all": {"control": True}}}


async def act(garage: Garage, action: str, context: Context | None = None, /, **data: Any) -> Any:
    """Call an action and return its response."""
    return await garage.hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True, context=context
    )


async def plugged_in(garage: Garage, name: str = "left") -> dict[str, Any]:
    """Start a session without a user; return its event."""
    count = len(garage.events.named("session_started")) + 1
    garage.chargers[name].plug_in()
    garage.chargers[name].power(11_000)
    return (await garage.events.wait("session_started", count))[-1]


async def recorded(garage: Garage, name: str = "left", card: str | None = None) -> dict[str, Any]:
    """Record a session of 0.4 kWh; return its event."""
    count = len(garage.events.named("session_completed")) + 1
    await plugged_in(garage, name)
    if card is not None:
        garage.chargers[name].card(card)
    for _ in range(4):
        garage.chargers[name].charge(100)
        await garage.pass_house_seconds(20)
    garage.chargers[name].unplug()
    return (await garage.events.wait("session_completed", count))[-1]


def driver(hass: HomeAssistant, policy: dict[str, Any]) -> User:
    """Return a user of Home Assistant with these rights only."""
    user = MockUser(name="Somebody").add_to_hass(hass)
    user.mock_policy(policy)
    return user


async def test_the_session_has_the_identified_user_when_the_action_returns(garage: Garage) -> None:
    started = await plugged_in(garage)
    answer = await act(garage, "identify_session", charger=garage.id_of("left"), user=garage.id_of("Anna"))

    assert garage.state("sensor", "left", "current_user") == "Anna"
    assert garage.state("select", "left", "driver") == "Anna"
    assert answer == {
        "charger_id": garage.id_of("left"),
        "session_id": started["session_id"],
        "user_id": garage.id_of("Anna"),
        "user_name": "Anna",
        "user_type": "resident",
        "identified_by": "choice",
        "vehicle_id": None,
        "vehicle_name": None,
    }
    (identified,) = await garage.events.wait("session_identified")
    assert identified["user_id"] == garage.id_of("Anna")


async def test_charger_and_user_can_be_given_by_name_and_by_device(hass: HomeAssistant, garage: Garage) -> None:
    await plugged_in(garage)
    assert (await act(garage, "identify_session", charger="LEFT", user=" ben "))["user_name"] == "Ben"
    devices = {own: device.id for own, device in own_devices(hass, garage.entry).items()}
    fields = {"charger": devices[garage.id_of("left")], "user": devices[garage.id_of("Anna")]}
    assert (await act(garage, "identify_session", **fields))["user_name"] == "Anna"


async def test_the_given_vehicle_becomes_the_sessions_vehicle(garage: Garage) -> None:
    garage.add("vehicle", "ID.4", {"capacity_kwh": 82.0, "usable_kwh": 77.0})
    await garage.hass.async_block_till_done()
    await plugged_in(garage)
    answer = await act(garage, "identify_session", charger="left", user="Anna", vehicle="id.4")
    assert answer["vehicle_id"] == garage.id_of("ID.4")
    assert garage.state("sensor", "left", "current_vehicle") == "ID.4"


@pytest.mark.parametrize(("given", "user_type"), [("guest", "guest"), ("nobody", "unknown"), ("Unknown", "unknown")])
async def test_guest_and_nobody_can_be_given_as_the_user(garage: Garage, given: str, user_type: str) -> None:
    await plugged_in(garage)
    answer = await act(garage, "identify_session", charger="left", user=given)
    assert (answer["user_id"], answer["user_type"], answer["identified_by"]) == (None, user_type, "choice")


async def test_identified_while_no_car_is_connected_it_applies_to_the_next_session(garage: Garage) -> None:
    answer = await act(garage, "identify_session", charger="left", user="Anna")
    assert (answer["session_id"], answer["user_name"]) == (None, "Anna")
    started = await plugged_in(garage)
    assert (started["user_name"], started["identified_by"]) == ("Anna", "choice")


async def test_automatic_undoes_a_choice(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Ben")
    await plugged_in(garage)
    garage.chargers["left"].card("1")
    await garage.events.wait("session_identified")
    await act(garage, "identify_session", charger="left", user="Anna")
    answer = await act(garage, "identify_session", charger="left", user="automatic")
    assert (answer["user_name"], answer["identified_by"]) == ("Ben", "card")


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"user": "automatic", "vehicle": "ID.4"}, "vehicle_with_automatic"),
        ({"charger": "garden"}, "charger_not_found"),
        ({"user": "Gita"}, "user_not_found"),
        ({"user": "left"}, "user_not_found"),
        ({"vehicle": "Zoe"}, "vehicle_not_found"),
        ({"user": "Otto"}, "user_inactive"),
        ({"charger": "paused"}, "charger_not_running"),
    ],
)
async def test_a_wrong_field_raises_its_error_and_changes_nothing(
    garage: Garage, wrong: dict[str, str], key: str
) -> None:
    garage.add("user", "Otto", {"user_type": "resident", "active": False})
    garage.add("vehicle", "ID.4", {"capacity_kwh": 77.0, "usable_kwh": 77.0, "efficiency": 0.9})
    garage.add_charger("paused")
    garage.edit("paused", paused=True)
    await garage.hass.async_block_till_done()
    await plugged_in(garage)

    with pytest.raises(ServiceValidationError) as refused:
        await act(garage, "identify_session", **{"charger": "left", "user": "Anna", **wrong})

    assert refused.value.translation_key == key
    assert garage.state("sensor", "left", "current_user") == "Unknown"


async def test_a_name_that_two_chargers_have_is_refused(garage: Garage) -> None:
    garage.edit("right", title="left")
    await garage.hass.async_block_till_done()
    with pytest.raises(ServiceValidationError) as refused:
        await act(garage, "identify_session", charger="left", user="Anna")
    assert refused.value.translation_key == "charger_ambiguous"


async def test_the_actions_raise_an_error_while_the_household_is_not_loaded(garage: Garage) -> None:
    await garage.unload()
    for action, what in (("identify_session", {"charger": "left"}), ("assign_session", {"session_id": "1"})):
        with pytest.raises(ServiceValidationError) as refused:
            await act(garage, action, user="Anna", **what)
        assert refused.value.translation_key == "not_loaded"


async def test_an_assigned_session_moves_with_its_energy_and_its_cost(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Ben")
    completed = await recorded(garage, card="1")
    answer = await act(garage, "assign_session", session_id=completed["session_id"], user="Anna")

    assert garage.state("sensor", "Ben", "total_energy") == "0.0"
    assert float(garage.state("sensor", "Anna", "total_energy")) == pytest.approx(0.4)
    assert float(garage.state("sensor", "Anna", "total_cost")) == pytest.approx(0.1)
    assert garage.state("sensor", "Anna", "session_count") == "1"
    last = garage.hass.states.get(garage.entity_id("sensor", "left", "last_session"))
    assert last is not None
    assert last.attributes["user"] == "Anna"
    assert answer["user_id"] == garage.id_of("Anna")
    assert answer["measured"]["user_id"] == garage.id_of("Ben")
    (correction,) = answer["corrections"]
    assert (correction["before"]["user_name"], correction["after"]["user_name"]) == ("Ben", "Anna")
    assert correction["by"] == "automation"
    assert correction["at"].startswith("20")


async def test_automatic_restores_the_original_assignment(garage: Garage) -> None:
    completed = await recorded(garage)
    for user in ("Anna", "guest", "automatic"):
        answer = await act(garage, "assign_session", session_id=completed["session_id"], user=user)
    assert (answer["user_id"], answer["user_type"], answer["identified_by"]) == (None, "unknown", None)
    assert [correction["after"]["user_name"] for correction in answer["corrections"]] == ["Anna", "Guest", "Unknown"]
    assert garage.state("sensor", "Anna", "session_count") == "0"


async def test_an_old_session_can_be_assigned_to_an_inactive_user(garage: Garage) -> None:
    completed = await recorded(garage)
    garage.edit("Ben", active=False)
    await garage.hass.async_block_till_done()
    answer = await act(garage, "assign_session", session_id=completed["session_id"], user="Ben")
    assert answer["user_name"] == "Ben"


async def test_a_running_or_missing_session_cannot_be_assigned(garage: Garage) -> None:
    started = await plugged_in(garage)
    for session_id, key in ((started["session_id"], "session_running"), ("no-such", "session_not_found")):
        with pytest.raises(ServiceValidationError) as refused:
            await act(garage, "assign_session", session_id=session_id, user="Anna")
        assert refused.value.translation_key == key


async def test_a_caller_who_may_control_the_driver_select_may_act_and_is_recorded_as_author(
    hass: HomeAssistant, garage: Garage
) -> None:
    completed = await recorded(garage)
    select = garage.entity_id("select", "left", "driver")
    user = driver(hass, {"entities": {"entity_ids": {select: {"control": True}}}})

    await act(garage, "identify_session", Context(user_id=user.id), charger="left", user="Anna")
    answer = await act(
        garage, "assign_session", Context(user_id=user.id), session_id=completed["session_id"], user="Ben"
    )

    assert answer["corrections"][0]["by"] == f"Somebody ({user.id})"


async def test_a_caller_with_read_rights_only_is_refused(hass: HomeAssistant, garage: Garage) -> None:
    completed = await recorded(garage)
    context = Context(user_id=driver(hass, {"entities": {"all": {"read": True}}}).id)
    with pytest.raises(Unauthorized):
        await act(garage, "identify_session", context, charger="left", user="Anna")
    with pytest.raises(Unauthorized):
        await act(garage, "assign_session", context, session_id=completed["session_id"], user="Anna")
    assert garage.state("sensor", "Anna", "session_count") == "0"


async def test_only_an_administrator_can_assign_a_session_of_a_deleted_charger(
    hass: HomeAssistant, garage: Garage
) -> None:
    completed = await recorded(garage)
    hass.config_entries.async_remove_subentry(garage.entry, garage.id_of("left"))
    await hass.async_block_till_done()
    fields = {"session_id": completed["session_id"], "user": "Anna"}

    with pytest.raises(Unauthorized):
        await act(garage, "assign_session", Context(user_id=driver(hass, CONTROL_ALL).id), **fields)
    administrator = MockUser(is_owner=True).add_to_hass(hass)
    assert (await act(garage, "assign_session", Context(user_id=administrator.id), **fields))["user_name"] == "Anna"
    assert er.async_get(hass).async_get_entity_id("select", DOMAIN, f"{completed['charger_id']}_driver") is None


async def test_a_failing_ledger_raises_a_translated_error(garage: Garage) -> None:
    completed = await recorded(garage)
    with closing(sqlite3.connect(garage.hass.config.path(LEDGER_FILE), isolation_level=None)) as another_program:
        another_program.execute("ALTER TABLE corrections RENAME TO gone")
    with pytest.raises(HomeAssistantError) as failed:
        await act(garage, "assign_session", session_id=completed["session_id"], user="Anna")
    assert failed.value.translation_key == "ledger_failed"


async def test_a_user_named_like_a_keyword_is_found_only_by_the_exact_name(garage: Garage) -> None:
    garage.add("user", "Guest", {"user_type": "guest", "active": True})
    await garage.hass.async_block_till_done()
    completed = await recorded(garage)
    given = await act(garage, "assign_session", session_id=completed["session_id"], user="Guest")
    assert given["user_id"] == garage.id_of("Guest")
    with pytest.raises(ServiceValidationError) as refused:
        await act(garage, "assign_session", session_id=completed["session_id"], user="GUEST")
    assert refused.value.translation_key == "user_ambiguous"
