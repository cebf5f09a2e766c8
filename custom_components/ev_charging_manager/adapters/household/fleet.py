"""The household's chargers: started, stopped and reconfigured as their subentries change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import callback
from homeassistant.util.hass_dict import HassKey

from ... import const
from ...domain.household import Settings
from ..charger.charger import ChargerRuntime
from ..charger.context import ChargerContext
from ..charger.display import LiveDisplay
from ..charger.pipeline_inputs import PipelineInputs
from ..configuration import household_of, settings_of, subentries
from ..recording.retirement import Retirement
from .presence import Presence

# Shutdown jobs run in parallel and share 20 s with those of all integrations.
DRAIN_S = 6.0

# Kept over reloads of the entry.
_PRESENCE: HassKey[Presence] = HassKey(f"{const.DOMAIN}_presence")


class ChargerFleet:
    """Runs a pipeline for each charger that is not paused. `running` holds them by the id of the charger."""

    def __init__(self, entry: ConfigEntry[Any], context: ChargerContext, retirement: Retirement) -> None:
        """Start no charger yet."""
        self._entry = entry
        self._context = context
        self._retirement = retirement
        self._notices = context.notices
        self._clock = context.clock
        self._presence = context.hass.data.setdefault(_PRESENCE, Presence())
        self._displays: dict[str, LiveDisplay] = {}
        self._inputs: dict[str, PipelineInputs] = {}
        self._closed = False
        self.running: dict[str, ChargerRuntime] = {}

    @callback
    def display(self, charger_id: str) -> LiveDisplay:
        """Return the display of a charger. It outlives the pipeline, so that entities do not depend on restarts."""
        if charger_id not in self._displays:
            display = LiveDisplay(self._clock)
            display.listen_first(partial(self._context.outputs.happened, charger_id))
            self._displays[charger_id] = display
        return self._displays[charger_id]

    async def start(self) -> None:
        """Start all chargers side by side."""
        await asyncio.gather(*(self._run(*each) for each in self._settings()))

    async def follow(self) -> None:
        """Follow the edited subentries: start, stop, restart or reconfigure chargers."""
        for charger, settings in list(self._settings()):
            await self._follow(charger, settings)

    async def remove_deleted(self) -> None:
        """Stop the chargers that were deleted."""
        for charger_id in [known for known in self.running if known not in self._entry.subentries]:
            await self._halt(charger_id)
            self._displays.pop(charger_id, None)
            self._notices.entities_found(charger_id)

    async def restart(self, charger_id: str) -> None:
        """Restart a charger's pipeline from its last checkpoint."""
        await self._halt(charger_id)
        for charger, settings in self._settings():
            if charger.subentry_id == charger_id:
                await self._run(charger, settings)

    @callback
    def close(self) -> None:
        """Start no charger any more."""
        self._closed = True

    async def drain(self) -> None:
        """Drain all pipelines side by side."""
        await asyncio.gather(*(charger.stop(DRAIN_S) for charger in self.running.values()))

    @callback
    def end(self) -> None:
        """End the refreshes of all displays."""
        for display in self._displays.values():
            display.close()

    @callback
    def leave(self) -> None:
        """Note that the chargers are not observed any more."""
        for charger_id in self.running:
            self._presence.leave(charger_id, self._clock.process_s())

    def _settings(self) -> Iterator[tuple[ConfigSubentry, Settings]]:
        """Yield all chargers with their settings. Users and cards are read once: there may be hundreds of chargers."""
        household = household_of(self._entry)
        for charger in subentries(self._entry, const.SUBENTRY_CHARGER):
            yield charger, settings_of(self._context.hass, self._entry, charger, household)

    async def _follow(self, charger: ConfigSubentry, settings: Settings) -> None:
        running = self.running.get(charger.subentry_id)
        if running is None:
            await self._run(charger, settings)
        elif settings.charger.paused or running.inputs != PipelineInputs.of(charger):
            await self._halt(charger.subentry_id)
            await self._run(charger, settings)
        else:
            running.charger = charger
            self._retirement.remember(settings)
            running.configure(settings)

    async def _run(self, charger: ConfigSubentry, settings: Settings) -> None:
        charger_id = charger.subentry_id
        self._retirement.remember(settings)
        if self._closed:
            return
        if settings.charger.paused:
            self._presence.forget(charger_id)
            self._notices.entities_found(charger_id)
            return
        self._notices.started(charger_id)
        runtime = self._runtime(charger, settings)
        self._inputs[charger_id] = runtime.inputs
        self.running[charger_id] = runtime
        await runtime.start(self._entry)

    def _runtime(self, charger: ConfigSubentry, settings: Settings) -> ChargerRuntime:
        charger_id = charger.subentry_id
        return ChargerRuntime(
            self._context,
            charger,
            settings,
            self.display(charger_id),
            self._gave_up,
            restarted=self._presence.arrive(charger_id, self._clock.process_s()),
            moved=PipelineInputs.of(charger).moved(self._inputs.get(charger_id)),
        )

    async def _halt(self, charger_id: str) -> None:
        """Stop a charger; the others are not affected."""
        running = self.running.pop(charger_id, None)
        if running is not None:
            await running.stop(DRAIN_S)
            running.display.clear()
        self._notices.started(charger_id)

    @callback
    def _gave_up(self, charger_id: str) -> None:
        """Report a pipeline that gave up; the others are not affected."""
        self._presence.leave(charger_id, self._clock.process_s())
        self._notices.stopped(charger_id)
        # Otherwise the entities would show the last view as if recording went on.
        self.display(charger_id).clear()
