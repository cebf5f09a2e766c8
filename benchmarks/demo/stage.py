"""The environment of the scenes: their access to the drivers, Home Assistant and the records."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .answer import Answers
from .api import Api
from .comparison import Comparison, Truth, Yardstick, compare, overlap_s
from .errors import DemoError
from .expectation import Expectation
from .home_assistant_process import HomeAssistantProcess
from .household import HouseholdIds
from .motion import FastMotion
from .recorded import RecordedSession, recorded_sessions
from .simulator_process import SimulatorProcess
from .watch import Watch

_LOOK_EVERY_S = 0.1
# Elapsed seconds for immediate reactions, on a busy machine.
AT_ONCE_S = 30.0
_NOTHING = frozenset({"unavailable", "unknown"})


@dataclass(frozen=True, slots=True)
class Stay:
    """One car at a charger; `index`: the number of sessions that had ended there before."""

    serial: str
    charger: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that scenes use."""

    simulator: SimulatorProcess
    home_assistant: HomeAssistantProcess
    watch: Watch
    ids: HouseholdIds
    config: Path
    motion: FastMotion
    yardstick: Yardstick
    expectation: Expectation
    answers: Answers
    _entities: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> Api:
        """Home Assistant's API."""
        return self.home_assistant.api

    async def comes(self, serial: str, driver: str, **visit: Any) -> Stay:
        """Send a driver to a charger at which no other driver is expected."""
        index = sum(each["charger"] == serial for each in await self.simulator.finished())
        await self.simulator.visit(serial, driver, **visit)
        charger = next(each for each in self.simulator.chargers if each.serial == serial)
        return Stay(serial, charger.name, index)

    async def leaves(self, stay: Stay) -> Truth:
        """Let the driver unplug; return the true session."""
        await self.simulator.leave(stay.serial)
        return await self.over(stay, 60.0)

    async def over(self, stay: Stay, house_s: float) -> Truth:
        """Return the true session of a visit that ends within this number of house seconds."""

        async def ended() -> Truth | None:
            truths = await self.simulator.finished()
            found = (each for each in truths if (each["charger"], each["index"]) == (stay.serial, stay.index))
            return next(found, None)

        truth = await self.until(ended, f"{stay.charger}: the car to leave", house_s)
        return self.expectation.of(truth)

    async def charged(self, stay: Stay, kwh: float) -> None:
        """Wait until the charger has delivered this energy to this car."""

        async def so_much() -> bool:
            charger = await self.charger(stay)
            # Until this car is plugged in, the counter shows the energy of the last one.
            return bool(charger["connected"] and charger["wh"] >= kwh * 1000)

        await self.until(so_much, f"{stay.charger}: {kwh} kWh to flow", kwh * 3600)

    async def charger(self, stay: Stay) -> dict[str, Any]:
        """Return the present state of its charger."""
        state = await self.simulator.state()
        return next(dict(each) for each in state["chargers"] if each["serial"] == stay.serial)

    async def judged(self, truth: Truth) -> tuple[RecordedSession, list[str]]:
        """Return the record of a finished session, and its differences from the truth. Raises DemoError without a
        record.
        """

        async def recorded() -> Comparison | None:
            comparison = compare([truth], self._records(truth), self.yardstick)
            if comparison.pairs:
                return comparison
            return None

        comparison = await self.until(recorded, f"{truth['charger_name']}: the session to be recorded")
        record = comparison.pairs[0][1]
        await self.until(lambda: self._told(record), f"{record.charger}: the event of the session's end")
        again = [f"it is recorded {len(comparison.doubled) + 1} times"] if comparison.doubled else []
        return record, [*comparison.differences, *again]

    async def _told(self, record: RecordedSession) -> bool:
        return record.session_id in self.watch.told

    def _records(self, truth: Truth) -> list[RecordedSession]:
        """Return the records that could belong to this session."""
        least_s = self.yardstick.time_s
        return [each for each in recorded_sessions(self.config) if overlap_s(truth, each) > least_s]

    async def shown(self, owner_id: str, key: str) -> str | None:
        """Return the state of an entity of this integration; None while it is unknown."""
        unique_id = f"{owner_id}_{key}"
        if unique_id not in self._entities:
            known = await self.api.ask("config/entity_registry/list")
            self._entities.update({each["unique_id"]: each["entity_id"] for each in known})
        if unique_id not in self._entities:
            return None
        state: str = (await self.api.get(f"states/{self._entities[unique_id]}"))["state"]
        if state in _NOTHING:
            return None
        return state

    def now(self) -> float:
        """Return the house time (UTC epoch seconds)."""
        return self.motion.house_origin + (time.time() - self.motion.wall_origin) * self.motion.rate

    async def until[T](
        self,
        look: Callable[[], Awaitable[T | None]],
        what: str,
        house_s: float = 0.0,
        *,
        every_s: float = _LOOK_EVERY_S,
    ) -> T:
        """Return the first result that is not None. Raises DemoError after this number of house seconds."""
        deadline = time.monotonic() + house_s / self.motion.rate + AT_ONCE_S
        while not (found := await look()):
            self.watch.check()
            if time.monotonic() > deadline:
                raise DemoError(f"timed out waiting for {what}")
            await asyncio.sleep(every_s)
        return found
