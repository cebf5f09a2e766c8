"""The household's sensors by unique id, and sessions for them to show."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from homeassistant.core import State
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage

KEYS = ("total_energy", "total_cost", "session_count", "last_session", "average_energy")
SETS = ("guest", "unknown", "household")


def entity_id_of(garage: Garage, unique_id: str) -> str | None:
    """Return the id of the sensor with this unique id, even if it is disabled."""
    return er.async_get(garage.hass).async_get_entity_id("sensor", DOMAIN, unique_id)


def state_of(garage: Garage, unique_id: str) -> State:
    """Return the state of the sensor with this unique id."""
    entity_id = entity_id_of(garage, unique_id)
    assert entity_id is not None, f"there is no {unique_id}"
    state = garage.hass.states.get(entity_id)
    assert state is not None, f"{entity_id} has no state"
    return state


def of_set(garage: Garage, name: str, key: str) -> State:
    """Return the state of a sensor of all guests, of Unknown or of the household."""
    return state_of(garage, f"{garage.entry.entry_id}_{name}_{key}")


def of_user(garage: Garage, user: str, key: str) -> State:
    """Return the state of a user's sensor."""
    return state_of(garage, f"{garage.id_of(user)}_{key}")


def exact(state: State) -> Decimal:
    """Return the exact number that is shown."""
    return Decimal(state.state)


def attribute(state: State, name: str) -> Any:
    """Return an attribute; KeyError if it is missing."""
    return state.attributes[name]


async def plug_in(garage: Garage, charger: str, card: str | None = None) -> None:
    """Begin a session, with a card if one is given."""
    count = len(garage.events.named("session_started"))
    garage.chargers[charger].plug_in()
    garage.chargers[charger].power(11_000)
    if card is not None:
        garage.chargers[charger].card(card)
    await garage.events.wait("session_started", count + 1)


async def deliver(garage: Garage, charger: str, steps: int, wh: float = 100.0) -> None:
    """Deliver `wh` in each of `steps`."""
    for _ in range(steps):
        garage.chargers[charger].charge(wh)
        await garage.pass_house_seconds(20)


async def unplug(garage: Garage, charger: str) -> None:
    """End the session and wait until it is recorded."""
    count = len(garage.events.named("session_completed"))
    garage.chargers[charger].unplug()
    await garage.events.wait("session_completed", count + 1)
    garage.chargers[charger].card("null")
    await garage.hass.async_block_till_done()


async def charge(garage: Garage, charger: str, card: str | None, wh: float) -> None:
    """Record a whole session."""
    await plug_in(garage, charger, card)
    await deliver(garage, charger, 5, wh / 5)
    await unplug(garage, charger)
