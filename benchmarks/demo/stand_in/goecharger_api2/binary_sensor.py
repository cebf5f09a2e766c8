"""The plug sensor, which this family derives from the car's status."""

from __future__ import annotations

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ChargerEntry
from .entity import ChargerEntity

_IDLE = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: ChargerEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the plug."""
    async_add_entities([PlugSensor(entry)])


class PlugSensor(ChargerEntity, BinarySensorEntity):
    """On while the car's status is above idle. As at a go-e, a missing status reads off and an error reads on."""

    _attr_device_class = BinarySensorDeviceClass.PLUG

    def __init__(self, entry: ChargerEntry) -> None:
        """Follow `car`."""
        super().__init__(entry, Platform.BINARY_SENSOR, "car_0", "Car connected")

    @property
    def is_on(self) -> bool:
        """Whether a car is plugged in."""
        return (self.told("car") or 0) > _IDLE
