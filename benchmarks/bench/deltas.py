"""The messages of a go-e charger while a car charges, as state changes of its entities, many per second."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant

WATTS = 11_000.0
_WH: Mapping[str, str] = {ATTR_UNIT_OF_MEASUREMENT: UnitOfEnergy.WATT_HOUR, "device_class": "energy"}
_W: Mapping[str, str] = {ATTR_UNIT_OF_MEASUREMENT: UnitOfPower.WATT, "device_class": "power"}
# A delta carries the power and a counter. The session counter has a finer resolution than the total counter.
_DELTAS_PER_TOTAL = 5
CHANGES_PER_DELTA = 2


class Change(NamedTuple):
    """One state of one entity."""

    entity_id: str
    state: str
    attributes: Mapping[str, str] = {}


type Delta = Sequence[Change]


class Charging:
    """A charger in the middle of a session. The same seed produces the same changes for each variant."""

    def __init__(self, name: str, changes_per_second: float, seed: int = 1) -> None:
        """Start the feed. `name` is the prefix of all entity names; `changes_per_second` is in house time."""
        self._random = random.Random(seed)
        self._hours = CHANGES_PER_DELTA / changes_per_second / 3600
        self._count = 0
        self.power = f"sensor.{name}_power"
        self.session = f"sensor.{name}_wh"
        self.total = f"sensor.{name}_eto"
        self.session_wh = 0.0
        self.total_wh = 4_321_000.0
        self.watts = WATTS

    def at_rest(self) -> Delta:
        """Return the state of every entity of a running session. The discrete entities do not change afterwards."""
        name = self.power.removeprefix("sensor.").removesuffix("_power")
        return (
            Change(f"sensor.{name}_status", "Charging"),
            Change(f"binary_sensor.{name}_plug", "on"),
            Change(f"sensor.{name}_lock", "Locked"),
            Change(f"select.{name}_trx", "1"),
            *self._counters(),
            Change(self.power, str(self.watts), _W),
        )

    def idle(self) -> Delta:
        """Return the states of the discrete entities and the power without a car."""
        name = self.power.removeprefix("sensor.").removesuffix("_power")
        return (
            Change(f"binary_sensor.{name}_plug", "off"),
            Change(f"sensor.{name}_status", "Idle"),
            Change(f"sensor.{name}_lock", "Unlocked"),
            Change(f"select.{name}_trx", "null"),
            Change(self.power, "0", _W),
        )

    def deltas(self, count: int) -> list[Delta]:
        """Yield the next deltas. Every value differs from the previous value."""
        return [self._delta() for _ in range(count)]

    def _delta(self) -> Delta:
        self._count += 1
        wh = self.watts * self._hours
        self.session_wh += wh
        self.total_wh += wh
        self.watts = round(WATTS + self._random.uniform(-200.0, 200.0), 3)
        session, total = self._counters()
        return Change(self.power, str(self.watts), _W), session if self._count % _DELTAS_PER_TOTAL else total

    def _counters(self) -> tuple[Change, Change]:
        return (
            Change(self.session, f"{self.session_wh:.4f}", _WH),
            Change(self.total, f"{self.total_wh:.4f}", _WH),
        )


def say(hass: HomeAssistant, delta: Delta) -> None:
    """Apply one message of the charger: its entities change one after another, within one turn of the event loop."""
    for entity_id, state, attributes in delta:
        hass.states.async_set(entity_id, state, attributes)


async def feed(hass: HomeAssistant, deltas: Sequence[Delta], move: Callable[[float], None], seconds: float) -> None:
    """Send one delta per turn, `seconds` of house time apart. The event loop gets a turn after each delta."""
    async_set = hass.states.async_set
    for delta in deltas:
        move(seconds)
        for entity_id, state, attributes in delta:
            async_set(entity_id, state, attributes)
        await asyncio.sleep(0)


async def turns(count: int = 50) -> None:
    """Give the event loop this many turns. One message needs a few turns in each of the seven actors."""
    for _ in range(count):
        await asyncio.sleep(0)
