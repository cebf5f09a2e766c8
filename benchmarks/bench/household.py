"""A household's config entry with one go-e charger whose user has a card."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigSubentryDataWithId

from custom_components.ev_charging_manager import const

CHARGER_ID, USER_ID, VEHICLE_ID = "bench_charger", "bench_user", "bench_vehicle"


def household_entry(name: str, options: dict[str, Any] | None = None) -> ConfigEntry[Any]:
    """The entry; the charger's entities begin with `name`, as those of `deltas.Charging` do."""
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
        subentries_data=(_charger(name), _user(), _vehicle(), _card()),
    )


def _subentry(subentry_id: str, subentry_type: str, title: str, data: dict[str, Any]) -> ConfigSubentryDataWithId:
    return ConfigSubentryDataWithId(
        subentry_id=subentry_id, subentry_type=subentry_type, title=title, unique_id=None, data=data
    )


def _charger(name: str) -> ConfigSubentryDataWithId:
    entities = {
        "status": f"sensor.{name}_status",
        "plug": f"binary_sensor.{name}_plug",
        "lock": f"sensor.{name}_lock",
        "session_energy": f"sensor.{name}_wh",
        "total_energy": f"sensor.{name}_eto",
        "power": f"sensor.{name}_power",
        "card": f"select.{name}_trx",
    }
    data = {
        const.CONF_PROFILE: "goe_api2",
        const.CONF_SERIAL: "000001",
        const.CONF_ENTITIES: entities,
        const.CONF_PRICING: {const.CONF_METHOD: "static", const.CONF_PRICE: 0.30},
    }
    return _subentry(CHARGER_ID, const.SUBENTRY_CHARGER, "Garage", data)


def _user() -> ConfigSubentryDataWithId:
    data = {const.CONF_USER_TYPE: "resident", const.CONF_ACTIVE: True}
    return _subentry(USER_ID, const.SUBENTRY_USER, "Anna", data)


def _vehicle() -> ConfigSubentryDataWithId:
    data = {const.CONF_CAPACITY: 77.0, const.CONF_USABLE: 74.0, const.CONF_PHASES: 3, const.CONF_EFFICIENCY: 0.9}
    return _subentry(VEHICLE_ID, const.SUBENTRY_VEHICLE, "ID.4", data)


def _card() -> ConfigSubentryDataWithId:
    data = {
        const.CONF_CARD_KIND: "slot",
        const.CONF_CHARGER: CHARGER_ID,
        const.CONF_SLOT: 1,
        const.CONF_USER: USER_ID,
        const.CONF_VEHICLE: VEHICLE_ID,
        const.CONF_ACTIVE: True,
    }
    return _subentry("bench_card", const.SUBENTRY_RFID, "Anna's card", data)
