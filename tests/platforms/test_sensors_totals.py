"""The sensors of sums: of users, guests, Unknown and the household."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback

import custom_components.ev_charging_manager as integration
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit
from custom_components.ev_charging_manager.domain.household import UserType
from custom_components.ev_charging_manager.domain.messages import Recorded
from custom_components.ev_charging_manager.domain.records import Attribution, IdentifiedBy, Identity
from tests.support.garage import Garage
from tests.support.shown import (
    KEYS,
    SETS,
    attribute,
    charge,
    deliver,
    exact,
    of_set,
    of_user,
    plug_in,
    state_of,
    unplug,
)

ROOT = Path(integration.__file__).parent


async def test_parts_add_up_to_the_household_in_all_decimals_while_a_car_charges(house: Garage) -> None:
    await charge(house, "left", "1", 1234.567)
    await charge(house, "left", "2", 800.001)
    await charge(house, "right", None, 333.333)
    await plug_in(house, "left", "1")
    await deliver(house, "left", 5, 111.111)
    await house.until_state("sensor", "Anna", "total_energy", "1.790122")

    for key, whole in (("total_energy", "2.923456"), ("total_cost", "0.730864"), ("session_count", "3")):
        parts = [of_user(house, "Anna", key), of_set(house, "guest", key), of_set(house, "unknown", key)]
        shown = exact(of_set(house, "household", key))
        assert shown == sum(exact(part) for part in parts)
        # The cost of each quarter-hour is rounded separately, and the quarter-hours depend on the time of day.
        assert abs(shown - Decimal(whole)) <= (Decimal("0.000003") if key == "total_cost" else 0)
        assert exact(of_user(house, "Gita", key)) == exact(of_set(house, "guest", key))
    by_user = attribute(of_set(house, "household", "total_energy"), "by_user")
    assert {name: part["energy_kwh"] for name, part in by_user.items()} == {
        "Anna": 1.790122,
        "Gita": 0.800001,
        "Unknown": 0.333333,
    }
    await unplug(house, "left")


async def test_a_running_session_is_in_the_sum_and_its_months_but_not_in_the_count(house: Garage) -> None:
    await charge(house, "left", "1", 1000)
    await plug_in(house, "left", "1")
    await deliver(house, "left", 5, 200)
    await house.until_state("sensor", "Anna", "total_energy", "2.0")

    months = attribute(of_user(house, "Anna", "total_energy"), "monthly_breakdown").values()
    assert sum(month["energy_kwh"] for month in months) == 2.0
    assert sum(month["cost"] for month in months) == pytest.approx(0.5)
    assert sum(month["sessions"] for month in months) == 1
    assert of_user(house, "Anna", "session_count").state == "1"
    assert of_user(house, "Anna", "average_energy").state == "1.0"
    await unplug(house, "left")
    assert of_user(house, "Anna", "session_count").state == "2"
    assert of_user(house, "Anna", "total_energy").state == "2.0"


async def test_the_last_session_of_each_scope_has_its_attributes(house: Garage) -> None:
    await charge(house, "left", "2", 800)
    await charge(house, "right", None, 400)
    events = house.events.named("session_completed")

    for state, event in ((of_user(house, "Gita", "last_session"), events[0]), (_last(house), events[1])):
        assert attribute(state, "session_id") == event["session_id"]
        assert attribute(state, "charger") == event["charger_name"]
        assert attribute(state, "energy_kwh") == pytest.approx(event["energy_kwh"])
        assert state.state[:19] == event["ended_at"][:19]
    assert of_set(house, "guest", "last_session").state == of_user(house, "Gita", "last_session").state
    assert attribute(state_of(house, f"{house.id_of('left')}_last_session"), "user") == "Gita"
    assert of_user(house, "Anna", "last_session").state == "unknown"
    assert of_user(house, "Anna", "average_energy").state == "unknown"


def _last(house: Garage) -> State:
    return of_set(house, "household", "last_session")


async def test_everything_shown_is_the_same_after_a_restart(hass: HomeAssistant, house: Garage) -> None:
    await charge(house, "left", "1", 1234.567)
    await charge(house, "left", "2", 800)
    await charge(house, "right", None, 333.333)
    before = {state.entity_id: (state.state, state.attributes) for state in _sums(house)}

    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()

    assert {state.entity_id: (state.state, state.attributes) for state in _sums(house)} == before


def _sums(house: Garage) -> list[State]:
    users = [of_user(house, user, key) for user in ("Anna", "Gita") for key in KEYS]
    return [*users, *(of_set(house, name, key) for name in SETS for key in KEYS)]


@pytest.mark.parametrize("charger_is_back", [True, False])
async def test_a_sum_does_not_drop_while_a_running_session_is_recovered_after_a_restart(
    hass: HomeAssistant, house: Garage, charger_is_back: bool
) -> None:
    await charge(house, "left", "1", 1000)
    await plug_in(house, "left", "1")
    await deliver(house, "left", 5, 200)
    await house.until_state("sensor", "Anna", "total_energy", "2.0")
    seen = _numbers(house, "Anna", "total_energy")

    await house.unload()
    # A restart of Home Assistant loses this mark; a reload of the entry keeps it.
    hass.data.pop(f"{DOMAIN}_presence")
    if not charger_is_back:
        house.chargers["left"].vanish()
    assert await hass.config_entries.async_setup(house.entry.entry_id)
    await house.pass_house_seconds(20)
    house.chargers["left"].plug_again()
    await deliver(house, "left", 2, 200)
    await unplug(house, "left")

    assert seen == sorted(seen)
    assert seen[0] == 2.0
    assert seen[-1] == 2.4


def _numbers(house: Garage, user: str, key: str) -> list[float]:
    """Return a list of the numbers that a user's sensor shows from now on."""
    entity_id = of_user(house, user, key).entity_id
    seen: list[float] = []

    @callback
    def look(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if event.data["entity_id"] == entity_id and state and state.state not in ("unavailable", "unknown"):
            seen.append(float(state.state))

    house.hass.bus.async_listen("state_changed", look)
    return seen


async def test_a_session_assigned_to_another_user_moves_between_their_sums(house: Garage) -> None:
    await charge(house, "left", "1", 1000)
    await charge(house, "right", None, 400)
    household = house.entry.runtime_data
    session_id = house.events.named("session_completed")[1]["session_id"]
    gita = Identity(house.id_of("Gita"), "Gita", UserType.GUEST, IdentifiedBy.CHOICE, unknown_reason=None)

    await household.ledger.call(household.ledger.ledger.assign, session_id, Attribution(gita), "somebody", 0.0)
    await household.sums.recount()

    assert of_user(house, "Gita", "total_energy").state == of_set(house, "guest", "total_energy").state == "0.4"
    assert of_set(house, "unknown", "total_energy").state == "0.0"
    assert of_set(house, "unknown", "last_session").state == "unknown"
    assert attribute(of_user(house, "Gita", "last_session"), "session_id") == session_id
    assert of_set(house, "household", "total_energy").state == "1.4"


async def test_a_session_that_is_reported_again_counts_once_and_as_the_ledger_has_it(house: Garage) -> None:
    await charge(house, "left", "1", 1000)
    household = house.entry.runtime_data
    session_id = house.events.named("session_completed")[0]["session_id"]
    record = await household.ledger.call(household.ledger.ledger.session, session_id)
    dearer = replace(record, cost_micro=1_000_000, intervals=())
    checkpoint = Checkpoint(record.charger_id, household.clock.now())
    await household.ledger.commit(Commit(checkpoint, (dearer,)))

    household.sums.recorded(Recorded((dearer,)))
    await house.until_state("sensor", "Anna", "total_cost", "1.0")

    assert of_user(house, "Anna", "session_count").state == "1"
    assert of_user(house, "Anna", "total_energy").state == "1.0"
