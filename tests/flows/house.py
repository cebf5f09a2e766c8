"""Households and chargers for the tests of the forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_manager import const

TRANSLATIONS = Path(const.__file__).parent / "translations" / "en.json"
WORDS = json.loads(TRANSLATIONS.read_text(encoding="utf-8"))

# Domain, unique id template, unit and state of a go-e's entities by role.
GOE_ENTITIES = {
    "status": ("sensor", "goecharger_api2.goe_{}_car_value", None, "Idle"),
    "plug": ("binary_sensor", "goecharger_api2.goe_{}_car_0", None, "off"),
    "lock": ("sensor", "goecharger_api2.goe_{}_cus_value", None, "Unlocked"),
    "session_energy": ("sensor", "goecharger_api2.goe_{}_wh", "kWh", "3.2"),
    "total_energy": ("sensor", "goecharger_api2.goe_{}_eto", "kWh", "4321.5"),
    "power": ("sensor", "goecharger_api2.goe_{}_nrg_11", "W", "0"),
    "card": ("select", "goecharger_api2.goe_{}_trx", None, "null"),
}

GOE_CLOUD_UNIQUE_IDS = {role: usual.replace("goe_", "goe_wan_") for role, (_, usual, _, _) in GOE_ENTITIES.items()}


def household(hass: HomeAssistant, *subentries: Mapping[str, Any]) -> ConfigEntry[Any]:
    """Add the household's entry without setting it up: the forms do not need the pipelines."""
    entry = MockConfigEntry(domain=const.DOMAIN, unique_id=const.DOMAIN, title="EV Charging Manager")
    entry.add_to_hass(hass)
    for subentry in subentries:
        hass.config_entries.async_add_subentry(entry, ConfigSubentry(**subentry))
    return entry


def charger(name: str, serial: str, *, profile: str = "generic", **more: Any) -> dict[str, Any]:
    """Return a charger's subentry; its id is its serial."""
    data = {
        "profile": profile,
        "serial": serial,
        "entities": {},
        "pricing": {"method": "static", "price": 0.3},
        **more,
    }
    return _subentry(const.SUBENTRY_CHARGER, serial, name, data, f"charger_{serial.casefold()}")


def user(name: str, **more: Any) -> dict[str, Any]:
    """Return a user's subentry; its id is the name in lower case."""
    return _subentry(const.SUBENTRY_USER, name.lower(), name, {"user_type": "resident", "active": True, **more})


def vehicle(name: str, **more: Any) -> dict[str, Any]:
    """Return a vehicle's subentry; its id is the name in lower case."""
    data = {
        "capacity_kwh": 77.0,
        "usable_kwh": 74.0,
        "efficiency": 0.9,
        **more,
    }
    return _subentry(const.SUBENTRY_VEHICLE, name.lower(), name, data)


def slot_card(charger_id: str, slot: int, user_id: str, **more: Any) -> dict[str, Any]:
    """Return the mapping of a slot; its id is `slot-<slot>`."""
    data = {"kind": "slot", "charger_id": charger_id, "slot": slot, "user_id": user_id, "active": True, **more}
    return _subentry(const.SUBENTRY_RFID, f"slot-{slot}", "old title", data)


def uid_card(uid: str, user_id: str, **more: Any) -> dict[str, Any]:
    """Return the mapping of a card number; its id is the number."""
    data = {"kind": "uid", "uid": uid, "user_id": user_id, "active": True, **more}
    return _subentry(const.SUBENTRY_RFID, uid, "old title", data)


def _subentry(
    subentry_type: str, subentry_id: str, title: str, data: Mapping[str, Any], unique_id: str | None = None
) -> dict[str, Any]:
    return {
        "subentry_type": subentry_type,
        "subentry_id": subentry_id,
        "title": title,
        "data": MappingProxyType(dict(data)),
        "unique_id": unique_id,
    }


