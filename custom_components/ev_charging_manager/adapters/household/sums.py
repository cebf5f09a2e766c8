"""The household's sums as they are shown: read from the ledger once, then fed by what is recorded and what runs."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ...domain.household import Options, Settings, User
from ...domain.messages import LiveView, Recorded
from ...domain.records import Outcome, SessionRecord
from ...domain.statistics.statistics import Statistics
from ...domain.statistics.sums import Scope
from ...domain.statistics.totals import MonthTotal
from ...ledger.errors import LedgerError
from ...ledger.ledger import Ledger
from ..clock import HouseClock
from ..recording.ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)
# What was charged in months is not watched by the second. Each refresh writes some states for each who charges, and
# each of them is a row in the recorder's database.
REFRESH_S = 30.0


class Sums:
    """Holds the statistics and tells those who show them.

    What a running session has so far counts from when it is told: at once when something happens at its charger,
    otherwise with all others. So an act costs what its own sums cost, and the sums that are shown always add up.
    """

    def __init__(self, hass: HomeAssistant, ledger: LedgerThread, zone: tzinfo, clock: HouseClock) -> None:
        """Start with nothing; `recount` reads what the ledger holds."""
        self._hass = hass
        self._ledger = ledger
        self._clock = clock
        self._call_off: CALLBACK_TYPE | None = None
        self._listeners: defaultdict[Scope, list[Callable[[], None]]] = defaultdict(list)
        self._untold: dict[str, tuple[SessionRecord, Options]] = {}
        self._records = 0
        self._recounting: asyncio.Task[None] | None = None
        self._stale = False
        self.statistics = Statistics(zone, str(hass.config.currency))

    async def begin(self) -> None:
        """Read all sums and last sessions, without the months: people wait for what is set up.

        `recount_soon` brings the months, which are many after some years.
        """
        ledger = self._ledger
        recorded, last = await ledger.call(_read_sums, ledger.ledger)
        self._load(recorded, last, by_month=False)

    async def recount(self) -> None:
        """Read all sums and last sessions anew: by month, and after recorded sessions were corrected."""
        ledger = self._ledger
        while True:
            counted = self._records
            # One call, so that no session is in one answer and not in the other.
            recorded, last = await ledger.call(_read, ledger.ledger)
            # What was recorded meanwhile need not be in the answer: it may have been read before, and be told after it.
            if counted == self._records:
                break
        self._load(recorded, last, by_month=True)

    async def close(self) -> None:
        """Let a recount end before the ledger closes, and tell nothing more."""
        self._hush()
        if self._recounting is not None:
            await asyncio.wait([self._recounting])

    @callback
    def listen(self, scope: Scope, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell `listener` whenever the sum of a scope may have changed; returns what ends it."""
        listeners = self._listeners[scope]
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def tell(self) -> None:
        """Tell everybody to look."""
        self._count(list(self._untold))
        self.statistics.changes()
        self._tell(list(self._listeners))

    @callback
    def happened(self, charger_id: str) -> None:
        """Tell at once what a charger's running session has so far, to those whose sums it is in."""
        self._count([charger_id])
        self._tell_changes()

    @callback
    def know(self, users: Mapping[str, User]) -> None:
        """Take who belongs to the household."""
        self.statistics.know(users)

    @callback
    def recorded(self, recorded: Recorded) -> None:
        """Take sessions that are durable."""
        self._records += sum(record.outcome is Outcome.COMPLETED for record in recorded.records)
        self._count(record.charger_id for record in recorded.records)
        counted = [self.statistics.record(record) for record in recorded.records]
        if not all(counted):
            self.recount_soon()
        self._tell_changes()

    @callback
    def shown(self, view: LiveView, settings: Settings) -> None:
        """Take a running session as it stands. When something happens, its charger's display says so."""
        record = view.progress.record
        if record is None:
            return
        untold = self._untold.get(record.charger_id)
        if untold is not None and untold[0].session_id != record.session_id:
            # The one before stays in the sums with all it had until its record arrives.
            self.statistics.run(*untold)
        self._untold[record.charger_id] = record, settings.options
        if self._call_off is None:
            # All running sessions share one refresh: a sum is written once, however many chargers add to it.
            self._call_off = self._clock.call_later(max(REFRESH_S, settings.options.refresh_s), self._refresh)

    @callback
    def _refresh(self) -> None:
        self._count(list(self._untold))
        self._tell_changes()

    def _load(self, recorded: list[MonthTotal], last: list[SessionRecord], by_month: bool) -> None:
        # What is untold is older than the answer: counted afterwards, a session that is in the answer would run again.
        self._count(list(self._untold))
        self.statistics.load(recorded, last, by_month)
        self.tell()

    def _count(self, charger_ids: Iterable[str]) -> None:
        """Take into the sums what these chargers' running sessions have so far."""
        for charger_id in charger_ids:
            if untold := self._untold.pop(charger_id, None):
                self.statistics.run(*untold)
        if not self._untold:
            self._hush()

    def _tell_changes(self) -> None:
        changed = self.statistics.changes()
        self._tell(list(self._listeners) if changed is None else changed)

    def _tell(self, scopes: Iterable[Scope]) -> None:
        for scope in scopes:
            for listener in list(self._listeners.get(scope, ())):
                listener()

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
