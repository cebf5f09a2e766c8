"""Deleted users and chargers: the cards and sessions that are deleted with them, and those that stay."""

from __future__ import annotations

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.domain.records import Outcome
from tests.platforms.test_actions import recorded
from tests.support.garage import Garage


def cards(garage: Garage) -> list[str]:
    """Return the titles of the mapped cards."""
    return [item.title for item in garage.entry.subentries.values() if item.subentry_type == "rfid_mapping"]


async def delete(garage: Garage, title: str) -> str:
    """Delete a subentry on the entry's page; return its id."""
    gone = garage.id_of(title)
    garage.hass.config_entries.async_remove_subentry(garage.entry, gone)
    await garage.hass.async_block_till_done()
    return gone


async def charging(garage: Garage, name: str = "left", steps: int = 4) -> str:
    """Begin a session and deliver 0.1 kWh in each step; return its id."""
    charger, count = garage.chargers[name], len(garage.events.named("session_started")) + 1
    charger.plug_in()
    charger.power(11_000)
    started = await garage.events.wait("session_started", count)
    for _ in range(steps):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    return str(started[-1]["session_id"])


async def test_deleting_a_user_deletes_their_cards_only(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await garage.add_card("right", slot=1, user="Anna")
    await garage.add_card("left", slot=2, user="Ben")
    await delete(garage, "Anna")
    assert cards(garage) == ["slot 2"]


async def test_a_deleted_users_sessions_keep_their_name(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    completed = await recorded(garage, card="1")
    anna = await delete(garage, "Anna")

    ledger = garage.entry.runtime_data.ledger
    record = await ledger.call(ledger.ledger.session, completed["session_id"])
    assert record is not None
    assert record.identity.user_id == anna
    assert "Anna (removed)" in garage.entry.runtime_data.statistics.by_name()
    last = garage.hass.states.get(garage.entity_id("sensor", "left", "last_session"))
    assert last is not None
    assert last.attributes["user"] == "Anna (removed)"


async def test_the_card_of_a_deleted_user_is_unknown(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await delete(garage, "Anna")
    garage.chargers["left"].plug_in()
    garage.chargers["left"].card("1")
    (tapped,) = await garage.events.wait("card_tapped")
    assert tapped["known"] is False


async def test_cards_of_a_user_deleted_while_the_entry_was_not_loaded_are_deleted_at_set_up(
    hass: HomeAssistant, garage: Garage
) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await garage.unload()
    await delete(garage, "Anna")
    assert cards(garage) == ["slot 1"]
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    assert cards(garage) == []


async def test_deleting_a_charger_deletes_its_slots_cards_but_no_numbers(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await garage.add_card("right", slot=1, user="Anna")
    number = {"kind": "uid", "uid": "04A1B2C3", "user_id": garage.id_of("Anna"), "active": True}
    garage.add("rfid_mapping", "04A1B2C3 · Anna", number)
    left = garage.id_of("left")
    await delete(garage, "left")
    kept = [item.data for item in garage.entry.subentries.values() if item.subentry_type == "rfid_mapping"]
    assert [data.get("charger_id") for data in kept] == [garage.id_of("right"), None]
    assert left not in garage.entry.subentries


async def test_a_deleted_chargers_running_session_is_recorded_with_all_its_energy(garage: Garage) -> None:
    session_id = await charging(garage)
    gone = await delete(garage, "left")

    (completed,) = await garage.events.wait("session_completed")
    assert (completed["session_id"], completed["charger_name"]) == (session_id, "left")
    assert completed["energy_kwh"] == pytest.approx(0.4)
    assert completed["cost"] == pytest.approx(0.1)
    assert completed["ended_at"] is not None
    ledger = garage.entry.runtime_data.ledger
    assert await ledger.call(ledger.ledger.running) == []
    assert gone not in await ledger.call(ledger.ledger.checkpointed)
    household = garage.entry.runtime_data.statistics.by_name()
    assert household["Unknown"].energy_mwh == 400_000


async def test_a_session_too_short_to_count_is_discarded_with_its_charger(garage: Garage) -> None:
    await charging(garage, steps=0)
    await delete(garage, "left")
    (discarded,) = await garage.events.wait("session_discarded")
    assert discarded["charger_name"] == "left"


async def test_deleting_a_charger_does_not_end_another_chargers_session(garage: Garage) -> None:
    await charging(garage, "right")
    await delete(garage, "left")
    assert garage.state("sensor", "right", "status") == "tracking"
    assert garage.events.named("session_completed") == []


async def test_a_paused_chargers_session_is_recorded_when_it_is_deleted(garage: Garage) -> None:
    session_id = await charging(garage)
    garage.edit("left", paused=True)
    await garage.hass.async_block_till_done()
    await delete(garage, "left")
    (completed,) = await garage.events.wait("session_completed")
    assert completed["session_id"] == session_id
    assert completed["cost"] == pytest.approx(0.1)


async def test_a_charger_deleted_while_the_entry_was_not_loaded_leaves_nothing_running(
    hass: HomeAssistant, garage: Garage
) -> None:
    session_id = await charging(garage)
    await garage.unload()
    await delete(garage, "left")
    assert await hass.config_entries.async_setup(garage.entry.entry_id)

    (completed,) = await garage.events.wait("session_completed")
    assert completed["session_id"] == session_id
    assert (completed["energy_kwh"], completed["cost"]) == (pytest.approx(0.4), pytest.approx(0.1))
    ledger = garage.entry.runtime_data.ledger
    record = await ledger.call(ledger.ledger.session, session_id)
    assert record is not None
    assert record.outcome is Outcome.COMPLETED
    assert garage.entry.runtime_data.statistics.by_name()["Unknown"].sessions == 1
