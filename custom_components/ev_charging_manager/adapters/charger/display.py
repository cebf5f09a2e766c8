"""What a charger's entities show: the latest view, refreshed at once when something happens, else now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback

from ...domain.household import Options, Settings
from ...domain.messages import Progress, Status
from ...domain.moment import Moment
from ..clock import HouseClock


class LiveDisplay:
    """Holds a charger's latest view and tells those who show it. Entities never slow down the pipeline."""

    def __init__(self, clock: HouseClock) -> None:
        """Start with nothing to show."""
        self._clock = clock
        self._refresh_s = Options().refresh_s
        self._listeners: list[Callable[[], None]] = []
        self._followers: list[Callable[[], None]] = []
        self._witnesses: list[Callable[[], None]] = []
        self._first = asyncio.Event()
        self._awaited: list[tuple[float, asyncio.Future[Progress]]] = []
        self._call_off: CALLBACK_TYPE | None = None
        self._told: tuple[Any, ...] | None = None
        self._refreshed: Progress | None = None
        self.progress: Progress | None = None

    @callback
    def configure(self, settings: Settings) -> None:
        """Take another refresh interval, from the next refresh on."""
        self._refresh_s = settings.options.refresh_s

    async def first_view(self, timeout_s: float) -> None:
        """Wait until there is something to show, but not for ever: a charger that hangs must not hold up set-up."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._first.wait()
        except TimeoutError:
            return

    async def reached(self, mono: float, timeout_s: float) -> Progress:
        """The first view that knows of what happened up to a monotonic second; TimeoutError when none comes."""
        awaited: asyncio.Future[Progress] = asyncio.get_running_loop().create_future()
        if self.progress is not None and self.progress.at.mono >= mono:
            return self.progress
        self._awaited.append((mono, awaited))
        async with asyncio.timeout(timeout_s):
            return await awaited

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Be told when something happened; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def follow(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Be told when something happened and at each refresh, for what grows meanwhile; returns what ends it."""
        self._followers.append(listener)
        return lambda: self._followers.remove(listener)

    @callback
    def witness(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Be told when something happened, before those who show it; returns what ends it."""
        self._witnesses.append(listener)
        return lambda: self._witnesses.remove(listener)

    @callback
    def show(self, progress: Progress) -> None:
        """Take the latest view. What people would notice is told at once."""
        self.progress = progress
        self._first.set()
        if self._awaited:
            self._answer(progress)
        essence = _essence(progress)
        if essence != self._told:
            self._told = essence
            self._happened()
        elif self._call_off is None and progress.record is not None:
            self._wait()

    def _answer(self, progress: Progress) -> None:
        for mono, awaited in self._awaited:
            if progress.at.mono >= mono and not awaited.done():
                awaited.set_result(progress)
        self._awaited = [waiting for waiting in self._awaited if not waiting[1].done()]

    @callback
    def clear(self) -> None:
        """Show nothing: the pipeline behind this display has ended, another may follow."""
        self.progress = None
        self._told = None
        self._happened()

    @callback
    def close(self) -> None:
        """Refresh nothing more. What was shown stays: Home Assistant stops, or takes the entities away itself."""
        self._cancel()

    def _cancel(self) -> None:
        if self._call_off is not None:
            self._call_off()
            self._call_off = None

    def _happened(self) -> None:
        for listener in (*self._witnesses, *self._listeners):
            listener()
        self._tell()

    @callback
    def _tell(self) -> None:
        self._cancel()
        for listener in tuple(self._followers):
            listener()
        if self.progress is not None and self.progress.record is not None:
            self._wait()

    def _wait(self) -> None:
        self._call_off = self._clock.call_later(self._refresh_s, self._tick)

    @callback
    def _tick(self) -> None:
        """A duration goes on growing while the charger is silent. A view that came since knows it well enough."""
        if self.progress is not None and self.progress is self._refreshed:
            self.progress = _grown(self.progress, self._clock.now())
        self._refreshed = self.progress
        self._tell()


def _grown(progress: Progress, now: Moment) -> Progress:
    if progress.status is not Status.TRACKING or progress.record is None or progress.started is None:
        return progress
    return replace(progress, record=replace(progress.record, duration_s=now.since(progress.started)))


def _essence(progress: Progress) -> tuple[Any, ...]:
    """What changes only when something happens."""
    record = progress.record
    who = None if record is None else (record.session_id, record.identity)
    return progress.status, progress.phase, progress.flowing, progress.available, progress.chosen, who
