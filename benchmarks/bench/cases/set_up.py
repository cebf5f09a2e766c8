"""The duration of a set-up with a session to recover, and whether years of sessions make it longer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE, HouseholdRuntime

from ..clock import START_UTC
from ..core import core, settle_memory
from ..deltas import Charging, say, turns
from ..frame import Lap, Series, Stopwatch, measure
from ..household import CHARGER_ID, charger_slug, household_entry
from ..motion import fast_motion
from ..past import CHARGERS, USERS, past_ledger
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "set-up"
WHAT = "CPU time of all threads for set-up and recovery, with 100,000 sessions; no-op: without sessions"
LIMIT = 1.2
MOST, SOME = 100_000, 10_000


class SetUp:
    """A household with this number of past sessions and a car that charges."""

    def __init__(self, hass: HomeAssistant, name: str, sessions: int, entry: ConfigEntry[Any]) -> None:
        self.name = name
        self.sessions = sessions
        self.on_the_loop_ms = float("inf")
        self._hass = hass
        self._entry = entry
        self._file = Path(hass.config.path(f"{sessions}.db"))
        self._session_id: str | None = None
        past_ledger(self._file, sessions)

    async def lap(self) -> Lap:
        """Set up and wait for the session; the unload is not measured."""
        self._put_in()
        before = time.process_time()
        with Stopwatch() as watch:
            await self._hass.config_entries.async_setup(self._entry.entry_id)
        worked = time.process_time() - before
        self.on_the_loop_ms = min(self.on_the_loop_ms, watch.cpu_s * 1000)
        await self._same_session()
        await self._hass.config_entries.async_unload(self._entry.entry_id)
        await self._hass.async_block_till_done()
        self._take_out()
        return Lap(worked, watch.wall_s, 1)

    def _put_in(self) -> None:
        self._file.rename(self._hass.config.path(LEDGER_FILE))

    def _take_out(self) -> None:
        Path(self._hass.config.path(LEDGER_FILE)).rename(self._file)

    async def _same_session(self) -> None:
        """Check that the session of the previous lap is recovered. The first lap begins it."""
        if self._entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"the integration is not set up: {self._entry.reason or self._entry.state}")
        shown = self._shown()
        if self._session_id is None:
            while shown is None:
                await turns()
                shown = self._shown()
            self._session_id = shown
        if shown != self._session_id:
            raise RuntimeError(f"session {self._session_id} was not recovered; the present session is {shown}")

    def _shown(self) -> str | None:
        household: HouseholdRuntime = self._entry.runtime_data
        progress = household.display(CHARGER_ID).progress
        if progress is None or progress.record is None:
            return None
        return progress.record.session_id


async def run(rounds: int, most: int = MOST, some: int = SOME) -> Result:
    """Set up and unload repeatedly, with each of three ledgers."""
    async with core() as hass:
        for position in range(CHARGERS):
            say(hass, Charging(charger_slug("ours", position), 4.0).at_rest())
        # In house time, the last past session ended a moment ago.
        with fast_motion(1.0, START_UTC):
            entry = household_entry("ours", chargers=CHARGERS, users=USERS)
            await hass.config_entries.async_add(entry)
            await hass.config_entries.async_unload(entry.entry_id)
            variants = [SetUp(hass, *each, entry) for each in ((OURS, most), (f"{some:,}", some), (NO_OP, 0))]
            for variant in variants:
                await variant.lap()
            settle_memory()
            series = await measure(variants, rounds)
    return _result(series, variants)


def _result(series: Mapping[str, Series], variants: Sequence[SetUp]) -> Result:
    worked = {name: tuple(us / 1000 for us in each) for name, each in cpu_of(series).items()}
    return Result(
        case=NAME,
        what=WHAT,
        unit="ms",
        series=worked,
        target=Target(f"≤ {LIMIT} × empty", min(worked[OURS]) / min(worked[NO_OP]), LIMIT),
        details={
            "sessions": {each.name: each.sessions for each in variants},
            "wall": {name: us / 1000 for name, us in wall_of(series).items()},
            "on_the_loop": {each.name: each.on_the_loop_ms for each in variants},
            "household": {"chargers": CHARGERS, "users": USERS},
        },
    )
