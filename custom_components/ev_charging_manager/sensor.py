"""The sensor platform: sessions of chargers, and sums of users, guests, Unknown and the household."""

from __future__ import annotations

from collections.abc import Iterable

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import const
from .adapters.household.household import EvChargingConfigEntry, HouseholdRuntime
from .domain.statistics.sums import GUESTS, HOUSEHOLD, UNKNOWN, Scope
from .sensors.per_user import PerUserSensors
from .sensors.session import PROGRESS_SENSORS, SESSION_SENSORS, ProgressSensor, SessionSensor
from .sensors.totals import LAST_SESSION, TOTAL_SENSORS, SumGroup, TotalSensor

# Nothing is polled and nothing is written to a device.
PARALLEL_UPDATES = 0

SETS = {"guest": GUESTS, "unknown": UNKNOWN, "household": HOUSEHOLD}


async def async_setup_entry(
    hass: HomeAssistant, entry: EvChargingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of the household, of each charger and user, and of those that are added later."""
    household = entry.runtime_data

    def add_charger(charger: ConfigSubentry) -> None:
        async_add_entities(_charger_sensors(household, charger), config_subentry_id=charger.subentry_id)

    def add_user(user: ConfigSubentry) -> None:
        async_add_entities(_user_sensors(household, user), config_subentry_id=user.subentry_id)

    async_add_entities(_household_sensors(household, entry.entry_id))
    entry.async_on_unload(household.on_added(const.SUBENTRY_CHARGER, add_charger))
    entry.async_on_unload(household.on_added(const.SUBENTRY_USER, add_user))
    per_user = PerUserSensors(hass, entry, async_add_entities)
    entry.async_on_unload(household.on_changed(per_user.follow))
    per_user.follow()


def _charger_sensors(household: HouseholdRuntime, charger: ConfigSubentry) -> Iterable[SensorEntity]:
    charger_id = charger.subentry_id
    group = SumGroup(scope=Scope(charger_id=charger_id), owner_id=charger_id, device=charger_id)
    yield from (ProgressSensor(household, charger, description) for description in PROGRESS_SENSORS)
    yield from (SessionSensor(household, charger, description) for description in SESSION_SENSORS)
    yield TotalSensor(household, group, LAST_SESSION)


def _user_sensors(household: HouseholdRuntime, user: ConfigSubentry) -> Iterable[SensorEntity]:
    user_id = user.subentry_id
    group = SumGroup(scope=Scope(user_id=user_id), owner_id=user_id, device=user_id)
    return (TotalSensor(household, group, description) for description in TOTAL_SENSORS)


def _household_sensors(household: HouseholdRuntime, entry_id: str) -> Iterable[SensorEntity]:
    for name, scope in SETS.items():
        group = SumGroup(scope=scope, owner_id=f"{entry_id}_{name}", device=entry_id, prefix=f"{name}_")
        yield from (TotalSensor(household, group, description) for description in TOTAL_SENSORS)
