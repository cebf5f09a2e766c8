"""One charger inside Home Assistant: its pipeline, what feeds it, and what it shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ... import pipeline
from ...actors.ingestor import Ingestor
from ...domain.commits import Checkpoint, Commit
from ...domain.household import Role, Settings
from ...domain.messages import Announced, CarPlugged, ConfigurationChanged, DriverChosen, LiveView, Logged, Recorded
from ...ledger.errors import LedgerError
from ...runtime.context import Reporting
from ...runtime.health import PipelineHealth
from ...runtime.stage import Wiring
from ...runtime.supervisor import Supervisor
from ..clock import HouseClock, watch
from ..price.price_feed import PriceFeed
from ..recording.ledger_thread import LedgerThread
from ..redaction import Redact
from .display import LiveDisplay
from .feed import Feed
from .pipeline_inputs import Wires
from .resumption import resume
from .trace import describer

_LOGGER = logging.getLogger(__name__)
FIRST_VIEW_S = 1.0
CONFIGURATION_RETRY_S = 1.0
RESTORE_RETRY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """Where a charger's messages go that leave its chain."""

    announced: Callable[[Announced], None]
    recorded: Callable[[Recorded], None]
    shown: Callable[[LiveView, Settings], None]
    stopped: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What all chargers share."""

    hass: HomeAssistant
    ledger: LedgerThread
    clock: HouseClock
    exits: Exits
    redact: Redact


class ChargerRuntime:
    """Starts, feeds and stops the pipeline of one charger."""

    def __init__(
        self,
        house: House,
        charger: ConfigSubentry,
        settings: Settings,
        display: LiveDisplay,
        restarted: bool,
        moved: frozenset[Role] = frozenset(),
    ) -> None:
        """Build everything and start nothing.

        `restarted`: this process has not run this charger before. `moved`: roles that other entities had until now.
        """
        hass, clock = house.hass, house.clock
        self._hass = hass
        self._ledger = house.ledger
        self._clock = clock
        self._exits = house.exits
        self._redact = house.redact
        self.settings = settings
        self.charger = charger
        self.wires = Wires.of(charger)
        self._moved = moved
        self.display = display
        display.configure(settings)
        self.ingestor = Ingestor(settings, clock.now, hass.loop.call_soon, restarted)
        self.feed = Feed(hass, charger, self.ingestor, clock.mono)
        self.prices = PriceFeed(hass, self.ingestor, clock)
        self._supervisor = self._supervise(settings)
        self.ingestor.connect(self._supervisor)
        self._task: asyncio.Task[None] | None = None

    @property
    def charger_id(self) -> str:
        """The id of the charger: its subentry's."""
        return self.charger.subentry_id

    async def start(self, entry: ConfigEntry[Any]) -> None:
        """Go on from the last checkpoint. Returns once there is something to show."""
        self.feed.start()
        self.prices.follow(self.charger, self.settings)
        self._task = entry.async_create_background_task(
            self._hass, self._supervisor.run(), f"ev_charging_manager {self.settings.charger.name}"
        )
        await self.display.first_view(FIRST_VIEW_S)

    async def stop(self, deadline_s: float) -> bool:
        """Let everything through that was seen, and make it durable; False when the time did not suffice."""
        self.feed.stop()
        self.prices.stop()
        drained = await self._supervisor.drain(deadline_s)
        name = self.settings.charger.name
        if not drained and self._task is not None and self._task.cancelled():
            # As Home Assistant does when it stops in the middle of a set-up.
            _LOGGER.info("%s was cancelled while it drained; what is missing is found again from its counters", name)
        elif not drained:
            _LOGGER.warning("%s could not be drained within %s s", name, deadline_s)
        return drained

    @callback
    def configure(self, settings: Settings) -> None:
        """Take edited settings without a pause; the entities mapped are the same, but for the price's."""
        if settings != self.settings:
            self._take(settings)
        # After the settings: a price counts by the tariff in force.
        self.prices.follow(self.charger, settings)

    @callback
    def tell(self, message: DriverChosen | CarPlugged) -> bool:
        """Put into the chain what a person or a car says; False when there is no room, or nobody to hear it."""
        return self._supervisor.offer(message)

    def health(self) -> PipelineHealth:
        """How the pipeline fares."""
        return self._supervisor.health()

    def _take(self, settings: Settings) -> None:
        self.settings = settings
        self.ingestor.configure(settings)
        self.display.configure(settings)
        self._supervisor.checkpoint_every = settings.options.checkpoint_s
        self._send_settings()

    @callback
    def _send_settings(self) -> None:
        if self._supervisor.offer(ConfigurationChanged(self._clock.now(), self.settings)):
            return
        if self._task is not None and not self._task.done():
            # No room at this moment. The settings must not be lost, and the latest will do.
            self._hass.loop.call_later(CONFIGURATION_RETRY_S, self._send_settings)

    def _supervise(self, settings: Settings) -> Supervisor:
        return Supervisor(
            settings.charger.name,
            pipeline.stages(settings),
            self.ingestor,
            self._clock,
            self._wiring(),
            checkpoint_every=settings.options.checkpoint_s,
            restore=self._restore,
            on_stopped=lambda _: self._exits.stopped(self.charger_id),
            reporting=Reporting(redact=self._redact, describe=describer(self._redact), watch=watch),
        )

    def _wiring(self) -> Wiring:
        return Wiring(
            effects={Commit: self._ledger.commit},
            exits={
                LiveView: self._shown,
                Announced: self._exits.announced,
                Recorded: self._exits.recorded,
                Logged: partial(_log, self.settings.charger.name),
            },
        )

    async def _restore(self) -> dict[str, Any]:
        """The states of the last checkpoint, with the settings in force."""
        checkpoint = await self._checkpoint()
        # Once: a later checkpoint holds what the entities of today said.
        moved, self._moved = self._moved, frozenset()
        return pipeline.restored(checkpoint, self.settings, moved)

    async def _checkpoint(self) -> Checkpoint | None:
        """Where the pipeline stood; what else was running there is over, and on record.

        While the disk does not answer this waits, and what the charger says meanwhile is gathered.
        """
        ledger, said = self._ledger, False
        while True:
            try:
                checkpoint, disowned = await ledger.call(resume, ledger.ledger, self.charger_id, self.settings)
            except LedgerError as error:
                if not said:
                    _LOGGER.warning("%s waits for the ledger: %s", self.settings.charger.name, error)
                said = True
                await asyncio.sleep(RESTORE_RETRY_S)
                continue
            self._exits.recorded(disowned.recorded)
            for announced in disowned.announced:
                self._exits.announced(announced)
            return checkpoint

    @callback
    def _shown(self, view: LiveView) -> None:
        self._exits.shown(view, self.settings)
        self.display.show(view.progress)


def _log(name: str, logged: Logged) -> None:
    level = logging.WARNING if logged.level == "warning" else logging.INFO
    _LOGGER.log(level, "%s: %s", name, logged.text)
