"""The Charging binary sensor: on while energy flows in a session."""

from __future__ import annotations

from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import const
from .adapters.household.household import EvChargingConfigEntry, HouseholdRuntime
from .domain.messages import Status
from .entity import ChargerEntity

# Nothing is polled and nothing is written to a device.
PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: EvChargingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a sensor for each charger, and for each one that is added later."""
    household = entry.runtime_data

    def add_charger(charger: ConfigSubentry) -> None:
        async_add_entities([ChargingSensor(household, charger)], config_subentry_id=charger.subentry_id)

    entry.async_on_unload(household.on_added(const.SUBENTRY_CHARGER, add_charger))


class ChargingSensor(ChargerEntity, BinarySensorEntity):
    """On while energy flows in a session."""

    _attr_device_class = BinarySensorDeviceClass.BATTERY_CHARGING

    def __init__(self, household: HouseholdRuntime, charger: ConfigSubentry) -> None:
        """Put the sensor on the charger's device."""
        super().__init__(household, charger, "charging")

    @property
    def available(self) -> bool:
        """Whether the charger can be read: without it, the flow of energy is not known."""
        return self.progress is not None and self.progress.available

    @property
    def is_on(self) -> bool | None:
        """Whether energy flows."""
        if self.progress is None:
            return None
        return self.progress.flowing

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Whether a session runs, with or without energy."""
        return {"session_active": self.progress is not None and self.progress.status is not Status.IDLE}

    def _content(self) -> tuple[Any, ...]:
        return self.available, self.is_on, self.extra_state_attributes["session_active"]
