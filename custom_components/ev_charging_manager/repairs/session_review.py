"""Repairs that count recorded sessions: they look again whenever one of these may have changed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from .. import const
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.commits import EventKind
from . import deviation_issue as deviation_issues, unknown_issue as unknown_issues

# Sessions grow old by themselves.
LOOK_AGAIN: Final = timedelta(hours=6)


class SessionReview:
    """Looks whenever a session was recorded, the household changed, and now and then."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._looking: asyncio.Task[None] | None = None
        self._wanted = False
        self._stops: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it."""
        household = self._entry.runtime_data
        self._stops += (
            household.on_changed(self._look),
            household.on_added(const.SUBENTRY_CHARGER, self._listen),
            async_track_time_interval(self._hass, self._look, LOOK_AGAIN, cancel_on_shutdown=True),
        )
        self._look()
        return self._stop

    @callback
    def _stop(self) -> None:
        for stop in self._stops:
            stop()

    @callback
    def _listen(self, charger: ConfigSubentry) -> None:
        self._stops.append(self._entry.runtime_data.outbox.listen(charger.subentry_id, self._heard))

    @callback
    def _heard(self, name: str, _: dict[str, Any]) -> None:
        if name == EventKind.COMPLETED:
            self._look()

    @callback
    def _look(self, _: datetime | None = None) -> None:
        self._wanted = True
        if self._looking is None or self._looking.done():
            self._looking = self._entry.async_create_background_task(
                self._hass, self._keep_looking(), "ev_charging_manager session review"
            )

    async def _keep_looking(self) -> None:
        while self._wanted:
            self._wanted = False
            await unknown_issues.review(self._hass, self._entry)
            await deviation_issues.review(self._hass, self._entry)
