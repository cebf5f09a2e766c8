"""The household of all traces, as the config entry stores it, with the charger of one trace."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigSubentryDataWithId
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_manager.const import DOMAIN

from .trace import PRICE, ROLES, Trace

CHARGER = "garage"
PROFILES = {"go-e": "goe_api2", "generic": "generic"}
# Price per kWh in all traces that are not about prices.
STATIC = {"method": "static", "price": 0.30}
SLOTS = {1: "anna", 2: "ben", 3: "gita", 4: "otto"}
NUMBERS = {"4A1B2C3D4": "anna", "4BEEF4210": "ben", "4C0FFEE77": "gita", "4DEADBE01": "otto"}
"""Without padding, as the form stores them."""


def entity_id(key: str) -> str:
    """Return the entity id of a trace's word."""
    domain = {"plug": "binary_sensor", "card": "select"}.get(key, "sensor")
    return f"{domain}.{CHARGER}_{key}"


def entry_of(trace: Trace) -> MockConfigEntry:
    """Return the entry: Anna and Ben are residents, Gita is a guest at 0.50 per kWh, Otto is not active."""
    people = [
        _person("anna", "Anna"),
        _person("ben", "Ben"),
        _person("gita", "Gita", user_type="guest", billing={"method": "price", "price": 0.5}),
        _person("otto", "Otto", active=False),
    ]
    slots = [_card(user, kind="slot", charger_id=CHARGER, slot=slot) for slot, user in SLOTS.items()]
    numbers = [_card(user, kind="uid", uid=uid) for uid, user in NUMBERS.items()]
    return MockConfigEntry(
        domain=DOMAIN,
        title="Household",
        unique_id=DOMAIN,
        subentries_data=[_charger(trace), *people, *(slots if trace.family == "go-e" else numbers)],
    )


def _charger(trace: Trace) -> ConfigSubentryDataWithId:
    settings = dict(trace.charger)
    pricing = {"entity": entity_id(PRICE)} | settings.pop("pricing") if "pricing" in settings else STATIC
    data = {
        "profile": PROFILES[trace.family],
        "serial": "100001",
        "entities": {ROLES[key]: entity_id(key) for key in trace.keys},
        "pricing": pricing,
    }
    return _subentry(CHARGER, "charger", "Garage", data | settings)


def _person(user_id: str, name: str, user_type: str = "resident", **data: Any) -> ConfigSubentryDataWithId:
    return _subentry(user_id, "user", name, {"user_type": user_type, "active": True} | data)


def _card(user_id: str, **data: Any) -> ConfigSubentryDataWithId:
    return _subentry(f"card-{user_id}", "rfid_mapping", user_id, {"user_id": user_id, "active": True} | data)


def _subentry(subentry_id: str, kind: str, title: str, data: dict[str, Any]) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(subentry_id=subentry_id, subentry_type=kind, title=title, unique_id=None, data=data)
