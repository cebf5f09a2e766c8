"""The household in Home Assistant: its ledger, its chargers and its sums."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback

from ...domain.statistics.statistics import Statistics
from ...domain.statistics.sums import Scope
from ..charger.charger import ChargerRuntime
from ..charger.context import ChargerContext, Outputs
from ..charger.display import LiveDisplay
from ..clock import HouseClock, house_clock
from ..configuration import household_of
from ..listeners import Listeners
from ..notices import ChargerNotices
from ..recording.backup import join
from ..recording.ledger_thread import LedgerThread
from ..recording.outbox import EventOutbox
from ..recording.retirement import Retirement
from ..redaction import redactor
from .cascade import remove_orphans
from .devices import follow_devices
from .fleet import DRAIN_S, ChargerFleet
from .subentry_watch import SubentryListener, SubentryWatch
from .sums import Sums

LEDGER_FILE = "ev_charging_manager.db"
# Of a shutdown's 20 s, after `DRAIN_S` for the pipelines.
CLOSE_S = 1.0
# Only the user who unloads the entry waits for this.
UNLOAD_S = 10.0

type EvChargingConfigEntry = ConfigEntry[HouseholdRuntime]


class HouseholdRuntime:
    """Everything that runs for the config entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: EvChargingConfigEntry,
        ledger: LedgerThread,
        clock: HouseClock,
        sums: Sums,
        notices: ChargerNotices,
    ) -> None:
        """Use `open` instead."""
        self._hass = hass
        self._entry = entry
        self._notices = notices
        self._closed: asyncio.Future[None] | None = None
        self._changing = asyncio.Lock()
        self._change_listeners: Listeners[[]] = Listeners()
        self._subentry_watch = SubentryWatch(entry)
        self._device_ids: dict[str, str] = {}
        self.clock = clock
        self.ledger = ledger
        self.outbox = EventOutbox(hass, ledger, clock, self.device_id)
        self.sums = sums
        self._retirement = Retirement(entry, ledger, self.outbox, sums.recorded)
        self._fleet = ChargerFleet(entry, self._context(), self._retirement)

    @classmethod
    async def open(cls, hass: HomeAssistant, entry: EvChargingConfigEntry, notices: ChargerNotices) -> HouseholdRuntime:
        """Open the ledger and start all chargers. Raises LedgerError if the ledger cannot be opened."""
        zone = await hass.async_add_executor_job(ZoneInfo, hass.config.time_zone)
        clock = house_clock()
        ledger = await LedgerThread.open(ledger_path(hass), zone, lambda: clock.now().utc)
        household = cls(hass, entry, ledger, clock, Sums(hass, ledger, zone, clock), notices)
        try:
            await join(hass, ledger)
            clock.continue_from(await ledger.call(ledger.ledger.latest_checkpoint))
            await household._start()
        except BaseException:
            await household.close()
            raise
        return household

    @property
    def chargers(self) -> dict[str, ChargerRuntime]:
        """The running chargers by the id of their subentry."""
        return self._fleet.running

    @property
    def statistics(self) -> Statistics:
        """The household's sums."""
        return self.sums.statistics

    @property
    def currency(self) -> str:
        """Home Assistant's currency (ISO 4217)."""
        return str(self._hass.config.currency)

    @callback
    def display(self, charger_id: str) -> LiveDisplay:
        """Return the display of a charger, which outlives its pipeline."""
        return self._fleet.display(charger_id)

    @callback
    def device_id(self, subentry_id: str) -> str | None:
        """Return the id of the device of a charger or user."""
        return self._device_ids.get(subentry_id)

    @callback
    def on_added(self, subentry_type: str, listener: SubentryListener) -> CALLBACK_TYPE:
        """Call `listener` now with each subentry of a type, and later with each new one.

        Return the callback that ends it.
        """
        return self._subentry_watch.listen(subentry_type, listener)

    @callback
    def on_changed(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when the entry or a subentry was added, edited or removed, once the devices are up to date.

        Return the callback that ends it.
        """
        return self._change_listeners.add(listener)

    @callback
    def on_totals(self, scope: Scope, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when the sum of a scope may have changed; return the callback that ends it."""
        return self.sums.listen(scope, listener)

    async def changed(self) -> None:
        """Follow the edited entry and its subentries."""
        async with self._changing:
            if self._closed is None:
                await self._follow()

    async def restart(self, charger_id: str) -> None:
        """Restart a charger's pipeline from its last checkpoint."""
        async with self._changing:
            await self._fleet.restart(charger_id)

    async def close(self, patience_s: float = CLOSE_S) -> None:
        """Drain all pipelines side by side, then close the ledger. A second call waits for the first.

        `patience_s` applies twice on a slow disk: to the remaining writes and reads, and to the closing of the file.
        """
        if self._closed is not None:
            await asyncio.shield(self._closed)
            return
        self._closed = asyncio.get_running_loop().create_future()
        self._fleet.close()
        try:
            await asyncio.gather(self._changes_over(), self._fleet.drain())
            self._fleet.end()
            await self._end_ledger(patience_s)
        finally:
            self._fleet.leave()
            self._closed.set_result(None)

    async def close_on_final_write(self, _: Event) -> None:
        """Close at the final write of Home Assistant, unless the shutdown job has closed the household before."""
        await self.close()

    def _context(self) -> ChargerContext:
        return ChargerContext(
            hass=self._hass,
            ledger=self.ledger,
            clock=self.clock,
            outputs=Outputs(
                announced=self.outbox.announce,
                recorded=self.sums.recorded,
                shown=self.sums.shown,
                happened=self.sums.happened,
            ),
            notices=self._notices,
            redact=redactor(self._entry),
        )

    async def _start(self) -> None:
        self.sums.set_users(household_of(self._entry).users)
        await self.sums.begin()
        await self.outbox.load()
        remove_orphans(self._hass, self._entry)
        await self._retirement.start()
        self._subentry_watch.start()
        self._device_ids = follow_devices(self._hass, self._entry)
        await self._fleet.start()

    async def _follow(self) -> None:
        remove_orphans(self._hass, self._entry)
        await self._fleet.remove_deleted()
        await self._retirement.follow()
        await self._fleet.follow()
        self._device_ids = follow_devices(self._hass, self._entry)
        self.sums.set_users(household_of(self._entry).users)
        self._subentry_watch.notify()
        self._change_listeners.call()
        self.sums.notify_all()

    async def _changes_over(self) -> None:
        """Wait until an edit was followed: it may be stopping a charger, which still needs the ledger."""
        with suppress(TimeoutError):  # it may wait for a disk that hangs
            async with asyncio.timeout(DRAIN_S), self._changing:
                pass

    async def _end_ledger(self, patience_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self.outbox.close()
                await self.sums.close()
        await self.ledger.close(patience_s)


def ledger_path(hass: HomeAssistant) -> Path:
    """Return the path of the ledger's file."""
    return Path(hass.config.path(LEDGER_FILE))