def goe(hass: HomeAssistant, serial: str, name: str | None, **more: Any) -> dict[str, er.RegistryEntry]:
    """Register a go-e of another integration; return its entities by role.

    `host`, `area_id`, `templates` (unique ids instead of the usual ones) can be given.
    """
    data = {"host": more["host"]} if "host" in more else {}
    theirs = MockConfigEntry(domain="goecharger_api2", title=f"go-e {serial}", data=data)
    theirs.add_to_hass(hass)
    device = None
    if name is not None:
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=theirs.entry_id, identifiers={("goecharger_api2", theirs.entry_id)}, name=name
        )
        dr.async_get(hass).async_update_device(device.id, area_id=more.get("area_id"))
    made = {}
    for role, (domain, usual, unit, state) in GOE_ENTITIES.items():
        made[role] = er.async_get(hass).async_get_or_create(
            domain,
            "goecharger_api2",
            more.get("templates", {}).get(role, usual).format(serial),
            config_entry=theirs,
            device_id=device.id if device else None,
            unit_of_measurement=unit,
        )
        hass.states.async_set(made[role].entity_id, state, {"unit_of_measurement": unit} if unit else {})
    return made


def meter(hass: HomeAssistant, entity_id: str, state: str, unit: str | None = None, **attributes: Any) -> str:
    """Set the state of an entity without a unique id, as from YAML; return its id."""
    unit_attribute = {"unit_of_measurement": unit} if unit else {}
    hass.states.async_set(entity_id, state, {**unit_attribute, **attributes})
    return entity_id


async def start(hass: HomeAssistant) -> Any:
    """Open "Add integration"."""
    return await hass.config_entries.flow.async_init(const.DOMAIN, context={"source": "user"})


async def add(hass: HomeAssistant, entry: ConfigEntry[Any], subentry_type: str) -> Any:
    """Open "Add ..." on the household's page."""
    return await hass.config_entries.subentries.async_init((entry.entry_id, subentry_type), context={"source": "user"})


async def edit(hass: HomeAssistant, entry: ConfigEntry[Any], subentry_id: str) -> Any:
    """Open "Edit ..." on the household's page."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, entry.subentries[subentry_id].subentry_type),
        context={"source": "reconfigure", "subentry_id": subentry_id},
    )


async def submit(hass: HomeAssistant, shown: Any, typed: Mapping[str, Any]) -> Any:
    """Submit values in a form of any flow, and check that its errors and its end have texts."""
    top = isinstance(shown["handler"], str)
    manager = hass.config_entries.flow if top else hass.config_entries.subentries
    answer = await manager.async_configure(shown["flow_id"], dict(typed))
    words = WORDS["config"] if top else WORDS["config_subentries"][shown["handler"][1]]
    assert set((answer.get("errors") or {}).values()) <= set(words["error"]), "an error without words"
    assert answer.get("reason") in {None, *words["abort"]}, "an end without words"
    return answer


def kept(shown: Any) -> dict[str, Any]:
    """Return the suggested values of a form by field."""
    markers = shown["data_schema"].schema
    described = {str(marker): marker.description for marker in markers if marker.description}
    return {name: description["suggested_value"] for name, description in described.items()}


def offered(shown: Any, name: str) -> list[str]:
    """Return the values that a selector of a form offers."""
    options = shown["data_schema"].schema[name].config["options"]
    return [option if isinstance(option, str) else option["value"] for option in options]


def labels(shown: Any, name: str) -> list[str]:
    """Return the labels that a selector of a form offers."""
    return [option["label"] for option in shown["data_schema"].schema[name].config["options"]]


def fields(shown: Any) -> set[str]:
    """Return the names of a form's fields."""
    return {str(marker) for marker in shown["data_schema"].schema}


def only(entry: ConfigEntry[Any], subentry_type: str, title: str) -> ConfigSubentry:
    """Return the only subentry of that type and title."""
    (found,) = (
        item for item in entry.subentries.values() if (item.subentry_type, item.title) == (subentry_type, title)
    )
    return found
