"""Car status, cable lock, energies and power."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import Platform, UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from . import ChargerEntry
from .const import CAR_UNKNOWN, CAR_WORDS, LOCK_WORDS, Status
from .entity import ChargerEntity

_TOTAL_POWER = 11


@dataclass(frozen=True, kw_only=True)
class ChargerSensorDescription(SensorEntityDescription):
    """A sensor of one part of the status; `value_fn` gets the status and a language."""

    title: str
    value_fn: Callable[[Status, str], StateType]


def _energy(key: str, title: str) -> ChargerSensorDescription:
    return ChargerSensorDescription(
        key=key,
        title=title,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        value_fn=lambda status, _: status.get(key),
    )


def _power(status: Status, _: str) -> StateType:
    measured: list[Any] | None = status.get("nrg")
    if not measured:
        return None
    power: float = measured[_TOTAL_POWER]
    return power


SENSORS = (
    ChargerSensorDescription(
        key="car_value",
        title="Car state",
        value_fn=lambda status, language: CAR_WORDS[language].get(status.get("car", 0), CAR_UNKNOWN[language]),
    ),
    ChargerSensorDescription(
        key="cus_value",
        title="Cable lock",
        value_fn=lambda status, language: LOCK_WORDS[language].get(status.get("cus", 0)),
    ),
    _energy("wh", "Energy since car connected"),
    _energy("eto", "Energy total"),
    ChargerSensorDescription(
        key="nrg_11",
        title="Power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        value_fn=_power,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: ChargerEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add all sensors."""
    language = hass.config.language if hass.config.language in CAR_WORDS else "en"
    async_add_entities(ChargerSensor(entry, description, language) for description in SENSORS)


class ChargerSensor(ChargerEntity, SensorEntity):
    """One value of the charger."""

    entity_description: ChargerSensorDescription

    def __init__(self, entry: ChargerEntry, description: ChargerSensorDescription, language: str) -> None:
        """Show a value in the words of a language."""
        super().__init__(entry, Platform.SENSOR, description.key, description.title)
        self.entity_description = description
        self._language = language

    @property
    def native_value(self) -> StateType:
        """The present value."""
        return self.entity_description.value_fn(self._hub.status, self._language)
