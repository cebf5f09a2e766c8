"""The live display of a charger: its latest view, shown immediately when something happens, otherwise periodically."""

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
from ..listeners import Listeners


class LiveDisplay:
    """Holds a charger's latest view and notifies listeners. Entities never slow down the pipeline."""

    def __init__(self, clock: HouseClock) -> None:
        """Start with nothing to show."""
        self._clock = clock
        self._refresh_s = Options().refresh_s
        self._first_listeners: Listeners[[]] = Listeners()
        self._listeners: Listeners[[]] = Listeners()
        self._refresh_listeners: Listeners[[]] = Listeners()
        self._first_view = asyncio.Event()
        self._awaited: list[tuple[float, asyncio.Future[Progress]]] = []
        self._cancel_refresh: CALLBACK_TYPE | None = None
        self._essence: tuple[Any, ...] | None = None
        self._refreshed: Progress | None = None
        self.progress: Progress | None = None

    @callback
    def configure(self, settings: Settings) -> None:
        """Use another refresh interval, from the next refresh on."""
        self._refresh_s = settings.options.refresh_s

    async def first_view(self, timeout_s: float) -> None:
        """Wait for something to show, at most `timeout_s`: a charger that hangs must not delay the set-up."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._first_view.wait()
        except TimeoutError:
            return

    async def reached(self, mono: float, timeout_s: float) -> Progress:
        """Return the first view that includes everything up to a monotonic second; TimeoutError if none comes."""
        if self.progress is not None and self.progress.at.mono >= mono:
            return self.progress
        awaited: asyncio.Future[Progress] = asyncio.get_running_loop().create_future()
        self._awaited.append((mono, awaited))
        async with asyncio.timeout(timeout_s):
            return await awaited

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when something happened; return the callback that ends it."""
        return self._listeners.add(listener)

    @callback
    def follow(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when something happened and at each refresh, for values that grow meanwhile.

        Return the callback that ends it.
        """
        return self._refresh_listeners.add(listener)

    @callback
    def listen_first(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when something happened, before all others; return the callback that ends it."""
        return self._first_listeners.add(listener)

    @callback
    def show(self, progress: Progress) -> None:
        """Take the latest view; notify listeners immediately if people would notice the change."""
        self.progress = progress
        self._first_view.set()
        if self._awaited:
            self._answer(progress)
        essence = _essence(progress)
        if essence != self._essence:
            self._essence = essence
            self._happened()
        elif self._cancel_refresh is None and progress.record is not None:
            self._schedule_refresh()

    @callback
    def clear(self) -> None:
        """Show nothing: the pipeline behind this display has ended, and another may follow."""
        self.progress = None
        self._essence = None
        self._happened()

    @callback
    def close(self) -> None:
        """End the refreshes. The last view stays: Home Assistant stops, or removes the entities itself."""
        self._stop_refresh()

    def _answer(self, progress: Progress) -> None:
        for mono, awaited in self._awaited:
            if progress.at.mono >= mono and not awaited.done():
                awaited.set_result(progress)
        self._awaited = [waiting for waiting in self._awaited if not waiting[1].done()]

    def _happened(self) -> None:
        self._first_listeners.call()
        self._listeners.call()
        self._notify_refresh()

    def _notify_refresh(self) -> None:
        self._stop_refresh()
        self._refresh_listeners.call()
        if self.progress is not None and self.progress.record is not None:
            self._schedule_refresh()

    def _schedule_refresh(self) -> None:
        self._cancel_refresh = self._clock.call_later(self._refresh_s, self._refresh)

    def _stop_refresh(self) -> None:
        if self._cancel_refresh is not None:
            self._cancel_refresh()
            self._cancel_refresh = None

    @callback
    def _refresh(self) -> None:
        """Show the present values. A view that came since the last refresh is recent enough."""
        if self.progress is not None and self.progress is self._refreshed:
            # The charger is silent, and the duration still grows.
            self.progress = _grown(self.progress, self._clock.now())
        self._refreshed = self.progress
        self._notify_refresh()


def _grown(progress: Progress, now: Moment) -> Progress:
    if progress.status is not Status.TRACKING or progress.record is None or progress.started is None:
        return progress
    return replace(progress, record=replace(progress.record, duration_s=now.since(progress.started)))


def _essence(progress: Progress) -> tuple[Any, ...]:
    """Return the values that change only when something happens."""
    return progress.status, progress.phase, progress.flowing, progress.available, progress.chosen, _session(progress)


def _session(progress: Progress) -> tuple[Any, ...] | None:
    if progress.record is None:
        return None
    return progress.record.session_id, progress.record.identity
