"""The household's sums as they are shown: read from the ledger once, then fed by what is recorded and what runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import tzinfo

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..domain.household import Settings, User
from ..domain.messages import LiveView, Recorded
from ..domain.records import SessionRecord
from ..domain.statistics import Statistics
from ..domain.totals import MonthTotal
from ..ledger.errors import LedgerError
from ..ledger.ledger import Ledger
from .ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)


class Sums:
    """Holds the statistics and tells those who show them."""

    def __init__(self, hass: HomeAssistant, ledger: LedgerThread, zone: tzinfo) -> None:
        """Start with nothing; `recount` reads what the ledger holds."""
        self._hass = hass
        self._ledger = ledger
        self._listeners: list[Callable[[], None]] = []
        self._recounting: asyncio.Task[None] | None = None
        self._stale = False
        self.statistics = Statistics(zone, str(hass.config.currency))

    async def recount(self) -> None:
        """Read all sums and last sessions anew: at the start, and after recorded sessions were corrected."""
        ledger = self._ledger
        # One call, so that no session is in one answer and not in the other.
        recorded, last = await ledger.call(_read, ledger.ledger)
        self.statistics.load(recorded, last)
        self.tell()

    async def close(self) -> None:
        """Let a recount end before the ledger closes."""
        if self._recounting is not None:
            await asyncio.wait([self._recounting])

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell `listener` whenever a sum may have changed; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def tell(self) -> None:
        """Tell everybody to look."""
        for listener in list(self._listeners):
            listener()

    @callback
    def know(self, users: Mapping[str, User]) -> None:
        """Take who belongs to the household."""
        self.statistics.know(users)

    @callback
    def recorded(self, recorded: Recorded) -> None:
        """Take sessions that are durable."""
        counted = [self.statistics.record(record) for record in recorded.records]
        if not all(counted):
            self._recount_soon()
        self.tell()

    @callback
    def shown(self, view: LiveView, settings: Settings) -> None:
        """Take a running session as it stands. Its charger's display says when to look."""
        if view.progress.record is not None:
            self.statistics.run(view.progress.record, settings.options)

    def _recount_soon(self) -> None:
        self._stale = True
        if self._recounting is None or self._recounting.done():
            self._recounting = self._hass.async_create_task(self._recount(), "ev_charging_manager recount")

    async def _recount(self) -> None:
        while self._stale:
            self._stale = False
            try:
                await self.recount()
            except LedgerError as error:
                _LOGGER.warning("Sums could not be read anew and stay as they are until a restart: %s", error)


def _read(ledger: Ledger) -> tuple[list[MonthTotal], list[SessionRecord]]:
    return ledger.month_totals(), ledger.last_of_each()
