"""The present price. It changes some seconds after each quarter-hour began, as those of real markets."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Final

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .prices import QUARTER_S, UNIT, price_at

ENTITY_ID: Final = "sensor.demo_spot_price"
# `rate,wall origin,house origin`: the mapping to house time, the same in all processes of a demo.
_FAST_MOTION: Final = "EV_CHARGING_MANAGER_FAST_MOTION"
_LATE_S: Final = 5.0


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add the price."""
    rate, wall, house = (float(part) for part in os.environ.get(_FAST_MOTION, "1,0,0").split(","))
    async_add_entities([SpotPriceSensor(rate, wall, house)])


class SpotPriceSensor(SensorEntity):
    """A price that changes by house time."""

    _attr_should_poll = False
    _attr_name = "Spot price"
    _attr_icon = "mdi:chart-line"
    _attr_unique_id = "demo_spot_price"
    _attr_native_unit_of_measurement = UNIT

    def __init__(self, rate: float, wall_origin: float, house_origin: float) -> None:
        """House time is `house_origin` at the wall time `wall_origin` and runs `rate` times as fast."""
        self.entity_id = ENTITY_ID
        self._rate = rate
        self._wall_origin = wall_origin
        self._house_origin = house_origin
        self._timer: asyncio.TimerHandle | None = None

    async def async_added_to_hass(self) -> None:
        """Begin with the present price."""
        self._look()

    async def async_will_remove_from_hass(self) -> None:
        """Stop the updates."""
        if self._timer is not None:
            self._timer.cancel()

    @callback
    def _tell(self) -> None:
        self._look()
        self.async_write_ha_state()

    def _look(self) -> None:
        now = self._house_origin + (time.time() - self._wall_origin) * self._rate
        self._attr_native_value = price_at(now)
        due = (now // QUARTER_S + 1) * QUARTER_S + _LATE_S
        self._timer = self.hass.loop.call_later((due - now) / self._rate, self._tell)
