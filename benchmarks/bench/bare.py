"""The cost of Home Assistant itself for writing the values shown while a car charges."""

from __future__ import annotations

import logging

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_component import EntityComponent

_LOGGER = logging.getLogger(__name__)
_PRICE_PER_KWH = 0.30


class BareSensor(SensorEntity):
    """A sensor without logic that gets its value from the benchmark. Class attributes are the fastest that core
    supports.
    """

    _attr_should_poll = False

    def say(self, value: str | float) -> None:
        """Write a value."""
        self._attr_native_value = value
        self.async_write_ha_state()


class Energy(BareSensor):
    """The session's energy."""

    _attr_name = "energy"
    _attr_device_class = SensorDeviceClass.ENERGY
    _attr_state_class = SensorStateClass.TOTAL
    _attr_native_unit_of_measurement = UnitOfEnergy.KILO_WATT_HOUR


class Power(BareSensor):
    """The power."""

    _attr_name = "power"
    _attr_device_class = SensorDeviceClass.POWER
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_native_unit_of_measurement = UnitOfPower.WATT


class Cost(BareSensor):
    """The session's cost so far."""

    _attr_name = "cost"
    _attr_device_class = SensorDeviceClass.MONETARY
    _attr_state_class = SensorStateClass.TOTAL
    _attr_native_unit_of_measurement = "EUR"


class Duration(BareSensor):
    """The session's duration so far."""

    _attr_name = "duration"


class BareSensors:
    """The four sensors of a session that change each second."""

    def __init__(self) -> None:
        self._energy, self._power, self._cost, self._duration = Energy(), Power(), Cost(), Duration()

    async def add(self, hass: HomeAssistant) -> None:
        """Add the sensors as an integration does."""
        component = EntityComponent[SensorEntity](_LOGGER, "bench", hass)
        await component.async_add_entities([self._energy, self._power, self._cost, self._duration])

    def say(self, kwh: float, watts: float, seconds: int) -> None:
        """Write all four."""
        self._energy.say(round(kwh, 6))
        self._power.say(watts)
        self._cost.say(round(kwh * _PRICE_PER_KWH, 6))
        self._duration.say(f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}")
