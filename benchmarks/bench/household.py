"""The config entry of a household: go-e chargers, and users with cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigSubentryDataWithId

from custom_components.ev_charging_manager import const

CHARGER_ID, USER_ID, VEHICLE_ID = "bench_charger", "bench_user", "bench_vehicle"


def charger_ids(count: int) -> tuple[str, ...]:
    """Return the ids of this many chargers."""
    return (CHARGER_ID, *(f"{CHARGER_ID}_{number}" for number in range(1, count)))


def user_ids(count: int) -> tuple[str, ...]:
    """Return the ids of this many users."""
    return (USER_ID, *(f"{USER_ID}_{number}" for number in range(1, count)))


def charger_slug(name: str, position: int) -> str:
    """Return the prefix of the entity names of the charger at this position, in a household of this name."""
    if position:
        return f"{name}_{position}"
    return name


def charger_names(count: int) -> tuple[str, ...]:
    """Return the names of this many chargers."""
    return ("Garage", *(f"Garage {number}" for number in range(1, count)))


def charger_entities(name: str) -> Mapping[str, str]:
    """Return the entities of a charger by role, named as in `deltas.Charging`."""
    return {
        "status": f"sensor.{name}_status",
        "plug": f"binary_sensor.{name}_plug",
        "lock": f"sensor.{name}_lock",
        "session_energy": f"sensor.{name}_wh",
        "total_energy": f"sensor.{name}_eto",
        "power": f"sensor.{name}_power",
        "card": f"select.{name}_trx",
    }


def household_entry(
    name: str, options: dict[str, Any] | None = None, chargers: int = 1, users: int = 1
) -> ConfigEntry[Any]:
    """Return the entry; the entities of the first charger have the prefix `name`, as in `deltas.Charging`.

    The first user's card is known at every charger.
    """
    entities = [charger_entities(charger_slug(name, number)) for number in range(chargers)]
    return household_around(entities, options, users)


def household_around(
    entities: Sequence[Mapping[str, str]], options: dict[str, Any] | None = None, users: int = 1
) -> ConfigEntry[Any]:
    """Return the entry of a household with a charger for each of these mappings from role to entity."""
    count = len(entities)
    chargers = zip(charger_ids(count), charger_names(count), entities, strict=True)
    return ConfigEntry(
        domain=const.DOMAIN,
        title="Household",
        version=1,
        minor_version=1,
        source=SOURCE_USER,
        data={},
        options=options or {},
        unique_id=const.DOMAIN,
        discovery_keys=MappingProxyType({}),
        subentries_data=(
            *(_charger(*each) for each in chargers),
            *(_user(each, n) for n, each in enumerate(user_ids(users))),
            _vehicle(),
            *(_card(each, n) for n, each in enumerate(charger_ids(count))),
        ),
    )


def _subentry(subentry_id: str, subentry_type: str, title: str, data: dict[str, Any]) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        subentry_id=subentry_id, subentry_type=subentry_type, title=title, unique_id=None, data=data
    )


def _charger(charger_id: str, name: str, entities: Mapping[str, str]) -> ConfigSubentryDataWithId:
    data = {
        const.CONF_PROFILE: "goe_api2",
        const.CONF_SERIAL: charger_id,
        const.CONF_ENTITIES: dict(entities),
        const.CONF_PRICING: {const.CONF_METHOD: "static", const.CONF_PRICE: 0.30},
    }
    return _subentry(charger_id, const.SUBENTRY_CHARGER, name, data)


def _user(user_id: str, position: int) -> ConfigSubentryDataWithId:
    data = {const.CONF_USER_TYPE: "resident", const.CONF_ACTIVE: True}
    return _subentry(user_id, const.SUBENTRY_USER, f"User {position}" if position else "Anna", data)


def _vehicle() -> ConfigSubentryDataWithId:
    data = {const.CONF_CAPACITY: 77.0, const.CONF_USABLE: 74.0, const.CONF_EFFICIENCY: 0.9}
    return _subentry(VEHICLE_ID, const.SUBENTRY_VEHICLE, "ID.4", data)


def _card(charger_id: str, position: int) -> ConfigSubentryDataWithId:
    data = {
        const.CONF_CARD_KIND: "slot",
        const.CONF_CHARGER: charger_id,
        const.CONF_SLOT: 1,
        const.CONF_USER: USER_ID,
        const.CONF_VEHICLE: VEHICLE_ID,
        const.CONF_ACTIVE: True,
    }
    return _subentry(f"bench_card_{position}", const.SUBENTRY_RFID, "Anna's card", data)
