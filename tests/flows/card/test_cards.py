"""RFID cards: added and edited."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.configuration import household_of

from .. import house
from ..house import add, charger, edit, fields, household, kept, offered, slot_card, submit, uid_card, user, vehicle


def with_goe(hass: HomeAssistant, *more: Any) -> ConfigEntry[Any]:
    """Return a household with a go-e, a generic charger, a user and the given subentries."""
    goe = charger("Left", "goe", profile="goe_api2")
    return household(hass, goe, charger("Right", "generic"), user("Anna"), *more)


@pytest.mark.parametrize("existing", [[], [uid_card("04A1", "anna")]])
async def test_card_before_any_user_ends_the_flow_with_the_reason(hass: HomeAssistant, existing: list[Any]) -> None:
    entry = household(hass, charger("Left", "goe", profile="goe_api2"), *existing)
    done = await add(hass, entry, "rfid_mapping")
    assert (done["type"], done["reason"]) == ("abort", "no_users")
    for card in existing:
        done = await edit(hass, entry, card["subentry_id"])
        assert (done["type"], done["reason"]) == ("abort", "no_users")


async def test_slot_of_a_goe_is_mapped_to_user_and_vehicle(hass: HomeAssistant) -> None:
    entry = with_goe(hass, vehicle("ID.4"))
    shown = await add(hass, entry, "rfid_mapping")
    assert (shown["step_id"], offered(shown, "kind")) == ("kind", ["slot", "uid"])
    shown = await submit(hass, shown, {"kind": "slot"})
    assert shown["step_id"] == "slot"
    assert offered(shown, "charger_id") == ["goe"]

    typed = {"charger_id": "goe", "slot": 3.0, "user_id": "anna", "vehicle_id": "id.4"}
    done = await submit(hass, shown, typed)

    assert done["type"] == "create_entry"
    card = house.only(entry, "rfid_mapping", "Left #3 · Anna")
    assert card.data == {**typed, "kind": "slot", "slot": 3, "active": True}
    assert card.unique_id == "card_slot:goe:3"
    mapping = household_of(entry).cards["slot:goe:3"]
    assert (mapping.user_id, mapping.vehicle_id) == ("anna", "id.4")


@pytest.mark.parametrize("with_slots", [True, False])
async def test_card_number_is_stored_normalised(hass: HomeAssistant, with_slots: bool) -> None:
    entry = with_goe(hass) if with_slots else household(hass, charger("Right", "generic"), user("Anna"))
    shown = await add(hass, entry, "rfid_mapping")
    if with_slots:
        shown = await submit(hass, shown, {"kind": "uid"})
    assert (shown["step_id"], fields(shown)) == ("uid", {"uid", "user_id", "active"})

    await submit(hass, shown, {"uid": " 00:04:a1:b2:c3 ", "user_id": "anna", "active": False})

    card = house.only(entry, "rfid_mapping", "4A1B2C3 · Anna")
    assert card.data == {"kind": "uid", "uid": "4A1B2C3", "user_id": "anna", "active": False}
    assert "uid:4A1B2C3" in household_of(entry).cards


@pytest.mark.parametrize("stored", ["4A1B2C3D4E5F600", "4A1B2C3D4E5F6", "04:a1:b2:c3:d4:e5:f6"])
def test_number_stored_in_another_form_is_the_same_card(hass: HomeAssistant, stored: str) -> None:
    entry = household(hass, user("Anna"), uid_card(stored, "anna"))
    assert list(household_of(entry).cards) == ["uid:4A1B2C3D4E5F6"]


@pytest.mark.parametrize("active", ["anna", "ben"])
def test_active_mapping_counts_of_two_that_were_stored_for_one_card(hass: HomeAssistant, active: str) -> None:
    cards = [
        uid_card("4A1B2C3D4E5F600", "anna", active=active == "anna"),
        uid_card("4A1B2C3D4E5F6", "ben", active=active == "ben"),
    ]
    entry = household(hass, user("Anna"), user("Ben"), *cards)
    (mapping,) = household_of(entry).cards.values()
    assert mapping.user_id == active


@pytest.mark.parametrize(
    ("slot", "error"),
    [
        (0, "invalid_slot"),
        (11, "invalid_slot"),
        (2.5, "invalid_slot"),
        (float("nan"), "invalid_slot"),
        (3, "card_in_use"),
    ],
)
async def test_wrong_slot_shows_an_error_at_its_field_and_is_kept(hass: HomeAssistant, slot: float, error: str) -> None:
    entry = with_goe(hass, user("Ben"), slot_card("goe", 3, "ben"))
    shown = await submit(hass, await add(hass, entry, "rfid_mapping"), {"kind": "slot"})
    typed = {"charger_id": "goe", "slot": slot, "user_id": "anna", "active": True}

    shown = await submit(hass, shown, typed)
    assert shown["errors"] == {"slot": error}
    assert shown["description_placeholders"] == {"owner": "Ben" if error == "card_in_use" else ""}
    assert kept(shown)["slot"] == pytest.approx(slot, nan_ok=True)
    assert kept(shown)["user_id"] == "anna"

    assert (await submit(hass, shown, {**typed, "slot": 10}))["type"] == "create_entry"


@pytest.mark.parametrize(
    ("uid", "error"), [(" ", "invalid_uid"), ("ä!", "invalid_uid"), ("04:a1", "card_in_use"), ('"04a1"', "card_in_use")]
)
async def test_wrong_card_number_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, uid: str, error: str
) -> None:
    entry = household(hass, user("Anna"), uid_card("4A1", "deleted"))
    shown = await add(hass, entry, "rfid_mapping")

    shown = await submit(hass, shown, {"uid": uid, "user_id": "anna"})
    assert shown["errors"] == {"uid": error}
    assert shown["description_placeholders"] == {"owner": "–" if error == "card_in_use" else ""}
    assert kept(shown) == {"uid": uid, "user_id": "anna", "active": True}

    assert (await submit(hass, shown, {"uid": "04A2", "user_id": "anna"}))["type"] == "create_entry"


async def test_same_slot_number_at_another_goe_is_another_card(hass: HomeAssistant) -> None:
    entry = with_goe(hass, charger("Third", "goe2", profile="goe_api2"), slot_card("goe", 3, "anna"))
    shown = await submit(hass, await add(hass, entry, "rfid_mapping"), {"kind": "slot"})
    done = await submit(hass, shown, {"charger_id": "goe2", "slot": 3, "user_id": "anna"})
    assert done["type"] == "create_entry"
    assert len(household_of(entry).cards) == 2


async def test_active_card_of_an_inactive_user_is_refused(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna", active=False))
    shown = await submit(hass, await add(hass, entry, "rfid_mapping"), {"uid": "04A1", "user_id": "anna"})
    assert shown["errors"] == {"user_id": "user_inactive"}

    done = await submit(hass, shown, {"uid": "04A1", "user_id": "anna", "active": False})
    assert done["type"] == "create_entry"


async def test_user_removed_while_the_form_is_open_shows_an_error(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna"), user("Ben"))
    shown = await add(hass, entry, "rfid_mapping")
    hass.config_entries.async_remove_subentry(entry, "anna")

    shown = await submit(hass, shown, {"uid": "04A1", "user_id": "anna"})
    assert shown["errors"] == {"user_id": "user_gone"}
    assert offered(shown, "user_id") == ["ben"]
    assert (await submit(hass, shown, {"uid": "04A1", "user_id": "ben"}))["type"] == "create_entry"


async def test_card_moves_to_another_user_under_its_id(hass: HomeAssistant) -> None:
    entry = with_goe(hass, user("Ben"), slot_card("goe", 3, "anna", vehicle_id="deleted"))
    shown = await edit(hass, entry, "slot-3")
    # The car was deleted meanwhile.
    assert kept(shown) == {"charger_id": "goe", "slot": 3, "user_id": "anna", "active": True}

    done = await submit(hass, shown, {"charger_id": "goe", "slot": 4, "user_id": "ben"})

    assert (done["type"], done["reason"]) == ("abort", "reconfigure_successful")
    card = entry.subentries["slot-3"]
    assert (card.title, card.unique_id) == ("Left #4 · Ben", "card_slot:goe:4")
    assert card.data == {"kind": "slot", "charger_id": "goe", "slot": 4, "user_id": "ben", "active": True}


async def test_number_is_edited_under_its_id(hass: HomeAssistant) -> None:
    entry = with_goe(hass, uid_card("4A1", "anna"))
    shown = await edit(hass, entry, "4A1")
    assert (shown["step_id"], kept(shown)["uid"]) == ("uid", "4A1")
    await submit(hass, shown, {"uid": "4A2", "user_id": "anna"})
    assert entry.subentries["4A1"].data["uid"] == "4A2"


async def test_slot_of_a_charger_that_is_gone_cannot_be_edited(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna"), slot_card("gone", 3, "anna"))
    done = await edit(hass, entry, "slot-3")
    assert (done["type"], done["reason"]) == ("abort", "no_slot_charger")


@pytest.mark.parametrize(
    ("changes", "comes_back"),
    [({"active": False}, True), ({"active": False, "user_id": "ben"}, False)],
)
async def test_card_switched_off_with_its_user_is_still_switched_on_with_the_user_after_an_edit(
    hass: HomeAssistant, changes: dict[str, Any], comes_back: bool
) -> None:
    off = uid_card("4A1", "anna", active=False, deactivated_with_user=True)
    entry = household(hass, user("Anna", active=False), user("Ben"), off)
    await submit(hass, await edit(hass, entry, "4A1"), {"uid": "4A1", "user_id": "anna", **changes})

    await submit(hass, await edit(hass, entry, changes.get("user_id", "anna")), {"name": "X", "active": True})
    assert entry.subentries["4A1"].data["active"] is comes_back


async def test_card_switched_on_by_an_edit_is_no_longer_marked_as_switched_off_with_its_user(
    hass: HomeAssistant,
) -> None:
    off = uid_card("4A1", "anna", active=False, deactivated_with_user=True)
    entry = household(hass, user("Anna"), off)
    await submit(hass, await edit(hass, entry, "4A1"), {"uid": "4A1", "user_id": "anna", "active": True})
    assert entry.subentries["4A1"].data == MappingProxyType(uid_card("4A1", "anna")["data"])


async def test_card_added_in_two_open_forms_is_added_once(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna"))
    forms = [await add(hass, entry, "rfid_mapping") for _ in range(2)]
    first, second = [await submit(hass, form, {"uid": "4A1", "user_id": "anna"}) for form in forms]
    assert first["type"] == "create_entry"
    assert second["errors"] == {"uid": "card_in_use"}
