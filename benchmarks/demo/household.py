"""The household of the demo, set up with the same flows that a user has."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from benchmarks.simulator import Driver, Scenario

from .api import Api
from .errors import DemoError
from .flow import add_entry, add_subentry
from .garage import GUEST_PRICE, charger_answers, default_users
from .simulator_process import ChargerAddress

DOMAIN = "ev_charging_manager"
STAND_IN = "goecharger_api2"

_CONNECTED_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class HouseholdIds:
    """The ids of the household's parts in Home Assistant, by name."""

    entry_id: str
    chargers: dict[str, str]
    users: dict[str, str]
    vehicles: dict[str, str]
    cards: dict[str, str]

    def owner_of(self, charger: str, slot: int) -> str | None:
        """Return the owner of the card in a slot; None: it has none."""
        card = f"{charger} #{slot} · "
        return next((title.removeprefix(card) for title in self.cards if title.startswith(card)), None)


async def connect_chargers(api: Api, chargers: Sequence[ChargerAddress], scenario: Scenario) -> None:
    """Add the chargers to Home Assistant, as they are before this integration is installed."""
    passwords = {each.serial: each.password for each in scenario.chargers}
    for charger in chargers:
        where = {"host": charger.host, "port": charger.port, "password": passwords[charger.serial]}
        result = await add_entry(api, STAND_IN, where)
        if result["type"] == "abort" and result["reason"] != "already_configured":
            raise DemoError(f"{charger.name} cannot be connected: {result['reason']}")
    for charger in chargers:
        await _connected(api, charger)


async def _connected(api: Api, charger: ChargerAddress) -> None:
    """Wait until the entities have values, which the wizard checks."""
    deadline = time.monotonic() + _CONNECTED_WITHIN_S
    while True:
        with suppress(DemoError):
            state = await api.get(f"states/sensor.goe_{charger.serial}_car_value")
            if state["state"] not in ("unavailable", "unknown"):
                return
        if time.monotonic() > deadline:
            raise DemoError(f"{charger.name} did not connect in time.")
        await asyncio.sleep(_LOOK_EVERY_S)


async def set_up_household(api: Api, chargers: Sequence[ChargerAddress], scenario: Scenario) -> HouseholdIds:
    """Add the chargers, users, vehicles and cards of the scenario that identify a user; keep existing ones."""
    ids = await household_ids(api) or await _founded(api, chargers[0])
    paid_by_default = default_users(scenario)
    await _add_chargers(api, ids, [each for each in chargers if each.name not in paid_by_default])
    drivers = [driver for driver in scenario.drivers.values() if driver.kind != "unknown"]
    for driver in drivers:
        if driver.who not in ids.users:
            await add_subentry(api, ids.entry_id, "user", _user(driver.who, driver.kind))
        if driver.car not in ids.vehicles:
            vehicle = _vehicle(driver.car, scenario.cars[driver.car].battery_wh)
            await add_subentry(api, ids.entry_id, "vehicle", vehicle)
    await _add_chargers(api, ids, [each for each in chargers if each.name in paid_by_default])
    await _add_cards(api, ids, scenario, drivers)
    complete = await household_ids(api)
    assert complete is not None, "the household was made a moment ago"
    return complete


async def household_ids(api: Api) -> HouseholdIds | None:
    """Return the ids of the existing household, None without one."""
    entries = await api.get("config/config_entries/entry")
    entry_id = next((str(entry["entry_id"]) for entry in entries if entry["domain"] == DOMAIN), None)
    if entry_id is None:
        return None
    subentries = await api.ask("config_entries/subentries/list", entry_id=entry_id)
    kinds = ("charger", "user", "vehicle", "rfid_mapping")
    return HouseholdIds(entry_id, *(_by_name(subentries, kind) for kind in kinds))


async def _founded(api: Api, first: ChargerAddress) -> HouseholdIds:
    """Add the first charger, which creates the household."""
    result = await add_entry(api, DOMAIN, charger_answers(first, 0))
    if result["type"] != "create_entry":
        raise DemoError(f"The household could not be created: {result['reason']}")
    ids = await household_ids(api)
    assert ids is not None, "the household was made a moment ago"
    return ids


async def _add_chargers(api: Api, ids: HouseholdIds, chargers: Sequence[ChargerAddress]) -> None:
    for position, charger in enumerate(chargers):
        if charger.name not in ids.chargers:
            await add_subentry(api, ids.entry_id, "charger", charger_answers(charger, position))


async def _add_cards(api: Api, ids: HouseholdIds, scenario: Scenario, drivers: Sequence[Driver]) -> None:
    for charger in scenario.chargers:
        slots = {card.slot for card in charger.cards}
        for driver in drivers:
            if driver.card in slots and ids.owner_of(charger.name, driver.card) is None:
                card = {"charger_id": charger.name, "slot": driver.card, "user_id": driver.who}
                await add_subentry(
                    api, ids.entry_id, "rfid_mapping", {"kind": "slot", "vehicle_id": driver.car, **card}
                )


def _user(name: str, kind: str) -> dict[str, Any]:
    billing: dict[str, Any] = {}
    if kind == "guest":
        billing = {"method": "price", "price": GUEST_PRICE}
    return {"name": name, "user_type": kind, **billing}


def _vehicle(name: str, battery_wh: int) -> dict[str, Any]:
    return {"name": name, "capacity_kwh": battery_wh / 1000}


def _by_name(subentries: list[dict[str, Any]], subentry_type: str) -> dict[str, str]:
    return {each["title"]: each["subentry_id"] for each in subentries if each["subentry_type"] == subentry_type}
