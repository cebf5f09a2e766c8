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
from .clock import HouseClock
from .ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)
# What was charged in months is not watched by the second, and a sum is read by a dozen sensors.
REFRESH_S = 10.0


class Sums:
    """Holds the statistics and tells those who show them."""

    def __init__(self, hass: HomeAssistant, ledger: LedgerThread, zone: tzinfo, clock: HouseClock) -> None:
        """Start with nothing; `recount` reads what the ledger holds."""
        self._hass = hass
        self._ledger = ledger
        self._clock = clock
        self._call_off: CALLBACK_TYPE | None = None
        self._listeners: list[Callable[[], None]] = []
        self._recounting: asyncio.Task[None] | None = None
        self._stale = False
        self.statistics = Statistics(zone, str(hass.config.currency))

    async def begin(self) -> None:
        """Read all sums and last sessions, without the months: people wait for what is set up.

        `recount_soon` brings the months, which are many after some years.
        """
        ledger = self._ledger
        recorded, last = await ledger.call(_read_sums, ledger.ledger)
        self.statistics.load(recorded, last, by_month=False)
        self.tell()

    async def recount(self) -> None:
        """Read all sums and last sessions anew: by month, and after recorded sessions were corrected."""
        ledger = self._ledger
        # One call, so that no session is in one answer and not in the other.
        recorded, last = await ledger.call(_read, ledger.ledger)
        self.statistics.load(recorded, last)
        self.tell()

    async def close(self) -> None:
        """Let a recount end before the ledger closes, and tell nothing more."""
        self._hush()
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
        self._hush()
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
            self.recount_soon()
        self.tell()

    @callback
    def shown(self, view: LiveView, settings: Settings) -> None:
        """Take a running session as it stands. When something happens, its charger's display says so."""
        if view.progress.record is None:
            return
        self.statistics.run(view.progress.record, settings.options)
        if self._call_off is None:
            # All running sessions share one refresh: a sum is written once, however many chargers add to it.
            self._call_off = self._clock.call_later(max(REFRESH_S, settings.options.refresh_s), self.tell)

    def _hush(self) -> None:
        if self._call_off is not None:
            self._call_off()
            self._call_off = None

    @callback
    def recount_soon(self) -> None:
        """Read all sums anew, without waiting: what the ledger holds is not what was counted."""
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


def _read_sums(ledger: Ledger) -> tuple[list[MonthTotal], list[SessionRecord]]:
    return ledger.totals(), ledger.last_of_each()


def _read(ledger: Ledger) -> tuple[list[MonthTotal], list[SessionRecord]]:
    return ledger.month_totals(), ledger.last_of_each()
