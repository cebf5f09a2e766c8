"""The household of the demo, set up through the flows that people use."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from benchmarks.simulator import Scenario

from .api import Api
from .errors import DemoError
from .flow import add_entry, add_subentry
from .simulator_process import ChargerAddress

DOMAIN = "ev_charging_manager"
STAND_IN = "goecharger_api2"

# Per kWh, for one charger after the other.
PRICES = (0.21, 0.25)
_GUEST_PRICE = 0.39

_CONNECTED_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class HouseholdIds:
    """The ids under which Home Assistant keeps the household, by name."""

    entry_id: str
    chargers: dict[str, str]
    users: dict[str, str]


def price_of(position: int) -> float:
    """What a kilowatt-hour costs at the charger in that place."""
    return PRICES[position % len(PRICES)]


async def connect_chargers(api: Api, chargers: Sequence[ChargerAddress], scenario: Scenario) -> None:
    """Makes the chargers known to Home Assistant, as they are before anybody installs this integration."""
    passwords = {each.serial: each.password for each in scenario.chargers}
    for charger in chargers:
        where = {"host": charger.host, "port": charger.port, "password": passwords[charger.serial]}
        result = await add_entry(api, STAND_IN, where)
        if result["type"] == "abort" and result["reason"] != "already_configured":
            raise DemoError(f"{charger.name} cannot be connected: {result['reason']}")
    for charger in chargers:
        await _connected(api, charger)


async def _connected(api: Api, charger: ChargerAddress) -> None:
    """Waits until its entities have values: the wizard looks at them."""
    deadline = time.monotonic() + _CONNECTED_WITHIN_S
    while True:
        with suppress(DemoError):
            state = await api.get(f"states/sensor.goe_{charger.serial}_car_value")
            if state["state"] not in ("unavailable", "unknown"):
                return
        if time.monotonic() > deadline:
            raise DemoError(f"{charger.name} does not connect.")
        await asyncio.sleep(_LOOK_EVERY_S)


async def set_up_household(api: Api, chargers: Sequence[ChargerAddress], scenario: Scenario) -> HouseholdIds:
    """All chargers, users, vehicles and cards of the scenario whose sessions are somebody's."""
    entry_id = await _add_chargers(api, chargers)
    drivers = [driver for driver in scenario.drivers.values() if driver.kind != "unknown"]
    for driver in drivers:
        await add_subentry(api, entry_id, "user", _user(driver.who, driver.kind))
        await add_subentry(api, entry_id, "vehicle", _vehicle(driver.car, scenario.cars[driver.car].battery_wh))
    for charger in chargers:
        for driver in drivers:
            if driver.card is not None:
                card = {"charger_id": charger.name, "slot": driver.card, "user_id": driver.who}
                await add_subentry(api, entry_id, "rfid_mapping", {"kind": "slot", "vehicle_id": driver.car, **card})
    ids = await household_ids(api)
    assert ids is not None, "the household was made a moment ago"
    return ids


async def household_ids(api: Api) -> HouseholdIds | None:
    """The ids of the household that is there, None without one."""
    entries = await api.get("config/config_entries/entry")
    entry_id = next((str(entry["entry_id"]) for entry in entries if entry["domain"] == DOMAIN), None)
    if entry_id is None:
        return None
    socket = await api.socket()
    try:
        subentries = await socket.command("config_entries/subentries/list", entry_id=entry_id)
    finally:
        await socket.close()
    return HouseholdIds(entry_id, _by_name(subentries, "charger"), _by_name(subentries, "user"))


async def _add_chargers(api: Api, chargers: Sequence[ChargerAddress]) -> str:
    """The first charger makes the household, the others are added on its page."""
    first, *others = chargers
    result = await add_entry(api, DOMAIN, _charger(first, 0))
    if result["type"] != "create_entry":
        raise DemoError(f"The household cannot be made: {result['reason']}")
    entry_id: str = result["result"]["entry_id"]
    for position, charger in enumerate(others, 1):
        await add_subentry(api, entry_id, "charger", _charger(charger, position))
    return entry_id


def _charger(charger: ChargerAddress, position: int) -> dict[str, Any]:
    return {"source": charger.serial, "name": charger.name, "method": "static", "price": price_of(position)}


def _user(name: str, kind: str) -> dict[str, Any]:
    billing = {"method": "price", "price": _GUEST_PRICE} if kind == "guest" else {}
    return {"name": name, "user_type": kind, **billing}


def _vehicle(name: str, battery_wh: int) -> dict[str, Any]:
    return {"name": name, "capacity_kwh": battery_wh / 1000}


def _by_name(subentries: list[dict[str, Any]], subentry_type: str) -> dict[str, str]:
    return {each["title"]: each["subentry_id"] for each in subentries if each["subentry_type"] == subentry_type}
