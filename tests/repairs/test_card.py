"""Repairs that ask whose a card is, and what to do where nobody knows who charges."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.ev_charging_manager.const import DOMAIN
from tests.flows.house import WORDS
from tests.platforms.test_actions import act
from tests.support.garage import PATIENCE_S, Garage


@pytest.fixture
async def garage(hass: HomeAssistant, garage: Garage) -> Garage:
    """The household, in a Home Assistant that shows repairs."""
    assert await async_setup_component(hass, REPAIRS, {})
    return garage


def issues(hass: HomeAssistant, key: str) -> list[ir.IssueEntry]:
    """Our repairs of one kind."""
    found = ir.async_get(hass).issues.values()
    return [issue for issue in found if issue.domain == DOMAIN and issue.translation_key == key]


async def until(hass: HomeAssistant, key: str, count: int) -> list[ir.IssueEntry]:
    """Wait until there are so many repairs of one kind."""
    changed = asyncio.Event()
    stop = hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, callback(lambda _: changed.set()))
    async with asyncio.timeout(PATIENCE_S):
        while len(issues(hass, key)) != count:
            await changed.wait()
            changed.clear()
    stop()
    return issues(hass, key)


async def stranger(garage: Garage, card: str = "9") -> dict[str, Any]:
    """Somebody whose card is nobody's begins a session; returns how it began."""
    garage.chargers["left"].plug_in()
    (started,) = await garage.events.wait("session_started")
    garage.chargers["left"].card(card)
    await garage.events.wait("card_tapped")
    return started


class Mending:
    """The form of a repair, step by step; whatever it shows has words."""

    def __init__(self, hass: HomeAssistant, issue: ir.IssueEntry) -> None:
        self._manager = hass.data[REPAIRS]["flow_manager"]
        self._issue = issue
        self._words = WORDS["issues"][str(issue.translation_key)]["fix_flow"]
        self.shown: Any = None

    async def begin(self) -> list[str]:
        """Open it; returns what the menu offers."""
        self.shown = await self._manager.async_init(DOMAIN, data={"issue_id": self._issue.issue_id})
        options: list[str] = self.shown["menu_options"]
        assert set(options) <= set(self._words["step"]["init"]["menu_options"]), "a choice without words"
        return options

    async def pick(self, option: str) -> Any:
        """Take one of the menu."""
        await self.begin()
        return await self._next({"next_step_id": option})

    async def submit(self, typed: dict[str, Any]) -> Any:
        """Send what was typed."""
        return await self._next(typed)

    async def _next(self, typed: dict[str, Any]) -> Any:
        self.shown = await self._manager.async_configure(self.shown["flow_id"], typed)
        assert set((self.shown.get("errors") or {}).values()) <= set(self._words["error"]), "an error without words"
        assert self.shown.get("reason") in {None, *self._words["abort"]}, "an end without words"
        if self.shown["type"] == "form":
            step = self._words["step"][self.shown["step_id"]]
            assert {str(field) for field in self.shown["data_schema"].schema} <= set(step.get("data", {}))
        return self.shown


async def test_a_card_given_to_a_user_identifies_the_session_that_runs(hass: HomeAssistant, garage: Garage) -> None:
    started = await stranger(garage)
    (issue,) = issues(hass, "card_unmapped")
    assert issue.translation_placeholders == {"charger": "left", "card": "slot 9"}
    mending = Mending(hass, issue)
    await mending.pick("user")

    assert (await mending.submit({"user_id": garage.id_of("Anna")}))["type"] == "create_entry"

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


