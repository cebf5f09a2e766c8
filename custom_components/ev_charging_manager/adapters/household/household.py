"""The household inside Home Assistant: its ledger, its chargers, its sums."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ... import const
from ...domain.household import Settings
from ...domain.statistics.statistics import Statistics
from ...domain.statistics.sums import Scope
from ..charger.charger import ChargerRuntime, Exits, House
from ..charger.display import LiveDisplay
from ..charger.mapping import forget_missing
from ..charger.pipeline_inputs import Wires
from ..clock import HouseClock, house_clock
from ..configuration import household_of, settings_of, subentries
from ..notices import ChargerNotices
from ..recording.backup import join
from ..recording.ledger_thread import LedgerThread
from ..recording.outbox import EventOutbox
from ..recording.retirement import Retirement
from ..redaction import redactor
from .cascade import remove_orphans
from .devices import follow_devices
from .presence import Presence
from .subentry_watch import Arrivals, SubentryListener
from .sums import Sums

_LOGGER = logging.getLogger(__name__)
LEDGER_FILE = "ev_charging_manager.db"
# Shutdown jobs run side by side and share 20 s with everyone else's.
DRAIN_S = 6.0
CLOSE_S = 1.0
# Nobody waits at an unload but the one who asked for it.
UNLOAD_S = 10.0

type EvChargingConfigEntry = ConfigEntry[HouseholdRuntime]

# Kept over reloads of the entry.
_PRESENCE: HassKey[Presence] = HassKey(f"{const.DOMAIN}_presence")


class HouseholdRuntime:
    """All that runs for the config entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: EvChargingConfigEntry,
        ledger: LedgerThread,
        clock: HouseClock,
        sums: Sums,
        notices: ChargerNotices,
    ) -> None:
        """Use `open`."""
        self._hass = hass
        self._notices = notices
        self._entry = entry
        self._closed: asyncio.Future[None] | None = None
        self._changing = asyncio.Lock()
        self._change_listeners: list[Callable[[], None]] = []
        self._arrivals = Arrivals(entry)
        self._presence = hass.data.setdefault(_PRESENCE, Presence())
        self._device_ids: dict[str, str] = {}
        self._displays: dict[str, LiveDisplay] = {}
        self._wires: dict[str, Wires] = {}
        self.clock = clock
        self.ledger = ledger
        self.outbox = EventOutbox(hass, ledger, clock, self.device_id)
        self.sums = sums
        self._retirement = Retirement(entry, ledger, self.outbox, sums.recorded)
        self.chargers: dict[str, ChargerRuntime] = {}

    @classmethod
    async def open(cls, hass: HomeAssistant, entry: EvChargingConfigEntry, notices: ChargerNotices) -> HouseholdRuntime:
        """Open the ledger, LedgerError when it cannot be, and start all chargers."""
        zone = await hass.async_add_executor_job(ZoneInfo, hass.config.time_zone)
        clock = house_clock()
        ledger = await LedgerThread.open(ledger_path(hass), zone, lambda: clock.now().utc)
        household = cls(hass, entry, ledger, clock, Sums(hass, ledger, zone, clock), notices)
        try:
            await join(hass, ledger)
            clock.go_on(await ledger.call(ledger.ledger.latest_checkpoint))
            await household._start()
        except BaseException:
            await household.close()
            raise
        return household

    async def close(self, patience_s: float = CLOSE_S) -> None:
        """Drain all pipelines side by side, then close the ledger. A second call waits for the first.

        `patience_s` is for a disk that is slow: as long for what is still to be marked or read, and for closing.
        """
        if self._closed is not None:
            await asyncio.shield(self._closed)
            return
        self._closed = asyncio.get_running_loop().create_future()
        try:
            await asyncio.gather(self._changes_over(), *(charger.stop(DRAIN_S) for charger in self.chargers.values()))
            for display in self._displays.values():
                display.close()
            await self._end_ledger(patience_s)
        finally:
            for charger_id in self.chargers:
                self._presence.leave(charger_id, self.clock.process_s())
            self._closed.set_result(None)

    async def closed_at_the_latest(self, _: Event) -> None:
        """Close, if nobody has."""
        await self.close()

    async def changed(self) -> None:
        """Follow the entry and its subentries: chargers come, go and change, everybody hears of edits."""
        async with self._changing:
            if self._closed is None:
                await self._follow()

    async def restart(self, charger_id: str) -> None:
        """Start a charger's pipeline again from its last checkpoint."""
        async with self._changing:
            await self._halt(charger_id)
            for charger, settings in self._settings():
                if charger.subentry_id == charger_id and self._closed is None:
                    await self._run(charger, settings)

    @callback
    def on_added(self, subentry_type: str, listener: SubentryListener) -> CALLBACK_TYPE:
        """Tell `listener` of each subentry of a type: at once of those there are, later of those that come."""
        return self._arrivals.listen(subentry_type, listener)

    @callback
    def device_id(self, subentry_id: str) -> str | None:
        """The device of a charger or user."""
        return self._device_ids.get(subentry_id)

    @callback
    def on_changed(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell `listener` whenever the entry or a subentry was added, edited or removed; devices have followed then."""
        self._change_listeners.append(listener)
        return lambda: self._change_listeners.remove(listener)

    @property
    def statistics(self) -> Statistics:
        """The household's sums."""
        return self.sums.statistics

    @property
    def currency(self) -> str:
        """Home Assistant's currency."""
        return str(self._hass.config.currency)

    @callback
    def display(self, charger_id: str) -> LiveDisplay:
        """What a charger shows. It outlives the pipeline, so that entities need not know of restarts."""
        if charger_id not in self._displays:
            self._displays[charger_id] = LiveDisplay(self.clock)
            self._displays[charger_id].witness(partial(self.sums.happened, charger_id))
        return self._displays[charger_id]

    @callback
    def on_totals(self, scope: Scope, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell `listener` whenever the sum of a scope may have changed."""
        return self.sums.listen(scope, listener)

    async def _end_ledger(self, patience_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self.outbox.close()
                await self.sums.close()
        await self.ledger.close(patience_s)

    async def _changes_over(self) -> None:
        """Wait for the edit that is being followed: a charger that it stops is not among ours, and needs the ledger."""
        with suppress(TimeoutError):  # it may wait for a disk that hangs
            async with asyncio.timeout(DRAIN_S), self._changing:
                pass

    async def _start(self) -> None:
        self.sums.know(household_of(self._entry).users)
        await self.sums.begin()
        await self.outbox.load()
        remove_orphans(self._hass, self._entry)
        await self._retirement.start()
        self._arrivals.begin()
        self._device_ids = follow_devices(self._hass, self._entry)
        await asyncio.gather(*(self._run(*each) for each in self._settings()))

    def _settings(self) -> Iterator[tuple[ConfigSubentry, Settings]]:
        """All chargers, and what each has to know. People and cards are read once: chargers can be hundreds."""
        entry, household = self._entry, household_of(self._entry)
        for charger in subentries(entry, const.SUBENTRY_CHARGER):
            yield charger, settings_of(self._hass, entry, charger, household)

    async def _run(self, charger: ConfigSubentry, settings: Settings) -> None:
        self._retirement.know(settings)
        if self._closed is not None:
            return
        if settings.charger.paused:
            self._presence.forget(charger.subentry_id)
            forget_missing(self._hass, charger.subentry_id)
            return
        self._notices.started(charger.subentry_id)
        restarted = self._presence.arrive(charger.subentry_id, self.clock.process_s())
        display = self.display(charger.subentry_id)
        moved = Wires.of(charger).moved(self._wires.get(charger.subentry_id))
        runtime = ChargerRuntime(self._house(), charger, settings, display, restarted, moved)
        self._wires[charger.subentry_id] = runtime.wires
        self.chargers[charger.subentry_id] = runtime
        await runtime.start(self._entry)

    async def _halt(self, charger_id: str) -> None:
        """Stop a charger; its neighbours never notice."""
        running = self.chargers.pop(charger_id, None)
        if running is not None:
            await running.stop(DRAIN_S)
            running.display.clear()
        self._notices.started(charger_id)

    def _house(self) -> House:
        exits = Exits(
            announced=self.outbox.announce,
            recorded=self.sums.recorded,
            shown=self.sums.shown,
            stopped=self._stopped,
        )
        return House(hass=self._hass, ledger=self.ledger, clock=self.clock, exits=exits, redact=redactor(self._entry))

    @callback
    def _stopped(self, charger_id: str) -> None:
        """A pipeline gave up. Its neighbours go on; somebody has to know."""
        self._presence.leave(charger_id, self.clock.process_s())
        self._notices.stopped(charger_id)
        # What it said last would stand there as if it went on.
        self.display(charger_id).clear()

    async def _follow(self) -> None:
        entry = self._entry
        remove_orphans(self._hass, entry)
        for charger_id in [known for known in self.chargers if known not in entry.subentries]:
            await self._halt(charger_id)
            self._displays.pop(charger_id, None)
            forget_missing(self._hass, charger_id)
        await self._retirement.follow()
        for charger, settings in list(self._settings()):
            await self._follow_charger(charger, settings)
        self._device_ids = follow_devices(self._hass, entry)
        self.sums.know(household_of(entry).users)
        self._arrivals.look()
        for listener in list(self._change_listeners):
            listener()
        self.sums.tell()

    async def _follow_charger(self, charger: ConfigSubentry, settings: Settings) -> None:
        running = self.chargers.get(charger.subentry_id)
        if running is None:
            await self._run(charger, settings)
        elif settings.charger.paused or running.wires != Wires.of(charger):
            await self._halt(charger.subentry_id)
            await self._run(charger, settings)
        else:
            running.charger = charger
            self._retirement.know(settings)
            running.configure(settings)


def ledger_path(hass: HomeAssistant) -> Path:
    """The ledger's file."""
    return Path(hass.config.path(LEDGER_FILE))
