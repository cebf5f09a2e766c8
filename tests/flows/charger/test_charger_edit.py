"""Chargers on the household's page: added, edited, replaced, paused."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .. import house
from ..house import add, charger, edit, goe, household, kept, labels, meter, offered, slot_card, submit, user


def goe_household(hass: HomeAssistant, **more: Any) -> ConfigEntry[Any]:
    """Return a household with a go-e, its registered entities, and a card in slot 3."""
    entities = {role: entity.id for role, entity in goe(hass, "409787", "Left").items()}
    left = charger("Left", "409787", profile="goe_api2", entities=entities, **more)
    return household(hass, left, user("Anna"), slot_card("409787", 3, "anna"))


async def through(hass: HomeAssistant, shown: Any, *answers: dict[str, Any]) -> Any:
    """Submit each form with its values and the given changes."""
    for changes in answers:
        shown = await submit(hass, shown, {**kept(shown), **changes})
    return shown


async def test_add_charger_runs_the_wizard_and_adds_one(hass: HomeAssistant) -> None:
    entry = household(hass, charger("Left", "1"))
    goe(hass, "409788", "Right")
    shown = await add(hass, entry, "charger")
    assert "keep" not in offered(shown, "source")

    done = await through(
        hass, shown, {"source": offered(shown, "source")[0]}, {}, {}, {"method": "static", "price": 0.4}
    )

    assert done["type"] == "create_entry"
    added = house.only(entry, "charger", "Right")
    assert (added.data["serial"], added.data["pricing"]["price"]) == ("409788", 0.4)
    assert added.unique_id == "charger_409788"


async def test_charger_added_in_two_open_wizards_is_added_once(hass: HomeAssistant) -> None:
    entry = household(hass)
    power = meter(hass, "sensor.power", "5", "W")
    name = {"name": "Left", "serial": "1"}
    opened = [await add(hass, entry, "charger") for _ in range(2)]
    first, second = [await through(hass, one, {"source": "generic"}, name, {"power": power}) for one in opened]

    assert (await submit(hass, first, {"price": 1}))["type"] == "create_entry"
    done = await submit(hass, second, {"price": 1})

    assert (done["type"], done["reason"]) == ("abort", "already_configured")
    assert len(entry.subentries) == 1


async def test_editing_without_a_change_changes_nothing(hass: HomeAssistant) -> None:
    more = {"host": "192.0.2.7", "max_power_kw": 11.0, "default_user_id": "anna", "charging_words": ["Lädt"]}
    entry = goe_household(hass, **more, paused=False)
    before = dict(entry.subentries["409787"].data)
    shown = await edit(hass, entry, "409787")
    assert offered(shown, "source")[0] == "keep"

    done = await through(hass, shown, {}, {}, {}, {})

    assert (done["type"], done["reason"]) == ("abort", "reconfigure_successful")
    assert entry.subentries["409787"].data == before


async def test_rename_and_pause_keep_the_id_and_rename_the_cards(hass: HomeAssistant) -> None:
    entry = goe_household(hass)
    shown = await through(hass, await edit(hass, entry, "409787"), {})
    assert kept(shown) == {"name": "Left", "serial": "409787"}

    await through(hass, shown, {"name": "Carport", "paused": True}, {}, {})

    assert entry.subentries["409787"].title == "Carport"
    assert entry.subentries["409787"].data["paused"] is True
    assert entry.subentries["slot-3"].title == "Carport #3 · Anna"


async def test_editing_asks_for_no_area_because_it_only_applies_to_a_new_device(hass: HomeAssistant) -> None:
    entry = goe_household(hass, area_id="garage")
    shown = await through(hass, await edit(hass, entry, "409787"), {})
    assert "area_id" not in kept(shown)

    await through(hass, shown, {}, {}, {})

    assert entry.subentries["409787"].data["area_id"] == "garage"


async def test_charger_replaced_by_a_known_one_keeps_id_name_and_price(hass: HomeAssistant) -> None:
    entry = goe_household(hass, max_power_kw=11.0)
    fresh = goe(hass, "500001", "New one", host="192.0.2.8")
    shown = await edit(hass, entry, "409787")
    assert labels(shown, "source")[1:3] == ["Left (go-e Charger 409787)", "New one (go-e Charger 500001)"]

    await through(hass, shown, {"source": offered(shown, "source")[2]}, {}, {}, {})

    replaced = entry.subentries["409787"]
    assert (replaced.title, replaced.unique_id) == ("Left", "charger_500001")
    assert replaced.data["serial"] == "500001"
    assert replaced.data["entities"] == {role: entity.id for role, entity in fresh.items()}
    assert replaced.data["pricing"] == {"method": "static", "price": 0.3}
    assert (replaced.data["host"], replaced.data["max_power_kw"]) == ("192.0.2.8", 11.0)


async def test_changing_the_family_clears_the_charging_words_and_the_maximum_power(hass: HomeAssistant) -> None:
    entry = goe_household(hass, charging_words=["Lädt"], max_power_kw=11.0, host="192.0.2.7")
    shown = await through(hass, await edit(hass, entry, "409787"), {"source": "generic"}, {"serial": "new"})
    assert "charging_words" not in kept(shown)
    assert kept(shown)["max_power_kw"] == 22.0

    await through(hass, shown, {}, {})

    data = entry.subentries["409787"].data
    assert (data["profile"], data["serial"]) == ("generic", "new")
    assert not {"charging_words", "host"} & set(data)


async def test_deleted_entity_shows_an_error_and_is_not_dropped(hass: HomeAssistant) -> None:
    entry = goe_household(hass)
    lock = entry.subentries["409787"].data["entities"]["lock"]
    er.async_get(hass).async_remove(str(er.async_resolve_entity_id(er.async_get(hass), lock)))

    shown = await through(hass, await edit(hass, entry, "409787"), {}, {})
    assert kept(shown)["lock"] == lock
    shown = await submit(hass, shown, kept(shown))
    assert shown["errors"] == {"lock": "entity_not_found"}

    without = {role: entity for role, entity in kept(shown).items() if role != "lock"}
    done = await through(hass, await submit(hass, shown, without), {})
    assert done["reason"] == "reconfigure_successful"
    assert "lock" not in entry.subentries["409787"].data["entities"]


async def test_renamed_entity_is_shown_under_its_new_name_and_stays_mapped(hass: HomeAssistant) -> None:
    entry = goe_household(hass)
    before = dict(entry.subentries["409787"].data["entities"])
    registry = er.async_get(hass)
    old = str(er.async_resolve_entity_id(registry, before["power"]))
    registry.async_update_entity(old, new_entity_id="sensor.new_name")
    hass.states.async_remove(old)

    shown = await through(hass, await edit(hass, entry, "409787"), {}, {})
    assert kept(shown)["power"] == "sensor.new_name"

    await through(hass, shown, {}, {})
    assert entry.subentries["409787"].data["entities"] == before


async def test_own_serial_is_not_a_duplicate_but_that_of_another_charger_is(hass: HomeAssistant) -> None:
    entry = household(hass, charger("Left", "1"), charger("Right", "2"))
    shown = await through(hass, await edit(hass, entry, "1"), {})

    shown = await submit(hass, shown, {"name": "Right", "serial": "2"})
    assert shown["errors"] == {"name": "name_in_use", "serial": "serial_in_use"}
    shown = await submit(hass, shown, {"name": "Left", "serial": "1"})
    assert shown["step_id"] == "entities"


async def test_deleted_default_user_is_not_offered_again_but_an_inactive_one_stays(hass: HomeAssistant) -> None:
    power = {"power": meter(hass, "sensor.power", "5", "W")}
    of_ben = charger("Left", "1", entities=power, default_user_id="ben")
    of_nobody = charger("Right", "2", entities=power, default_user_id="deleted")
    entry = household(hass, of_ben, of_nobody, user("Anna"), user("Ben", active=False))

    shown = await through(hass, await edit(hass, entry, "1"), {}, {})
    assert kept(shown)["default_user_id"] == "ben"
    shown = await through(hass, await edit(hass, entry, "2"), {}, {})
    assert "default_user_id" not in kept(shown)


async def test_own_price_stays_chosen_and_can_be_replaced_by_that_of_another_charger(hass: HomeAssistant) -> None:
    power = {"power": meter(hass, "sensor.power", "5", "W")}
    dear = {"method": "static", "price": 0.55}
    entry = household(hass, charger("Left", "1", entities=power), charger("Right", "2", pricing=dear))
    shown = await through(hass, await edit(hass, entry, "1"), {}, {}, {})
    assert kept(shown) == {"price": 0.3}
    assert offered(shown, "method") == ["same_as_2", "static", "spot"]
    assert shown["data_schema"]({})["method"] == "static"

    # The field still holds the stored price, which is not an error.
    await submit(hass, shown, {"method": "same_as_2", "price": 0.3})
    assert entry.subentries["1"].data["pricing"] == dear


@pytest.mark.parametrize("price", [-1, float("nan")])
async def test_wrong_price_leaves_the_charger_as_it_was(hass: HomeAssistant, price: float) -> None:
    entry = goe_household(hass)
    shown = await through(hass, await edit(hass, entry, "409787"), {}, {}, {})
    shown = await submit(hass, shown, {"price": price})
    assert set(shown["errors"]) == {"price"}
    assert entry.subentries["409787"].data["pricing"]["price"] == 0.3
