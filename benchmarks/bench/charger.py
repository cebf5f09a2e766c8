"""One charger as the integration runs it: feed, ingestor, supervised pipeline and a real ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.charger.charger import ChargerRuntime
from custom_components.ev_charging_manager.adapters.charger.context import ChargerContext, Outputs
from custom_components.ev_charging_manager.adapters.charger.display import LiveDisplay
from custom_components.ev_charging_manager.adapters.clock import HouseClock
from custom_components.ev_charging_manager.adapters.configuration import settings_of
from custom_components.ev_charging_manager.adapters.recording.commits import Answer
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import LedgerThread
from custom_components.ev_charging_manager.domain.commits import Commit
from custom_components.ev_charging_manager.domain.household import Settings
from custom_components.ev_charging_manager.domain.messages import LiveView
from custom_components.ev_charging_manager.repairs.notices import RepairNotices

from .deltas import turns
from .household import CHARGER_ID


class WatchedLedger(LedgerThread):
    """A ledger that knows whether a commit is running, so that its consequences are counted in the right lap."""

    _under_way = 0
    _idle: asyncio.Event | None = None

    async def commit(self, commit: Commit) -> Answer:
        """Commit."""
        self._under_way += 1
        try:
            return await super().commit(commit)
        finally:
            self._under_way -= 1
            if not self._under_way and self._idle is not None:
                self._idle.set()

    async def settle(self) -> bool:
        """Wait for the running commit; return whether there was one."""
        if not self._under_way:
            return False
        self._idle = asyncio.Event()
        await self._idle.wait()
        self._idle = None
        return True


class BenchCharger:
    """Starts and stops a charger, and counts the outputs of its pipeline."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: HouseClock,
        entry: ConfigEntry[Any],
        ledger: WatchedLedger,
        charger_id: str = CHARGER_ID,
    ) -> None:
        self._entry = entry
        self.ledger = ledger
        self.views: list[LiveView] = []
        context = ChargerContext(
            hass=hass,
            ledger=ledger,
            clock=clock,
            outputs=Outputs(announced=_drop, recorded=_drop, shown=self._shown, happened=_drop),
            notices=RepairNotices(hass, entry),
            redact=str,
        )
        charger = entry.subentries[charger_id]
        settings = settings_of(hass, entry, charger)
        self.runtime = ChargerRuntime(
            context, charger, settings, LiveDisplay(clock), _stopped, restarted=False, moved=frozenset()
        )

    @classmethod
    async def open(cls, hass: HomeAssistant, clock: HouseClock, entry: ConfigEntry[Any], file: str) -> BenchCharger:
        """Build a charger with a separate ledger in the configuration directory; do not start it yet."""
        ledger = await WatchedLedger.open(Path(hass.config.path(file)), ZoneInfo(hass.config.time_zone))
        assert isinstance(ledger, WatchedLedger)
        return cls(hass, clock, entry, ledger)

    async def start(self, move: Callable[[float], None]) -> None:
        """Start, and continue until the session runs."""
        await self.runtime.start(self._entry)
        for _ in range(20):
            move(1.0)
            await self.idle()
        progress = self.runtime.display.progress
        if progress is None or progress.record is None:
            raise RuntimeError("no session runs, so that nothing can be measured")

    async def idle(self) -> None:
        """Let the pipeline finish its present messages and the consequences of a commit."""
        await turns()
        if await self.ledger.settle():
            await turns()

    async def stop(self) -> None:
        """Drain the pipeline and close the ledger."""
        await self.runtime.stop(10.0)
        await self.ledger.close()

    def _shown(self, view: LiveView, _: Settings) -> None:
        self.views[:] = (view,)


def _drop(_: object) -> None:
    """Ignore the message."""


def _stopped(charger_id: str) -> None:
    raise RuntimeError(f"the pipeline of {charger_id} stopped, so that its figures are invalid")
