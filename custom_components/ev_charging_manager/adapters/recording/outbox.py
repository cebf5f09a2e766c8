"""Firing of events; stored ones are fired as soon as Home Assistant has started and automations are active."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ...const import DOMAIN
from ...domain.messages import Announced
from ...ledger.errors import LedgerError
from ..clock import HouseClock
from ..listeners import Listeners
from .ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)

type EventListener = Callable[[str, dict[str, Any]], None]


class EventOutbox:
    """Fires each stored event at least once.

    If the process ends between firing an event and marking it, the event is fired again with `redelivered` set.
    """

    def __init__(
        self, hass: HomeAssistant, ledger: LedgerThread, clock: HouseClock, device_id: Callable[[str], str | None]
    ) -> None:
        """Prepare; `load` reads the events of an earlier process. `device_id` returns the device of a charger."""
        self._hass = hass
        self._device_id = device_id
        self._ledger = ledger
        self._clock = clock
        self._listeners: defaultdict[str, Listeners[str, dict[str, Any]]] = defaultdict(Listeners)
        self._waiting: list[tuple[Announced, bool]] = []
        self._fired: list[int] = []
        self._marking: asyncio.Task[None] | None = None
        self._started = False
        self._stop_waiting: Callable[[], None] | None = None

    async def load(self) -> None:
        """Read the events that an earlier process did not fire."""
        left = await self._ledger.call(self._ledger.ledger.pending_events)
        self._waiting = [(Announced(str(entry.kind), entry.payload, entry.entry_id), True) for entry in left]

    @callback
    def start(self) -> None:
        """Begin to fire once Home Assistant has started. Event entities that listen later miss stored events."""
        self._stop_waiting = async_at_started(self._hass, self._begin)

    @callback
    def listen(self, charger_id: str, listener: EventListener) -> CALLBACK_TYPE:
        """Call `listener` with the name and payload of each event of a charger; return the function that ends this."""
        return self._listeners[charger_id].add(listener)

    @callback
    def announce(self, announced: Announced) -> None:
        """Fire an event now, or as soon as automations are active."""
        if self._started:
            self._fire(announced, redelivered=False)
        else:
            self._waiting.append((announced, False))

    async def close(self) -> None:
        """Stop firing, and wait until all fired events are marked."""
        if self._stop_waiting is not None:
            self._stop_waiting()
        if self._marking is not None:
            await asyncio.wait([self._marking])

    @callback
    def _begin(self, _: HomeAssistant) -> None:
        self._started = True
        waiting = self._waiting
        self._waiting = []
        for announced, redelivered in waiting:
            self._fire(announced, redelivered)

    def _fire(self, announced: Announced, redelivered: bool) -> None:
        payload = dict(announced.payload)
        payload |= {"device_id": self._device_id(payload["charger_id"]), "redelivered": redelivered}
        self._hass.bus.async_fire(f"{DOMAIN}_{announced.name}", payload)
        self._mark_soon(announced)
        self._listeners[payload["charger_id"]].call(announced.name, payload)

    def _mark_soon(self, announced: Announced) -> None:
        if announced.entry_id is None:
            return
        self._fired.append(announced.entry_id)
        if self._marking is None or self._marking.done():
            self._marking = self._hass.async_create_task(self._mark(), "ev_charging_manager outbox")

    async def _mark(self) -> None:
        while self._fired:
            fired = self._fired
            self._fired = []
            try:
                await self._ledger.call(self._ledger.ledger.mark_fired, fired, self._clock.now().utc)
            except LedgerError as error:
                # They are marked with the next event, or fired again after a restart.
                _LOGGER.warning("Could not mark events as fired; after a restart they are fired again: %s", error)
                self._fired = [*fired, *self._fired]
                return