async def test_a_card_of_somebody_new_makes_them_a_user(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    mending = Mending(hass, issues(hass, "card_unmapped")[0])
    await mending.pick("new_user")
    assert (await mending.submit({"name": "anna"}))["errors"] == {"name": "name_in_use"}
    assert (await mending.submit({"name": "  "}))["errors"] == {"name": "name_required"}
    assert (await mending.submit({"name": " Carl "}))["type"] == "create_entry"

    (identified,) = await garage.events.wait("session_identified")
    assert (identified["user_id"], identified["user_type"]) == (garage.id_of("Carl"), "resident")


async def test_a_guests_card_bills_what_was_agreed(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    mending = Mending(hass, issues(hass, "card_unmapped")[0])
    await mending.pick("guest")
    assert (await mending.submit({"name": "Gita", "price": -1}))["errors"] == {"price": "negative_price"}
    await mending.submit({"name": "Gita", "price": 0.5})
    await garage.events.wait("session_identified")
    for _ in range(4):
        garage.chargers["left"].charge(100)
        await garage.pass_house_seconds(20)
    garage.chargers["left"].unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert (completed["user_type"], completed["charge_price"]) == ("guest", pytest.approx(0.2))


async def test_an_ignored_card_is_not_asked_about_again(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    mending = Mending(hass, issues(hass, "card_unmapped")[0])
    assert (await mending.pick("ignore"))["reason"] == "issue_ignored"
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


async def test_the_repair_goes_when_the_card_is_mapped_elsewhere(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    mending = Mending(hass, issues(hass, "card_unmapped")[0])
    await mending.pick("user")
    await garage.add_card("left", slot=9, user="Ben")
    await until(hass, "card_unmapped", 0)
    shown = await mending.submit({"user_id": garage.id_of("Anna")})
    assert shown["reason"] == "already_mapped"
    (identified,) = await garage.events.wait("session_identified")
    assert identified["user_name"] == "Ben"


async def test_the_repair_outlives_a_reload_and_goes_with_its_charger(hass: HomeAssistant, garage: Garage) -> None:
    await stranger(garage)
    await hass.config_entries.async_reload(garage.entry.entry_id)
    assert len(issues(hass, "card_unmapped")) == 1
    hass.config_entries.async_remove_subentry(garage.entry, garage.id_of("left"))
    await until(hass, "card_unmapped", 0)


async def test_nobody_is_bothered_who_does_not_want_to_be(hass: HomeAssistant, garage: Garage) -> None:
    hass.config_entries.async_update_entry(garage.entry, options={"notify_unmapped": False})
    await hass.async_block_till_done()
    await stranger(garage)
    assert issues(hass, "card_unmapped") == []


async def test_a_card_that_was_switched_off_is_not_unknown(hass: HomeAssistant, garage: Garage) -> None:
    await garage.add_card("left", slot=9, user="Anna")
    garage.edit("slot 9", active=False)
    await hass.async_block_till_done()
    await stranger(garage)
    assert issues(hass, "card_unmapped") == []


async def unknown_sessions(garage: Garage, count: int) -> list[str]:
    """So many sessions that nobody has; returns their ids."""
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
    (issue,) = await until(hass, "unknown_sessions", 1)
    assert issue.translation_placeholders == {"charger": "left", "count": "3"}
    await unknown_sessions(garage, 1)
    assert len(issues(hass, "unknown_sessions")) == 1


async def test_a_default_user_mends_it(hass: HomeAssistant, garage: Garage) -> None:
    await unknown_sessions(garage, 3)
    (issue,) = await until(hass, "unknown_sessions", 1)
    mending = Mending(hass, issue)
    assert await mending.begin() == ["default_user", "ignore"]
    await mending.pick("default_user")
    await mending.submit({"default_user_id": garage.id_of("Anna")})
    await until(hass, "unknown_sessions", 0)
    garage.chargers["left"].plug_in()
    started = await garage.events.wait("session_started", 4)
    assert (started[-1]["user_name"], started[-1]["identified_by"]) == ("Anna", "default")


async def test_giving_the_sessions_to_somebody_mends_it(hass: HomeAssistant, garage: Garage) -> None:
    (first, *_) = await unknown_sessions(garage, 3)
    await until(hass, "unknown_sessions", 1)
    await act(garage, "assign_session", session_id=first, user="Anna")
    assert issues(hass, "unknown_sessions") == []


async def test_sessions_that_somebody_says_are_nobodys_are_no_trouble(hass: HomeAssistant, garage: Garage) -> None:
    first, second, _ = await unknown_sessions(garage, 3)
    await until(hass, "unknown_sessions", 1)
    await act(garage, "assign_session", session_id=first, user="nobody")
    assert issues(hass, "unknown_sessions") == []
    await act(garage, "assign_session", session_id=second, user="guest")
    assert issues(hass, "unknown_sessions") == []


async def test_a_stopped_pipeline_still_has_its_own_repair(hass: HomeAssistant, garage: Garage) -> None:
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


async def test_nobody_is_added_for_a_card_that_was_mapped_while_the_form_was_open(
    hass: HomeAssistant, garage: Garage
) -> None:
    await stranger(garage)
    mending = Mending(hass, issues(hass, "card_unmapped")[0])
    await mending.pick("new_user")
    await garage.add_card("left", slot=9, user="Ben")
    await until(hass, "card_unmapped", 0)
    assert (await mending.submit({"name": "Zoe"}))["reason"] == "already_mapped"
    assert "Zoe" not in [item.title for item in garage.entry.subentries.values()]
