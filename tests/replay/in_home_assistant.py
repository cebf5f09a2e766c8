"""Replays a trace through a real Home Assistant with the config entry set up and a ledger on disk.

The clocks of the process stand still, and are moved between the lines. No task sleeps: a due timer runs in the next
turn of the event loop.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from homeassistant.core import Event, HomeAssistant, callback

from custom_components.ev_charging_manager.adapters.household.household import HouseholdRuntime
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.domain.records import SessionRecord

from .household import entity_id, entry_of
from .trace import Line, Shown, Trace

# Debounce and settling take a second or two; everything else takes minutes or may happen later without an effect.
FINE_S, COARSE_S = 1.0, 120.0
FINE_FOR_S = 5.0
# Turns of the event loop that a message needs for the whole chain, and the number of ledger calls in between.
TURNS, ANSWERS = 30, 3


class StoppedClock:
    """The clocks of the process, which the test moves."""

    def __init__(self, patch: pytest.MonkeyPatch, utc: float) -> None:
        self._utc = utc
        self._mono = time.monotonic()
        self._moved = 0.0
        patch.setattr(time, "time", lambda: self._utc + self._moved)
        patch.setattr(time, "monotonic", lambda: self._mono + self._moved)

    @property
    def seconds(self) -> float:
        """The seconds that they were moved."""
        return self._moved

    def move_to(self, seconds: float) -> None:
        """Move them forward."""
        self._moved = max(self._moved, seconds)


class LiveReplay:
    """The entities of one charger in a real Home Assistant, and the ledger at the end."""

    def __init__(self, hass: HomeAssistant, trace: Trace, clock: StoppedClock) -> None:
        self.hass = hass
        self.trace = trace
        self.clock = clock
        self.told: list[tuple[str, str]] = []
        self._entry = entry_of(trace)
        self._fine_until = FINE_FOR_S
        for name in ("session_started", "session_completed", "session_discarded"):
            hass.bus.async_listen(f"{DOMAIN}_{name}", self._hear)

    async def play(self) -> list[SessionRecord]:
        """Play all lines, each at its second; return the records in the order in which the sessions began."""
        for key, shown in self.trace.at_first.items():
            self._show(key, shown)
        self._entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(self._entry.entry_id)
        await self._rest()
        for line in self.trace.lines:
            await self._advance_to(line.seconds)
            await self._take(line)
            self._fine_until = line.seconds + FINE_FOR_S
        await self._advance_to(self.trace.ends)
        records = [await self._record(session_id) for name, session_id in self.told if name == "session_started"]
        assert await self.hass.config_entries.async_unload(self._entry.entry_id)
        return records

    @property
    def _household(self) -> HouseholdRuntime:
        household: HouseholdRuntime = self._entry.runtime_data
        return household

    async def _take(self, line: Line) -> None:
        if line.happens == "reload":
            assert await self.hass.config_entries.async_reload(self._entry.entry_id)
        elif line.happens:
            raise ValueError(f"{line.happens} cannot happen to a Home Assistant within a test")
        for key, shown in line.shows:
            self._show(key, shown)
        await self._rest()

    def _show(self, key: str, shown: Shown) -> None:
        attributes: dict[str, Any] = {"unit_of_measurement": shown.unit} if shown.unit else {}
        if key == "lock" and self.trace.lock_class:
            attributes["device_class"] = "lock"
        self.hass.states.async_set(entity_id(key), shown.state, attributes)

    async def _advance_to(self, seconds: float) -> None:
        while self.clock.seconds < seconds:
            step = FINE_S if self.clock.seconds < self._fine_until else COARSE_S
            self.clock.move_to(min(seconds, self.clock.seconds + step))
            await self._rest()

    async def _rest(self) -> None:
        """Let everything happen that is due at this moment."""
        for _ in range(ANSWERS):
            for _ in range(TURNS):
                await asyncio.sleep(0)
            await self._household.ledger.call(lambda: None)

    async def _record(self, session_id: str) -> SessionRecord:
        ledger = self._household.ledger
        record = await ledger.call(ledger.ledger.session, session_id)
        assert record is not None
        return record

    @callback
    def _hear(self, event: Event) -> None:
        name = str(event.event_type).removeprefix(f"{DOMAIN}_")
        self.told.append((name, event.data["session_id"]))
