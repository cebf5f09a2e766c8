"""Users: added, edited, switched off with their cards."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.adapters.configuration import household_of
from custom_components.ev_charging_manager.domain.household import BillingMethod, UserType

from . import house
from .house import add, charger, edit, household, kept, meter, slot_card, submit, uid_card, user


async def test_resident_is_added_with_name_and_person(hass: HomeAssistant) -> None:
    entry = household(hass)
    person = er.async_get(hass).async_get_or_create("person", "person", "anna")
    shown = await add(hass, entry, "user")
    assert (shown["step_id"], kept(shown)) == ("details", {})

    done = await submit(hass, shown, {"name": " Anna ", "person": person.entity_id})

    assert done["type"] == "create_entry"
    anna = house.only(entry, "user", "Anna")
    assert anna.data == {"user_type": "resident", "active": True, "person": person.id}
    assert household_of(entry).users[anna.subentry_id].user_type is UserType.RESIDENT


@pytest.mark.parametrize("name", ["Zoë", "Ян", "安娜", '👩\u200d👧 ; drop, "x"=1', "=1+1", "<b>Anna</b>", "A" * 100])
async def test_printable_name_is_stored_unchanged(hass: HomeAssistant, name: str) -> None:
    entry = household(hass)
    assert (await submit(hass, await add(hass, entry, "user"), {"name": name}))["type"] == "create_entry"
    assert house.only(entry, "user", name).title == name


@pytest.mark.parametrize(
    ("terms", "method", "price_micro", "factor"),
    [
        ({"method": "none"}, BillingMethod.NONE, 0, 1.0),
        ({"method": "price", "price": 0.42}, BillingMethod.PRICE, 420_000, 1.0),
        ({"method": "price", "price": 0}, BillingMethod.PRICE, 0, 1.0),
        ({"method": "markup", "factor": 1.2}, BillingMethod.MARKUP, 0, 1.2),
    ],
)
async def test_guest_is_asked_for_billing(
    hass: HomeAssistant, terms: dict[str, Any], method: BillingMethod, price_micro: int, factor: float
) -> None:
    entry = household(hass)
    shown = await submit(hass, await add(hass, entry, "user"), {"name": "Guest", "user_type": "guest"})
    assert (shown["step_id"], shown["description_placeholders"]) == ("billing", {"name": "Guest"})

    assert (await submit(hass, shown, terms))["type"] == "create_entry"

    guest = house.only(entry, "user", "Guest")
    assert guest.data["billing"] == terms
    billing = household_of(entry).users[guest.subentry_id].billing
    assert (billing.method, billing.price_micro, billing.factor) == (method, price_micro, factor)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"name": " "}, {"name": "name_required"}),
        ({"name": "A" * 101}, {"name": "too_long"}),
        ({"name": "An\nna"}, {"name": "unprintable"}),
        ({"name": "An\x00na"}, {"name": "unprintable"}),
        ({"name": "An\u202ena"}, {"name": "unprintable"}),
        ({"name": "An\ud83dna"}, {"name": "unprintable"}),
        ({"name": "anna"}, {"name": "name_in_use"}),
        ({"name": "Ben", "person": "person.nobody"}, {"person": "entity_not_found"}),
        ({"name": "Ben", "person": "sensor.car"}, {"person": "not_a_person"}),
        ({"name": "ANNA ", "person": "person.nobody"}, {"name": "name_in_use", "person": "entity_not_found"}),
    ],
)
async def test_wrong_details_show_an_error_at_their_field_and_are_kept(
    hass: HomeAssistant, typed: dict[str, str], errors: dict[str, str]
) -> None:
    entry = household(hass, user("Anna"))
    meter(hass, "sensor.car", "Idle")
    shown = await submit(hass, await add(hass, entry, "user"), {**typed, "active": False})
    assert shown["errors"] == errors
    stripped = {key: value.strip() for key, value in typed.items()}
    assert kept(shown) == {**stripped, "user_type": "resident", "active": False}

    assert (await submit(hass, shown, {"name": "Ben", "active": False}))["type"] == "create_entry"
    assert house.only(entry, "user", "Ben").data == {"user_type": "resident", "active": False}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"method": "price", "price": -0.1}, {"price": "negative_price"}),
        ({"method": "price", "price": 1e7}, {"price": "price_too_high"}),
        ({"method": "markup", "factor": 101}, {"factor": "invalid_factor"}),
        ({"method": "price"}, {"price": "price_required"}),
        ({"method": "markup"}, {"factor": "invalid_factor"}),
        ({"method": "markup", "factor": 0}, {"factor": "invalid_factor"}),
        ({"method": "markup", "factor": float("inf")}, {"factor": "invalid_factor"}),
        ({"method": "none", "price": 0.4}, {"price": "not_used_by_method"}),
        ({"method": "price", "price": 0.4, "factor": 1.2}, {"factor": "not_used_by_method"}),
    ],
)
async def test_wrong_billing_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, typed: dict[str, Any], errors: dict[str, str]
) -> None:
    entry = household(hass)
    shown = await submit(hass, await add(hass, entry, "user"), {"name": "Guest", "user_type": "guest"})
    shown = await submit(hass, shown, typed)
    assert shown["errors"] == errors
    assert kept(shown) == typed

    assert (await submit(hass, shown, {"method": "none"}))["type"] == "create_entry"


async def test_editing_keeps_id_and_terms_and_renames_the_cards(hass: HomeAssistant) -> None:
    terms = {"method": "markup", "factor": 1.2}
    person = er.async_get(hass).async_get_or_create("person", "person", "anna")
    anna = user("Anna", user_type="guest", billing=terms, person=person.id)
    entry = household(hass, charger("Left", "1"), anna, uid_card("04A1", "anna"), slot_card("1", 3, "anna"))
    shown = await edit(hass, entry, "anna")
    assert kept(shown)["person"] == person.entity_id

    shown = await submit(hass, shown, {**_form_of(kept(shown)), "name": "Anne"})
    assert kept(shown) == terms
    done = await submit(hass, shown, kept(shown))

    assert (done["type"], done["reason"]) == ("abort", "reconfigure_successful")
    assert entry.subentries["anna"].title == "Anne"
    assert entry.subentries["anna"].data == anna["data"]
    assert entry.subentries["04A1"].title == "04A1 · Anne"
    assert entry.subentries["slot-3"].title == "Left #3 · Anne"


async def test_changing_only_the_case_of_a_name_is_not_a_duplicate(hass: HomeAssistant) -> None:
    entry = household(hass, user("anna"))
    done = await submit(hass, await edit(hass, entry, "anna"), {"name": "Anna"})
    assert done["reason"] == "reconfigure_successful"
    assert entry.subentries["anna"].title == "Anna"


async def test_guest_who_becomes_a_resident_loses_the_billing_terms(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna", user_type="guest", billing={"method": "price", "price": 0.5}))
    await submit(hass, await edit(hass, entry, "anna"), {"name": "Anna", "user_type": "resident"})
    assert entry.subentries["anna"].data == {"user_type": "resident", "active": True}


async def test_stored_term_of_another_billing_method_is_dropped_without_an_error(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna", user_type="guest", billing={"method": "price", "price": 0.5}))
    shown = await submit(hass, await edit(hass, entry, "anna"), {"name": "Anna"})
    await submit(hass, shown, {"method": "markup", "price": 0.5, "factor": 1.5})
    assert entry.subentries["anna"].data["billing"] == {"method": "markup", "factor": 1.5}


async def test_cards_are_switched_off_with_their_user_and_only_those_are_switched_on_again(hass: HomeAssistant) -> None:
    cards = [uid_card("04A1", "anna"), uid_card("04A2", "anna", active=False), uid_card("04B1", "ben")]
    entry = household(hass, user("Anna"), user("Ben"), *cards)

    await submit(hass, await edit(hass, entry, "anna"), {"name": "Anna", "active": False})
    assert _active(entry) == {"anna": False, "ben": True, "04A1": False, "04A2": False, "04B1": True}
    # Saved again while inactive: the mark of the cards that were on must stay.
    await submit(hass, await edit(hass, entry, "anna"), {"name": "Anna B"})
    assert _active(entry)["anna"] is False

    await submit(hass, await edit(hass, entry, "anna"), {"name": "Anna", "active": True})
    assert _active(entry) == {"anna": True, "ben": True, "04A1": True, "04A2": False, "04B1": True}
    assert entry.subentries["04A1"].data == cards[0]["data"]


def _active(entry: Any) -> dict[str, bool]:
    return {item.subentry_id: item.data["active"] for item in entry.subentries.values()}


def _form_of(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in {"name", "user_type", "active", "person"}}
