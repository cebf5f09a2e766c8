"""The moments at which recorded sessions are reviewed for repairs."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from .. import const
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.commits import EventKind
from . import deviation, unknown

# Sessions leave the week that is reviewed although nothing happens.
INTERVAL: Final = timedelta(hours=6)


class SessionReview:
    """Reviews whenever a session was recorded or the household was edited, and every `INTERVAL`."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._task: asyncio.Task[None] | None = None
        self._due = False
        self._stops = ExitStack()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; return the callback that ends it."""
        household = self._entry.runtime_data
        self._stops.callback(household.on_changed(self._review))
        self._stops.callback(household.on_added(const.SUBENTRY_CHARGER, self._listen))
        self._stops.callback(async_track_time_interval(self._hass, self._review, INTERVAL, cancel_on_shutdown=True))
        self._review()
        return self._stops.close

    @callback
    def _listen(self, charger: ConfigSubentry) -> None:
        self._stops.callback(self._entry.runtime_data.outbox.listen(charger.subentry_id, self._event_fired))

    @callback
    def _event_fired(self, name: str, _: dict[str, Any]) -> None:
        if name == EventKind.COMPLETED:
            self._review()

    @callback
    def _review(self, _: datetime | None = None) -> None:
        """Review soon. Requests during a review lead to one more review."""
        self._due = True
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, self._run(), "ev_charging_manager session review"
            )

    async def _run(self) -> None:
        while self._due:
            self._due = False
            await unknown.review(self._hass, self._entry)
            await deviation.review(self._hass, self._entry)
