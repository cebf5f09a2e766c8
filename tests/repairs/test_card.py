"""The repairs of an unmapped card and of sessions without a known user."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.ev_charging_manager.const import DOMAIN
from tests.platforms.test_actions import act
from tests.repairs.forms import RepairForm, issues, until_issues
from tests.support.garage import Garage


async def stranger(garage: Garage, card: str = "9") -> dict[str, Any]:
    """Begin a session with an unmapped card; return the event of its begin."""
    garage.chargers["left"].plug_in()
    (started,) = await garage.events.wait("session_started")
    garage.chargers["left"].card(card)
    await garage.events.wait("card_tapped")
    return started


async def test_a_card_given_to_a_user_identifies_the_session_that_runs(hass: HomeAssistant, garage: Garage) -> None:
    started = await stranger(garage)
    (issue,) = issues(hass, "card_unmapped")
    assert issue.translation_placeholders == {"charger": "left", "card": "slot 9"}
    form = RepairForm(hass, issue)
    await form.pick("user")

    assert (await form.submit({"user_id": garage.id_of("Anna")}))["type"] == "create_entry"

    (identified,) = await garage.events.wait("session_identified")
    assert (identified["session_id"], identified["user_name"]) == (started["session_id"], "Anna")
    assert identified["identified_by"] == "card"
    assert issues(hass, "card_unmapped") == []
    (card,) = (item for item in garage.entry.subentries.values() if item.subentry_type == "rfid_mapping")
    assert card.title == "left #9 · Anna"
    assert card.data == {
        "kind": "slot",
        "charger_id": garage.id_of("left"),
        "slot": 9,
        "user_id": garage.id_of("Anna"),
        "active": True,
    }


async def test_a_card_of_a_new_person_adds_a_user(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    form = RepairForm(hass, issues(hass, "card_unmapped")[0])
    await form.pick("new_user")
    assert (await form.submit({"name": "anna"}))["errors"] == {"name": "name_in_use"}
    assert (await form.submit({"name": "  "}))["errors"] == {"name": "name_required"}
    assert (await form.submit({"name": " Carl "}))["type"] == "create_entry"

    (identified,) = await garage.events.wait("session_identified")
    assert (identified["user_id"], identified["user_type"]) == (garage.id_of("Carl"), "resident")


async def test_a_guests_card_bills_the_agreed_price(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    form = RepairForm(hass, issues(hass, "card_unmapped")[0])
    await form.pick("guest")
    assert (await form.submit({"name": "Gita", "price": -1}))["errors"] == {"price": "negative_price"}
    await form.submit({"name": "Gita", "price": 0.5})
    await garage.events.wait("session_identified")
    for _ in range(4):
        garage.chargers["left"].charge(100)
        await garage.pass_house_seconds(20)
    garage.chargers["left"].unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert (completed["user_type"], completed["charge_price"]) == ("guest", pytest.approx(0.2))


async def test_an_ignored_card_is_not_reported_again(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    form = RepairForm(hass, issues(hass, "card_unmapped")[0])
    assert (await form.pick("ignore"))["reason"] == "issue_ignored"
    garage.chargers["left"].card("null")
    garage.chargers["left"].card("9")
    await garage.events.wait("card_tapped", 2)
    (issue,) = issues(hass, "card_unmapped")
    assert issue.dismissed_version is not None
    assert not [item for item in garage.entry.subentries.values() if item.subentry_type == "rfid_mapping"]


async def test_a_card_tapped_twice_is_one_repair_and_two_cards_are_two(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    for number, card in enumerate(("null", "9", "null", "8")):
        garage.chargers["left"].card(card)
        await garage.events.wait("card_tapped", 2 if number else 1)
    await garage.events.wait("card_tapped", 3)
    assert {str((issue.data or {})["card"]) for issue in issues(hass, "card_unmapped")} == {"slot 9", "slot 8"}


async def test_the_repair_is_withdrawn_when_the_card_is_mapped_elsewhere(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    form = RepairForm(hass, issues(hass, "card_unmapped")[0])
    await form.pick("user")
    await garage.add_card("left", slot=9, user="Ben")
    await until_issues(hass, "card_unmapped", 0)
    shown = await form.submit({"user_id": garage.id_of("Anna")})
    assert shown["reason"] == "already_mapped"
    (identified,) = await garage.events.wait("session_identified")
    assert identified["user_name"] == "Ben"


async def test_the_repair_survives_a_reload_and_is_deleted_with_its_charger(
    hass: HomeAssistant, garage: Garage
) -> None:
    await stranger(garage)
    await hass.config_entries.async_reload(garage.entry.entry_id)
    assert len(issues(hass, "card_unmapped")) == 1
    hass.config_entries.async_remove_subentry(garage.entry, garage.id_of("left"))
    await until_issues(hass, "card_unmapped", 0)


async def test_no_repair_while_the_option_is_off(hass: HomeAssistant, garage: Garage) -> None:
    hass.config_entries.async_update_entry(garage.entry, options={"notify_unmapped": False})
    await hass.async_block_till_done()
    await stranger(garage)
    assert issues(hass, "card_unmapped") == []


async def test_no_repair_for_a_mapped_card_that_is_inactive(hass: HomeAssistant, garage: Garage) -> None:
    await garage.add_card("left", slot=9, user="Anna")
    garage.edit("slot 9", active=False)
    await hass.async_block_till_done()
    await stranger(garage)
    assert issues(hass, "card_unmapped") == []


async def unknown_sessions(garage: Garage, count: int) -> list[str]:
    """Record `count` sessions without a user; return their ids."""
    before = len(garage.events.named("session_completed"))
    for number in range(before, before + count):
        garage.chargers["left"].plug_in()
        garage.chargers["left"].power(11_000)
        await garage.events.wait("session_started", number + 1)
        for _ in range(4):
            garage.chargers["left"].charge(100)
            await garage.pass_house_seconds(20)
        garage.chargers["left"].unplug()
        await garage.events.wait("session_completed", number + 1)
    return [event["session_id"] for event in garage.events.named("session_completed")]


async def test_three_unknown_sessions_are_one_repair(hass: HomeAssistant, garage: Garage) -> None:
    await unknown_sessions(garage, 2)
    assert issues(hass, "unknown_sessions") == []
    await unknown_sessions(garage, 1)
    (issue,) = await until_issues(hass, "unknown_sessions", 1)
    assert issue.translation_placeholders == {"charger": "left", "count": "3"}
    await unknown_sessions(garage, 1)
    assert len(issues(hass, "unknown_sessions")) == 1


async def test_a_default_user_withdraws_the_repair(hass: HomeAssistant, garage: Garage) -> None:
    await unknown_sessions(garage, 3)
    (issue,) = await until_issues(hass, "unknown_sessions", 1)
    form = RepairForm(hass, issue)
    assert await form.open() == ["default_user", "ignore"]
    await form.pick("default_user")
    await form.submit({"default_user_id": garage.id_of("Anna")})
    await until_issues(hass, "unknown_sessions", 0)
    garage.chargers["left"].plug_in()
    started = await garage.events.wait("session_started", 4)
    assert (started[-1]["user_name"], started[-1]["identified_by"]) == ("Anna", "default")


async def test_assigning_a_session_withdraws_the_repair(hass: HomeAssistant, garage: Garage) -> None:
    (first, *_) = await unknown_sessions(garage, 3)
    await until_issues(hass, "unknown_sessions", 1)
    await act(garage, "assign_session", session_id=first, user="Anna")
    assert issues(hass, "unknown_sessions") == []


async def test_sessions_that_a_person_assigned_to_no_user_do_not_count(hass: HomeAssistant, garage: Garage) -> None:
    first, second, _ = await unknown_sessions(garage, 3)
    await until_issues(hass, "unknown_sessions", 1)
    await act(garage, "assign_session", session_id=first, user="nobody")
    assert issues(hass, "unknown_sessions") == []
    await act(garage, "assign_session", session_id=second, user="guest")
    assert issues(hass, "unknown_sessions") == []


async def test_the_form_of_a_stopped_pipeline_restarts_it(hass: HomeAssistant, garage: Garage) -> None:
    charger_id = garage.id_of("left")
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"pipeline_stopped_{charger_id}",
        data={"entry_id": garage.entry.entry_id, "charger_id": charger_id},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key="pipeline_stopped",
        translation_placeholders={"charger": "left"},
    )
    before = garage.entry.runtime_data.chargers[charger_id]
    manager = hass.data[REPAIRS]["flow_manager"]
    shown = await manager.async_init(DOMAIN, data={"issue_id": f"pipeline_stopped_{charger_id}"})
    assert shown["step_id"] == "confirm"
    await manager.async_configure(shown["flow_id"], {})
    assert garage.entry.runtime_data.chargers[charger_id] is not before


async def test_no_user_is_added_for_a_card_that_was_mapped_while_the_form_was_open(
    hass: HomeAssistant, garage: Garage
) -> None:
    await stranger(garage)
    form = RepairForm(hass, issues(hass, "card_unmapped")[0])
    await form.pick("new_user")
    await garage.add_card("left", slot=9, user="Ben")
    await until_issues(hass, "card_unmapped", 0)
    assert (await form.submit({"name": "Zoe"}))["reason"] == "already_mapped"
    assert "Zoe" not in [item.title for item in garage.entry.subentries.values()]
