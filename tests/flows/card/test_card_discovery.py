"""Cards read from a go-e charger, the tapped card, and manual entry while the charger is unreachable."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from benchmarks.simulator import CardSlot
from custom_components.ev_charging_manager.adapters.configuration import household_of, subentries
from tests.support.goe_host import deserted_host, goe_host, other_host

from .. import house
from ..house import add, charger, edit, fields, household, kept, labels, offered, slot_card, submit, user

pytestmark = pytest.mark.usefixtures("socket_enabled")

ANNA, BEN = CardSlot(1, "Anna", "04aa", 12_345), CardSlot(2, "ben's", "04bb", 1500)
GUSTAV, SPARE = CardSlot(3, "Gustav Leaf", "04cc"), CardSlot(10, "n/a", "04dd")


def with_goe(hass: HomeAssistant, host: str, *more: Any) -> ConfigEntry[Any]:
    """Return a household with a go-e at the host and the given subentries."""
    return household(hass, charger("Left", "goe", profile="goe_api2", host=host), user("Anna"), user("Ben"), *more)


async def choose(hass: HomeAssistant, entry: ConfigEntry[Any], way: str) -> Any:
    """Open "Add RFID card" and choose a way."""
    return await submit(hass, await add(hass, entry, "rfid_mapping"), {"kind": way})


def owners(entry: ConfigEntry[Any]) -> dict[str, str]:
    """Return the user of each mapped card."""
    return {key: mapping.user_id for key, mapping in household_of(entry).cards.items()}


async def by_hand(hass: HomeAssistant, shown: Any, slot: int = 7) -> Any:
    """Enter a card manually, from the choice of the way."""
    shown = await submit(hass, shown, {"kind": "slot"})
    return await submit(hass, shown, {"charger_id": "goe", "slot": slot, "user_id": "anna"})


@pytest.mark.parametrize("firmware", ["59.4", "60.3"])
async def test_all_programmed_cards_are_assigned_in_one_form(hass: HomeAssistant, firmware: str) -> None:
    async with goe_host(ANNA, BEN, GUSTAV, SPARE, firmware=firmware) as goe:
        entry = with_goe(hass, goe.host, user("Gustav", user_type="guest"))
        shown = await choose(hass, entry, "read")
        assert shown["step_id"] == "cards"
        assert fields(shown) == {"slot_1", "slot_2", "slot_3", "slot_10"}
        assert offered(shown, "slot_2") == ["anna", "ben", "gustav"]
        assert kept(shown) == {"slot_1": "anna", "slot_3": "gustav"}
        words = shown["description_placeholders"]
        assert (words["card_1"], words["card_10"]) == ("#1 Anna, 12.3 kWh", "#10 –, 0.0 kWh")

        done = await submit(hass, shown, {"slot_1": "anna", "slot_2": "ben", "slot_3": "gustav"})

    assert done["type"] == "create_entry"
    assert owners(entry) == {"slot:goe:1": "anna", "slot:goe:2": "ben", "slot:goe:3": "gustav"}
    for slot, name in ((1, "Anna"), (2, "Ben"), (3, "Gustav")):
        card = house.only(entry, "rfid_mapping", f"Left #{slot} · {name}")
        assert card.unique_id == f"card_slot:goe:{slot}"
        assert card.data == {
            "kind": "slot",
            "charger_id": "goe",
            "slot": slot,
            "user_id": name.lower(),
            "active": True,
        }


@pytest.mark.parametrize(
    ("card", "users", "proposed"),
    [
        ("anna", ["Anna"], "anna"),
        (" ANNA  zoe", ["Anna", "Ben"], "anna"),
        ("Anna", ["Anna Berg"], "anna berg"),
        ("Anna", ["Anna", "Anna Berg"], "anna"),
        ("Anna", ["Anna Berg", "Anna Dahl"], None),
        ("Anna Ben", ["Anna", "Ben"], None),
        ("Annabel", ["Anna"], None),
        ("n/a", ["Anna"], None),
    ],
)
async def test_user_is_proposed_if_the_card_is_named_after_exactly_one_user(
    hass: HomeAssistant, card: str, users: list[str], proposed: str | None
) -> None:
    async with goe_host(CardSlot(1, card)) as goe:
        host = charger("Left", "goe", profile="goe_api2", host=goe.host)
        entry = household(hass, host, *(user(name) for name in users))
        shown = await choose(hass, entry, "read")
    assert kept(shown) == ({"slot_1": proposed} if proposed else {})


async def test_inactive_user_is_not_offered_for_a_card(hass: HomeAssistant) -> None:
    async with goe_host(ANNA) as goe:
        host = charger("Left", "goe", profile="goe_api2", host=goe.host)
        entry = household(hass, host, user("Anna", active=False), user("Ben"))
        shown = await choose(hass, entry, "read")
    assert (offered(shown, "slot_1"), kept(shown)) == (["ben"], {})


async def test_mapped_card_shows_its_owner_and_stays_as_it_is(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        entry = with_goe(hass, goe.host, slot_card("goe", 1, "ben", vehicle_id="zoe"))
        shown = await choose(hass, entry, "read")
        assert labels(shown, "slot_1") == ["Ben"]
        assert kept(shown) == {"slot_1": "ben"}
        assert shown["description_placeholders"]["mapped"] == "#1 Anna, 12.3 kWh → Ben"

        await submit(hass, shown, {"slot_1": "ben", "slot_2": "anna"})

    assert entry.subentries["slot-1"].data == MappingProxyType(slot_card("goe", 1, "ben", vehicle_id="zoe")["data"])
    assert owners(entry) == {"slot:goe:1": "ben", "slot:goe:2": "anna"}
    assert len(list(subentries(entry, "rfid_mapping"))) == 2


async def test_same_slot_of_another_charger_is_not_mapped(hass: HomeAssistant) -> None:
    async with goe_host(ANNA) as left, goe_host(GUSTAV) as right:
        right_one = charger("Right", "goe2", profile="goe_api2", host=right.host)
        entry = with_goe(hass, left.host, right_one, slot_card("goe2", 1, "ben"))
        shown = await choose(hass, entry, "read")
        assert (shown["step_id"], labels(shown, "charger_id")) == ("source", ["Left", "Right"])
        shown = await submit(hass, shown, {"charger_id": "goe"})
        assert kept(shown) == {"slot_1": "anna"}
        await submit(hass, shown, {"slot_1": "anna"})
    assert owners(entry) == {"slot:goe:1": "anna", "slot:goe2:1": "ben"}


async def test_markdown_in_the_name_of_a_card_is_escaped(hass: HomeAssistant) -> None:
    async with goe_host(CardSlot(1, "![a_b](http://x)")) as goe:
        shown = await choose(hass, with_goe(hass, goe.host), "read")
    assert shown["description_placeholders"]["card_1"] == r"#1 \!\[a\_b\]\(http://x\), 0.0 kWh"


async def test_form_in_which_nothing_is_assigned_adds_nothing(hass: HomeAssistant) -> None:
    async with goe_host(ANNA) as goe:
        entry = with_goe(hass, goe.host)
        done = await submit(hass, await choose(hass, entry, "read"), {})
    assert (done["type"], done["reason"]) == ("abort", "nothing_assigned")
    assert owners(entry) == {}


async def test_user_removed_while_the_form_is_open_shows_an_error(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        entry = with_goe(hass, goe.host)
        shown = await choose(hass, entry, "read")
        hass.config_entries.async_remove_subentry(entry, "ben")
        shown = await submit(hass, shown, {"slot_1": "anna", "slot_2": "ben"})
        assert shown["errors"] == {"slot_2": "user_gone"}
        assert (offered(shown, "slot_2"), kept(shown)) == (["anna"], {"slot_1": "anna"})
        assert (await submit(hass, shown, {"slot_1": "anna"}))["type"] == "create_entry"
    assert owners(entry) == {"slot:goe:1": "anna"}


async def test_card_without_a_user_stays_without_one_when_the_form_is_shown_again(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN, GUSTAV) as goe:
        entry = with_goe(hass, goe.host)
        shown = await choose(hass, entry, "read")
        assert kept(shown) == {"slot_1": "anna"}
        hass.config_entries.async_remove_subentry(entry, "ben")
        shown = await submit(hass, shown, {"slot_2": "ben", "slot_3": "anna"})
    assert kept(shown) == {"slot_3": "anna"}


async def test_card_mapped_to_another_user_while_the_form_is_open_shows_an_error(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        entry = with_goe(hass, goe.host)
        shown = await choose(hass, entry, "read")
        hass.config_entries.async_add_subentry(entry, ConfigSubentry(**slot_card("goe", 1, "ben")))
        shown = await submit(hass, shown, {"slot_1": "anna", "slot_2": "ben"})
        assert shown["errors"] == {"slot_1": "mapped_meanwhile"}
        assert (offered(shown, "slot_1"), kept(shown)) == (["ben"], {"slot_2": "ben"})
        assert (await submit(hass, shown, {"slot_2": "ben"}))["type"] == "create_entry"
    assert owners(entry) == {"slot:goe:1": "ben", "slot:goe:2": "ben"}


@pytest.mark.parametrize("way", ["read", "tap"])
async def test_unreachable_charger_leaves_manual_entry(hass: HomeAssistant, way: str) -> None:
    entry = with_goe(hass, await deserted_host())
    shown = await choose(hass, entry, way)
    assert (shown["step_id"], shown["errors"]) == ("kind", {"base": "charger_unreachable"})
    assert shown["data_schema"]({})["kind"] == "slot"
    assert (await by_hand(hass, shown))["type"] == "create_entry"
    assert owners(entry) == {"slot:goe:7": "anna"}


@pytest.mark.parametrize("way", ["read", "tap"])
async def test_host_that_is_not_a_goe_shows_an_error_and_leaves_manual_entry(hass: HomeAssistant, way: str) -> None:
    async with other_host(b"<html>printer</html>") as host:
        entry = with_goe(hass, host.host)
        shown = await choose(hass, entry, way)
    assert (shown["step_id"], shown["errors"]) == ("kind", {"base": "answer_not_understood"})
    assert (await by_hand(hass, shown))["type"] == "create_entry"


async def test_charger_without_programmed_cards_shows_an_error(hass: HomeAssistant) -> None:
    async with goe_host() as goe:
        shown = await choose(hass, with_goe(hass, goe.host), "read")
    assert (shown["step_id"], shown["errors"]) == ("kind", {"base": "no_cards_programmed"})


async def test_goe_without_an_address_offers_no_reading(hass: HomeAssistant) -> None:
    entry = household(hass, charger("Left", "goe", profile="goe_api2"), user("Anna"))
    shown = await add(hass, entry, "rfid_mapping")
    assert offered(shown, "kind") == ["slot", "uid"]


async def test_tapped_card_is_preselected(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        goe.report()
        entry = with_goe(hass, goe.host)
        shown = await choose(hass, entry, "tap")
        assert shown["step_id"] == "tap"
        goe.tap()
        shown = await submit(hass, shown, {})
    assert (shown["step_id"], kept(shown)) == ("slot", {"charger_id": "goe", "slot": 2})
    done = await submit(hass, shown, {**kept(shown), "user_id": "ben"})
    assert done["type"] == "create_entry"
    assert owners(entry) == {"slot:goe:2": "ben"}


async def test_last_card_is_shown_beside_the_others(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        entry = with_goe(hass, goe.host)
        assert (await choose(hass, entry, "read"))["description_placeholders"]["last"] == "–"
        goe.tap()
        assert (await choose(hass, entry, "read"))["description_placeholders"]["last"] == "#2"


@pytest.mark.parametrize("agreed", [False, True])
async def test_reporting_is_switched_on_only_on_a_yes(hass: HomeAssistant, agreed: bool) -> None:
    async with goe_host(ANNA, BEN) as goe:
        shown = await choose(hass, with_goe(hass, goe.host), "tap")
        assert shown["step_id"] == "reporting"
        assert shown["data_schema"]({}) == {"report_numbers": False}
        assert goe.status["rde"] is False

        shown = await submit(hass, shown, {"report_numbers": agreed})
        assert goe.status["rde"] is agreed
        assert shown["step_id"] == "tap"
        goe.tap()
        shown = await submit(hass, shown, {})
    # The slot is reported in both cases.
    assert kept(shown)["slot"] == 2


async def test_flow_continues_without_reporting_if_the_charger_refuses_it(hass: HomeAssistant) -> None:
    async with other_host({"trx": None, "lri": None, "rde": False}) as host:
        shown = await choose(hass, with_goe(hass, host.host), "tap")
        shown = await submit(hass, shown, {"report_numbers": True})
        assert (shown["step_id"], shown["errors"]) == ("reporting", {"base": "reporting_refused"})
        shown = await submit(hass, shown, {"report_numbers": False})
        assert shown["step_id"] == "tap"


async def test_missing_tap_can_be_repeated(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        goe.report()
        shown = await choose(hass, with_goe(hass, goe.host), "tap")
        shown = await submit(hass, shown, {})
        assert (shown["step_id"], shown["errors"]) == ("tap", {"base": "no_card_seen"})
        goe.tap()
        assert (await submit(hass, shown, {}))["step_id"] == "slot"


async def test_tap_before_the_form_was_opened_does_not_count(hass: HomeAssistant) -> None:
    async with goe_host(ANNA, BEN) as goe:
        goe.report()
        goe.tap()
        shown = await choose(hass, with_goe(hass, goe.host), "tap")
        assert (await submit(hass, shown, {}))["errors"] == {"base": "no_card_seen"}


async def test_tapped_card_without_a_slot_is_shown_by_its_number(hass: HomeAssistant) -> None:
    answer: dict[str, Any] = {"trx": None, "lri": "04aa", "rde": True}
    async with other_host(answer) as host:
        entry = with_goe(hass, host.host)
        shown = await choose(hass, entry, "tap")
        answer["lri"] = "04:bb"
        shown = await submit(hass, shown, {})
    assert (shown["step_id"], shown["errors"]) == ("kind", {"base": "card_in_no_slot"})
    assert shown["description_placeholders"] == {"number": "04BB"}


async def test_charger_that_becomes_unreachable_before_the_tap_leaves_manual_entry(hass: HomeAssistant) -> None:
    async with goe_host(BEN) as goe:
        goe.report()
        entry = with_goe(hass, goe.host)
        shown = await choose(hass, entry, "tap")
    shown = await submit(hass, shown, {})
    assert (shown["step_id"], shown["errors"]) == ("kind", {"base": "charger_unreachable"})
    assert (await by_hand(hass, shown))["type"] == "create_entry"


@pytest.mark.parametrize("way", ["read", "tap"])
async def test_charger_removed_while_its_form_is_open_ends_the_form(hass: HomeAssistant, way: str) -> None:
    async with goe_host(ANNA) as goe:
        goe.report()
        entry = with_goe(hass, goe.host)
        shown = await choose(hass, entry, way)
        hass.config_entries.async_remove_subentry(entry, "goe")
        done = await submit(hass, shown, {})
    assert (done["type"], done["reason"]) == ("abort", "charger_gone")
    assert not list(subentries(entry, "rfid_mapping"))


async def test_card_that_was_read_can_be_edited(hass: HomeAssistant) -> None:
    async with goe_host(ANNA) as goe:
        entry = with_goe(hass, goe.host)
        await submit(hass, await choose(hass, entry, "read"), {"slot_1": "anna"})
    card = house.only(entry, "rfid_mapping", "Left #1 · Anna")
    shown = await edit(hass, entry, card.subentry_id)
    assert kept(shown) == {"charger_id": "goe", "slot": 1, "user_id": "anna", "active": True}
    await submit(hass, shown, {"charger_id": "goe", "slot": 1, "user_id": "ben"})
    assert owners(entry) == {"slot:goe:1": "ben"}
