"""The household inside Home Assistant: its ledger, its chargers, its sums."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..domain.statistics import Statistics
from .cascade import remove_orphans
from .charger import ChargerRuntime, Exits, House
from .clock import HouseClock, house_clock
from .configuration import household_of, settings_of, subentries
from .devices import follow_devices
from .ledger_thread import LedgerThread
from .live import LiveDisplay
from .mapping import forget_missing
from .outbox import EventOutbox
from .redaction import redactor
from .retiring import Retirement
from .sums import Sums

_LOGGER = logging.getLogger(__name__)
LEDGER_FILE = "ev_charging_manager.db"
# Shutdown jobs run side by side and share 20 s with everyone else's.
DRAIN_S = 6.0

type EvChargingConfigEntry = ConfigEntry[HouseholdRuntime]
type SubentryListener = Callable[[ConfigSubentry], None]

# The chargers that this process has run: a reload of the entry is no restart of Home Assistant.
_SEEN = f"{const.DOMAIN}_chargers_seen"


class HouseholdRuntime:
    """All that runs for the config entry."""

    def __init__(
        self, hass: HomeAssistant, entry: EvChargingConfigEntry, ledger: LedgerThread, clock: HouseClock, sums: Sums
    ) -> None:
        """Use `open`."""
        self._hass = hass
        self._entry = entry
        self._closed: asyncio.Future[None] | None = None
        self._changing = asyncio.Lock()
        self._change_listeners: list[Callable[[], None]] = []
        self._added: dict[str, list[SubentryListener]] = {}
        self._known: set[str] = set()
        self._device_ids: dict[str, str] = {}
        self._displays: dict[str, LiveDisplay] = {}
        self.clock = clock
        self.ledger = ledger
        self.outbox = EventOutbox(hass, ledger, clock, self.device_id)
        self.sums = sums
        self._retirement = Retirement(entry, ledger, sums, self.outbox)
        self.chargers: dict[str, ChargerRuntime] = {}

    @classmethod
    async def open(cls, hass: HomeAssistant, entry: EvChargingConfigEntry) -> HouseholdRuntime:
        """Open the ledger, LedgerError when it cannot be, and start all chargers."""
        zone = await hass.async_add_executor_job(ZoneInfo, hass.config.time_zone)
        ledger = await LedgerThread.open(Path(hass.config.path(LEDGER_FILE)), zone)
        household = cls(hass, entry, ledger, house_clock(), Sums(hass, ledger, zone))
        try:
            await household._start()
        except BaseException:
            await household.close()
            raise
        return household

    async def close(self) -> None:
        """Drain all pipelines side by side, then close the ledger. A second call waits for the first."""
        if self._closed is not None:
            await asyncio.shield(self._closed)
            return
        self._closed = asyncio.get_running_loop().create_future()
        try:
            await asyncio.gather(*(charger.stop(DRAIN_S) for charger in self.chargers.values()))
            for display in self._displays.values():
                display.close()
            await self.outbox.close()
            await self.sums.close()
            await self.ledger.close()
        finally:
            self._closed.set_result(None)

    async def changed(self) -> None:
        """Follow the entry and its subentries: chargers come, go and change, everybody hears of edits."""
        async with self._changing:
            if self._closed is None:
                await self._follow()

    async def restart(self, charger_id: str) -> None:
        """Start a charger's pipeline again from its last checkpoint."""
        async with self._changing:
            charger = self._entry.subentries.get(charger_id)
            await self._halt(charger_id)
            if charger is not None and self._closed is None:
                await self._run(charger)

    @callback
    def on_added(self, subentry_type: str, listener: SubentryListener) -> CALLBACK_TYPE:
        """Tell `listener` of each subentry of a type: at once of those there are, later of those that come."""
        listeners = self._added.setdefault(subentry_type, [])
        listeners.append(listener)
        for subentry in subentries(self._entry, subentry_type):
            listener(subentry)
        return lambda: listeners.remove(listener)

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
            self._displays[charger_id] = LiveDisplay(self._hass, self.clock)
            self._displays[charger_id].listen(self.sums.tell)
        return self._displays[charger_id]

    @callback
    def on_totals(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell `listener` whenever a sum may have changed."""
        return self.sums.listen(listener)

    async def _start(self) -> None:
        self.sums.know(household_of(self._entry).users)
        await self.sums.recount()
        await self.outbox.load()
        remove_orphans(self._hass, self._entry)
        await self._retirement.start()
        self._known = set(self._entry.subentries)
        self._device_ids = follow_devices(self._hass, self._entry)
        await asyncio.gather(*(self._run(item) for item in subentries(self._entry, const.SUBENTRY_CHARGER)))

    async def _run(self, charger: ConfigSubentry) -> None:
        settings = settings_of(self._hass, self._entry, charger)
        self._retirement.know(settings)
        if settings.charger.paused:
            return
        seen: set[str] = self._hass.data.setdefault(_SEEN, set())
        restarted = charger.subentry_id not in seen
        seen.add(charger.subentry_id)
        display = self.display(charger.subentry_id)
        runtime = ChargerRuntime(self._house(), charger, settings, display, restarted)
        self.chargers[charger.subentry_id] = runtime
        await runtime.start(self._entry)

    async def _halt(self, charger_id: str) -> None:
        """Stop a charger; its neighbours never notice."""
        running = self.chargers.pop(charger_id, None)
        if running is not None:
            await running.stop(DRAIN_S)
            running.display.clear()
        ir.async_delete_issue(self._hass, const.DOMAIN, _stopped_issue(charger_id))

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
        charger = self._entry.subentries.get(charger_id)
        ir.async_create_issue(
            self._hass,
            const.DOMAIN,
            _stopped_issue(charger_id),
            data={"entry_id": self._entry.entry_id, "charger_id": charger_id},
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="pipeline_stopped",
            translation_placeholders={"charger": charger.title if charger else charger_id},
        )

    async def _follow(self) -> None:
        entry = self._entry
        remove_orphans(self._hass, entry)
        chargers = {item.subentry_id: item for item in subentries(entry, const.SUBENTRY_CHARGER)}
        for charger_id in [known for known in self.chargers if known not in chargers]:
            await self._halt(charger_id)
            self._displays.pop(charger_id, None)
            forget_missing(self._hass, charger_id)
        await self._retirement.follow()
        for charger in chargers.values():
            await self._follow_charger(charger)
        self._device_ids = follow_devices(self._hass, entry)
        self.sums.know(household_of(entry).users)
        self._announce_subentries(entry.subentries)
        for listener in list(self._change_listeners):
            listener()
        self.sums.tell()

    async def _follow_charger(self, charger: ConfigSubentry) -> None:
        settings = settings_of(self._hass, self._entry, charger)
        running = self.chargers.get(charger.subentry_id)
        if running is None:
            await self._run(charger)
        elif settings.charger.paused or _rewired(running.charger, charger):
            await self._halt(charger.subentry_id)
            await self._run(charger)
        else:
            running.charger = charger
            self._retirement.know(settings)
            running.configure(settings)

    def _announce_subentries(self, present: Mapping[str, ConfigSubentry]) -> None:
        added = [item for key, item in present.items() if key not in self._known]
        self._known = set(present)
        for subentry in added:
            for listener in self._added.get(subentry.subentry_type, ()):
                listener(subentry)


def _stopped_issue(charger_id: str) -> str:
    return f"pipeline_stopped_{charger_id}"


def _rewired(before: ConfigSubentry, after: ConfigSubentry) -> bool:
    """Whether anything changed that the feed and the accumulators were built with."""
    keys = (const.CONF_ENTITIES, const.CONF_PROFILE, const.CONF_CHARGING_WORDS, const.CONF_MAX_POWER_KW)
    return any(before.data.get(key) != after.data.get(key) for key in keys)
