"""The price that a guest pays follows the session's user, while it runs and when it is assigned afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from tests.platforms.test_actions import act, plugged_in, recorded
from tests.support.garage import Garage, person

CHARGE = "session_charge_price"


@pytest.fixture
async def garage(hass: HomeAssistant) -> AsyncIterator[Garage]:
    """Anna is a resident; Gita pays 0.50 per kWh, Gus 1.2 times the cost, Greta is not billed. A kWh costs 0.25."""
    guests = [
        person("Gita", "guest", billing={"method": "price", "price": 0.5}),
        person("Gus", "guest", billing={"method": "markup", "factor": 1.2}),
        person("Greta", "guest"),
    ]
    garage = Garage(hass, ("left",), [person("Anna"), *guests])
    await garage.set_up()
    yield garage
    if garage.entry.state.recoverable:
        await garage.unload()


def last(garage: Garage, owner: str) -> Any:
    """Return the charge price in the owner's sensor of the last session."""
    return garage.attribute("sensor", owner, "last_session", "charge_price")


async def kept(garage: Garage, session_id: str) -> list[int | None]:
    """Return the charge prices in the ledger, in millionths: corrected, in the list of sessions, and as measured."""
    thread = garage.entry.runtime_data.ledger
    ledger = thread.ledger
    found = await thread.call(
        lambda: (ledger.session(session_id), ledger.last_sessions()[0], ledger.measured(session_id))
    )
    return [record.charge_price_micro for record in found if record is not None]


@pytest.mark.parametrize(
    ("user", "micro", "method"),
    [("Gita", 200_000, "price"), ("Gus", 120_000, "markup"), ("Greta", None, None), ("guest", None, None)],
)
async def test_a_session_assigned_to_a_guest_is_charged_by_their_terms(
    garage: Garage, user: str, micro: int | None, method: str | None
) -> None:
    completed = await recorded(garage)
    assert completed["charge_price"] is None
    answer = await act(garage, "assign_session", session_id=completed["session_id"], user=user)

    price = None if micro is None else micro / 1_000_000
    assert (answer["charge_price"], answer["charge_price_method"]) == (price, method)
    assert answer["measured"]["charge_price"] is None
    assert await kept(garage, completed["session_id"]) == [micro, micro, None]
    assert last(garage, "left") == price
    if user != "guest":
        assert last(garage, user) == price
        assert garage.state("sensor", user, "total_cost") == "0.1"


async def test_a_session_assigned_to_a_resident_and_back_to_a_guest_regains_its_charge(
    garage: Garage,
) -> None:
    await garage.add_card("left", slot=1, user="Gita")
    completed = await recorded(garage, card="1")
    assert (completed["user_name"], completed["charge_price"]) == ("Gita", 0.2)
    session_id = completed["session_id"]

    answer = await act(garage, "assign_session", session_id=session_id, user="Anna")
    assert (answer["charge_price"], answer["measured"]["charge_price"]) == (None, 0.2)
    (correction,) = answer["corrections"]
    assert (correction["before"]["charge_price"], correction["after"]["charge_price"]) == (0.2, None)
    assert await kept(garage, session_id) == [None, None, 200_000]
    assert (last(garage, "Anna"), last(garage, "left")) == (None, None)

    garage.edit("Gita", billing={"method": "price", "price": 0.9})
    await garage.hass.async_block_till_done()
    for user in ("automatic", "Gus", "Gita"):
        answer = await act(garage, "assign_session", session_id=session_id, user=user)
        assert answer["charge_price"] == (0.12 if user == "Gus" else 0.2), "the terms of the time of the session"
    assert len(answer["corrections"]) == 4


async def test_the_charge_of_a_corrected_session_survives_a_reload(garage: Garage) -> None:
    completed = await recorded(garage)
    await act(garage, "assign_session", session_id=completed["session_id"], user="Gita")
    assert await garage.hass.config_entries.async_reload(garage.entry.entry_id)
    # The months are read after the sums.
    await garage.hass.async_block_till_done()
    assert (last(garage, "Gita"), last(garage, "left")) == (0.2, 0.2)
    months = garage.attribute("sensor", "Gita", "total_energy", "monthly_breakdown")
    assert [(month["energy_kwh"], month["cost"], month["sessions"]) for month in months.values()] == [(0.4, 0.1, 1)]


async def test_another_car_has_its_own_share_of_the_energy(garage: Garage) -> None:
    garage.add("vehicle", "ID.4", {"capacity_kwh": 82.0, "usable_kwh": 80.0, "efficiency": 0.9})
    await garage.hass.async_block_till_done()
    completed = await recorded(garage)
    answer = await act(garage, "assign_session", session_id=completed["session_id"], user="Anna", vehicle="ID.4")
    assert (answer["estimated_soc_added_pct"], answer["measured"]["estimated_soc_added_pct"]) == (0.5, None)


@pytest.mark.parametrize("way", ["action", "select"])
async def test_the_charge_of_a_running_session_follows_the_chosen_driver(garage: Garage, way: str) -> None:
    async def choose(name: str) -> None:
        if way == "action":
            await act(garage, "identify_session", charger="left", user=name)
            return
        said = {"entity_id": garage.entity_id("select", "left", "driver"), "option": name}
        await garage.hass.services.async_call("select", "select_option", said, blocking=True)

    await plugged_in(garage)
    for _ in range(4):
        garage.chargers["left"].charge(100)
        await garage.pass_house_seconds(20)
    for name, price in (("Gita", "0.2"), ("Gus", "0.12"), ("Anna", "unknown"), ("Gita", "0.2")):
        await choose(name)
        await garage.until_state("sensor", "left", CHARGE, price)
    garage.chargers["left"].unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert (completed["charge_price"], completed["charge_price_method"], completed["cost"]) == (0.2, "price", 0.1)
