"""The household's sums: read from the ledger once, then updated by recorded and running sessions."""

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
from ..listeners import Listeners
from ..recording.ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)
# Each refresh writes several states for each user who charges, and each state is a row in the recorder's database.
REFRESH_S = 30.0


class Sums:
    """Holds the statistics and notifies listeners.

    The share of a running session is added immediately when something happens at its charger, otherwise together with
    all others every `REFRESH_S`. So an event costs no more than the sums that it changes, and the sums that are shown
    always add up.
    """

    def __init__(self, hass: HomeAssistant, ledger: LedgerThread, zone: tzinfo, clock: HouseClock) -> None:
        """Start with empty sums; `begin` and `recount` read the ledger."""
        self._hass = hass
        self._ledger = ledger
        self._clock = clock
        self._cancel_refresh: CALLBACK_TYPE | None = None
        self._listeners: defaultdict[Scope, Listeners[[]]] = defaultdict(Listeners)
        # Running sessions by charger that are not in the sums yet, or not with their latest values.
        self._pending: dict[str, tuple[SessionRecord, Options]] = {}
        self._completed = 0
        self._recounting: asyncio.Task[None] | None = None
        self._stale = False
        self.statistics = Statistics(zone, str(hass.config.currency))

    async def begin(self) -> None:
        """Read the sums and last sessions without the months, because the set-up waits for this.

        `recount_soon` adds the months, which are many after some years.
        """
        ledger = self._ledger
        recorded, last = await ledger.call(_read_sums, ledger.ledger)
        self._load(recorded, last, by_month=False)

    async def recount(self) -> None:
        """Read all sums, by month too, and the last sessions, for example after recorded sessions were corrected."""
        ledger = self._ledger
        while True:
            completed = self._completed
            # One call, so that each session is in both answers or in none.
            recorded, last = await ledger.call(_read, ledger.ledger)
            # A session that was recorded meanwhile may be missing in the answer: read again.
            if completed == self._completed:
                break
        self._load(recorded, last, by_month=True)

    async def close(self) -> None:
        """End the refreshes, and wait for a running recount, which needs the ledger."""
        self._stop_refresh()
        if self._recounting is not None:
            await asyncio.wait([self._recounting])

    @callback
    def listen(self, scope: Scope, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when the sum of a scope may have changed; return the callback that ends it."""
        return self._listeners[scope].add(listener)

    @callback
    def notify_all(self) -> None:
        """Notify all listeners."""
        self._count(list(self._pending))
        self.statistics.changes()
        self._notify(list(self._listeners))

    @callback
    def happened(self, charger_id: str) -> None:
        """Add the latest values of a charger's running session, and notify the listeners of its sums."""
        self._count([charger_id])
        self._notify_changes()

    @callback
    def set_users(self, users: Mapping[str, User]) -> None:
        """Take the users of the household."""
        self.statistics.set_users(users)

    @callback
    def recorded(self, recorded: Recorded) -> None:
        """Add sessions that are durable."""
        self._completed += sum(record.outcome is Outcome.COMPLETED for record in recorded.records)
        self._count(record.charger_id for record in recorded.records)
        counted = [self.statistics.record(record) for record in recorded.records]
        if not all(counted):
            self.recount_soon()
        self._notify_changes()

    @callback
    def shown(self, view: LiveView, settings: Settings) -> None:
        """Take the latest values of a running session; the next refresh or a call of `happened` adds them."""
        record = view.progress.record
        if record is None:
            return
        pending = self._pending.get(record.charger_id)
        if pending is not None and pending[0].session_id != record.session_id:
            # The previous session stays in the sums with its last values until its record arrives.
            self.statistics.run(*pending)
        self._pending[record.charger_id] = record, settings.options
        if self._cancel_refresh is None:
            # All running sessions share one refresh: a sum is written once, however many chargers add to it.
            self._cancel_refresh = self._clock.call_later(max(REFRESH_S, settings.options.refresh_s), self._refresh)

    @callback
    def _refresh(self) -> None:
        self._count(list(self._pending))
        self._notify_changes()

    def _load(self, recorded: list[MonthTotal], last: list[SessionRecord], by_month: bool) -> None:
        # Pending values are older than the answer. Added afterwards, they would revive a session that it contains.
        self._count(list(self._pending))
        self.statistics.load(recorded, last, by_month)
        self.notify_all()

    def _count(self, charger_ids: Iterable[str]) -> None:
        """Add the pending values of these chargers' running sessions to the sums."""
        for charger_id in charger_ids:
            if pending := self._pending.pop(charger_id, None):
                self.statistics.run(*pending)
        if not self._pending:
            self._stop_refresh()

    def _notify_changes(self) -> None:
        changed = self.statistics.changes()
        if changed is None:
            self._notify(list(self._listeners))
        else:
            self._notify(changed)

    def _notify(self, scopes: Iterable[Scope]) -> None:
        for scope in scopes:
            if listeners := self._listeners.get(scope):
                listeners.call()

    def _stop_refresh(self) -> None:
        if self._cancel_refresh is not None:
            self._cancel_refresh()
            self._cancel_refresh = None

    @callback
    def recount_soon(self) -> None:
        """Recount in the background, because the sums differ from the ledger."""
        self._stale = True
        if self._recounting is None or self._recounting.done():
            self._recounting = self._hass.async_create_task(self._recount(), "ev_charging_manager recount")

    async def _recount(self) -> None:
        while self._stale:
            self._stale = False
            try:
                await self.recount()
            except LedgerError as error:
                _LOGGER.warning("Could not recount the sums; they stay unchanged until a restart: %s", error)


def _read_sums(ledger: Ledger) -> tuple[list[MonthTotal], list[SessionRecord]]:
    return ledger.totals(), ledger.last_of_each()


def _read(ledger: Ledger) -> tuple[list[MonthTotal], list[SessionRecord]]:
    return ledger.month_totals(), ledger.last_of_each()
