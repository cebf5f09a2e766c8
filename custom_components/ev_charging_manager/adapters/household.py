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
from ..domain.household import Settings
from ..domain.messages import LiveView, Recorded
from ..domain.records import Outcome, SessionRecord
from ..domain.statistics import Statistics
from .charger import ChargerRuntime, Exits, House
from .clock import HouseClock, house_clock
from .configuration import settings_of, subentries
from .devices import follow_devices
from .ledger_thread import LedgerThread
from .live import LiveDisplay
from .outbox import EventOutbox
from .redaction import redactor

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
        self, hass: HomeAssistant, entry: EvChargingConfigEntry, ledger: LedgerThread, clock: HouseClock
    ) -> None:
        """Use `open`."""
        self._hass = hass
        self._entry = entry
        self._closed: asyncio.Future[None] | None = None
        self._changing = asyncio.Lock()
        self._total_listeners: list[Callable[[], None]] = []
        self._added: dict[str, list[SubentryListener]] = {}
        self._known: set[str] = set()
        self._device_ids: dict[str, str] = {}
        self._displays: dict[str, LiveDisplay] = {}
        self.clock = clock
        self.ledger = ledger
        self.outbox = EventOutbox(hass, ledger, clock, self.device_id)
        self.statistics = Statistics()
        self.chargers: dict[str, ChargerRuntime] = {}
        self.last_sessions: dict[str, SessionRecord] = {}

    @classmethod
    async def open(cls, hass: HomeAssistant, entry: EvChargingConfigEntry) -> HouseholdRuntime:
        """Open the ledger, LedgerError when it cannot be, and start all chargers."""
        zone = await hass.async_add_executor_job(ZoneInfo, hass.config.time_zone)
        ledger = await LedgerThread.open(Path(hass.config.path(LEDGER_FILE)), zone)
        household = cls(hass, entry, ledger, house_clock())
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
            await self.outbox.close()
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

    @property
    def currency(self) -> str:
        """Home Assistant's currency."""
        return self._hass.config.currency

    @callback
    def display(self, charger_id: str) -> LiveDisplay:
        """What a charger shows. It outlives the pipeline, so that entities need not know of restarts."""
        if charger_id not in self._displays:
            self._displays[charger_id] = LiveDisplay(self._hass, self.clock)
            self._displays[charger_id].listen(self._tell_totals)
        return self._displays[charger_id]

    @callback
    def on_totals(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell `listener` whenever a sum may have changed."""
        self._total_listeners.append(listener)
        return lambda: self._total_listeners.remove(listener)

    async def _start(self) -> None:
        ledger = self.ledger
        self.statistics = Statistics(await ledger.call(ledger.ledger.month_totals))
        await self.outbox.start()
        self._known = set(self._entry.subentries)
        self._device_ids = follow_devices(self._hass, self._entry)
        await asyncio.gather(*(self._run(item) for item in subentries(self._entry, const.SUBENTRY_CHARGER)))

    async def _run(self, charger: ConfigSubentry) -> None:
        await self._read_last_session(charger.subentry_id)
        settings = settings_of(self._hass, self._entry, charger)
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
        ir.async_delete_issue(self._hass, const.DOMAIN, _stopped_issue(charger_id))

    async def _read_last_session(self, charger_id: str) -> None:
        ledger = self.ledger
        found = await ledger.call(ledger.ledger.last_sessions, charger_id=charger_id, limit=1)
        if found:
            self.last_sessions[charger_id] = found[0]

    def _house(self) -> House:
        exits = Exits(
            announced=self.outbox.announce,
            recorded=self._recorded,
            shown=self._shown,
            stopped=self._stopped,
        )
        return House(hass=self._hass, ledger=self.ledger, clock=self.clock, exits=exits, redact=redactor(self._entry))

    @callback
    def _recorded(self, recorded: Recorded) -> None:
        for record in recorded.records:
            self.statistics.record(record)
            if record.outcome is Outcome.COMPLETED:
                self.last_sessions[record.charger_id] = record
                self.display(record.charger_id).refresh()
        self._tell_totals()

    @callback
    def _shown(self, view: LiveView, settings: Settings) -> None:
        if view.progress.record is not None:
            self.statistics.run(view.progress.record, settings.options)

    @callback
    def _tell_totals(self) -> None:
        for listener in list(self._total_listeners):
            listener()

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
        chargers = {item.subentry_id: item for item in subentries(entry, const.SUBENTRY_CHARGER)}
        for charger_id in [known for known in self.chargers if known not in chargers]:
            await self._halt(charger_id)
        for charger in chargers.values():
            await self._follow_charger(charger)
        self._device_ids = follow_devices(self._hass, entry)
        self._announce_subentries(entry.subentries)
        self._tell_totals()

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
