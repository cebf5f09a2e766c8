"""One charger in Home Assistant: its pipeline, the pipeline's inputs and the live display."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import callback

from ... import pipeline
from ...actors.ingestor import Ingestor
from ...domain.commits import Checkpoint, Commit
from ...domain.household import Role, Settings
from ...domain.messages import Announced, CarPlugged, DriverChosen, LiveView, Logged, Recorded
from ...runtime.context import Reporting
from ...runtime.health import PipelineHealth
from ...runtime.stage import Wiring
from ...runtime.supervisor import Supervisor
from ..clock import watch
from ..price.price_feed import PriceFeed
from .context import ChargerContext
from .display import LiveDisplay
from .feed import Feed
from .pipeline_inputs import PipelineInputs
from .resumption import resume_patiently
from .trace import describer

_LOGGER = logging.getLogger(__name__)
FIRST_VIEW_S = 1.0
CONFIGURATION_RETRY_S = 1.0


class ChargerRuntime:
    """Starts, feeds and stops the pipeline of one charger."""

    def __init__(
        self,
        context: ChargerContext,
        charger: ConfigSubentry,
        settings: Settings,
        display: LiveDisplay,
        on_stopped: Callable[[str], None],
        *,
        restarted: bool,
        moved: frozenset[Role],
    ) -> None:
        """Build everything and start nothing.

        `on_stopped` receives the charger's id when the pipeline gives up. `restarted`: the charger was not observed
        before, or not for a while. `moved`: roles that had another entity until now.
        """
        hass, clock = context.hass, context.clock
        self._context = context
        self._hass = hass
        self._clock = clock
        self._redact = context.redact
        self.settings = settings
        # Those that the chain took last; a chain that starts over is restored with them.
        self._in_force = settings
        self.charger = charger
        self.inputs = PipelineInputs.of(charger)
        self._moved = moved
        self._on_stopped = on_stopped
        self.display = display
        display.configure(settings)
        self.ingestor = Ingestor(settings, clock.now, hass.loop.call_soon, restarted)
        self.feed = Feed(hass, charger, self.ingestor, clock.mono, context.notices)
        self.prices = PriceFeed(hass, self.ingestor, clock, context.notices)
        self._supervisor = self._supervise(settings)
        self.ingestor.connect(self._supervisor)
        self._task: asyncio.Task[None] | None = None

    @property
    def charger_id(self) -> str:
        """The id of the charger's subentry."""
        return self.charger.subentry_id

    async def start(self, entry: ConfigEntry[Any]) -> None:
        """Continue from the last checkpoint; return once there is something to show, or after `FIRST_VIEW_S`."""
        self.feed.start()
        self.prices.follow(self.charger, self.settings)
        self._task = entry.async_create_background_task(
            self._hass, self._supervisor.run(), f"ev_charging_manager {self.settings.charger.name}"
        )
        await self.display.first_view(FIRST_VIEW_S)

    async def stop(self, deadline_s: float) -> bool:
        """Process everything that was received and make it durable; return False if the deadline passed before."""
        self.feed.stop()
        self.prices.stop()
        drained = await self._supervisor.drain(deadline_s)
        if not drained:
            self._log_not_drained(deadline_s)
        return drained

    @callback
    def configure(self, settings: Settings) -> None:
        """Apply edited settings without a pause. Of the entities, only that of the price may differ."""
        if settings != self.settings:
            self._take(settings)
        # After the settings: a price counts by the tariff in force.
        self.prices.follow(self.charger, settings)

    @callback
    def send(self, message: DriverChosen | CarPlugged) -> bool:
        """Send a message into the pipeline; return False if its queue is full or the pipeline does not run."""
        return self._supervisor.offer(message)

    def health(self) -> PipelineHealth:
        """Return the state and the counters of the pipeline."""
        return self._supervisor.health()

    def _log_not_drained(self, deadline_s: float) -> None:
        name = self.settings.charger.name
        if self._task is not None and self._task.cancelled():
            # Home Assistant cancels the task if it stops in the middle of a set-up.
            _LOGGER.info("%s was cancelled while it drained; its counters show what is missing", name)
        else:
            _LOGGER.warning("%s could not be drained within %s s", name, deadline_s)

    def _take(self, settings: Settings) -> None:
        self.settings = settings
        self.display.configure(settings)
        self._supervisor.checkpoint_every = settings.options.checkpoint_s
        self._send_settings()

    @callback
    def _send_settings(self) -> None:
        if self.ingestor.configure(self.settings) or self._task is None:
            self._in_force = self.settings
        elif not self._task.done():
            # No room at this moment. The settings must not be lost, and the latest will do.
            self._hass.loop.call_later(CONFIGURATION_RETRY_S, self._send_settings)

    def _supervise(self, settings: Settings) -> Supervisor:
        return Supervisor(
            settings.charger.name,
            pipeline.stages(lambda: self._in_force),
            self.ingestor,
            self._clock,
            self._wiring(),
            checkpoint_every=settings.options.checkpoint_s,
            restore=self._restore,
            on_stopped=lambda _: self._on_stopped(self.charger_id),
            reporting=Reporting(redact=self._redact, describe=describer(self._redact), watch=watch),
        )

    def _wiring(self) -> Wiring:
        return Wiring(
            effects={Commit: self._context.ledger.commit},
            exits={
                LiveView: self._shown,
                Announced: self._context.outputs.announced,
                Recorded: self._context.outputs.recorded,
                Logged: partial(_log, self.settings.charger.name),
            },
        )

    async def _restore(self) -> dict[str, Any]:
        """Return the states of the last checkpoint, with the settings in force."""
        checkpoint = await self._checkpoint()
        # Only for the first checkpoint: later ones hold values of the present entities.
        moved = self._moved
        self._moved = frozenset()
        return pipeline.restored(checkpoint, self._in_force, moved)

    async def _checkpoint(self) -> Checkpoint | None:
        """Return the last checkpoint; record and announce the sessions that it does not continue.

        While the disk does not answer, this waits and the ingestor collects the charger's changes.
        """
        checkpoint, ended = await resume_patiently(self._context.ledger, self.charger_id, self.settings)
        self._context.outputs.recorded(ended.recorded)
        for announced in ended.announced:
            self._context.outputs.announced(announced)
        return checkpoint

    @callback
    def _shown(self, view: LiveView) -> None:
        self._context.outputs.shown(view, self.settings)
        self.display.show(view.progress)


def _log(name: str, logged: Logged) -> None:
    level = logging.WARNING if logged.level == "warning" else logging.INFO
    _LOGGER.log(level, "%s: %s", name, logged.text)
