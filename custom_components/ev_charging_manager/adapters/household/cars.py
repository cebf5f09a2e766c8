"""The household's cars: whose own plug entity turns on when a session begins, and nobody else's, is in it."""

from __future__ import annotations

import asyncio
from functools import partial

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event

from ... import const
from ...domain.identity.car_match import Begun, Pair, Plugged, Plugging
from ...domain.messages import CarPlugged
from ..configuration import subentries
from ..state_parsers import plug
from .household import EvChargingConfigEntry

RETRY_S = 1.0
TRIES = 60


class CarWatch:
    """Listens to the cars' plugs and to the sessions that begin, and tells a charger which car it must be."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._household = entry.runtime_data
        self._plugging = Plugging()
        self._cars: dict[str, str] = {}
        self._plugged: dict[str, bool] = {}
        self._sessions: dict[str, str] = {}
        self._entities: list[CALLBACK_TYPE] = []
        self._stops: list[CALLBACK_TYPE] = []
        self._timer: asyncio.TimerHandle | None = None

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it."""
        self._follow()
        self._stops += (
            self._household.on_changed(self._follow),
            self._household.on_added(const.SUBENTRY_CHARGER, self._watch),
        )
        return self._stop

    @callback
    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for stop in (*self._entities, *self._stops):
            stop()

    @callback
    def _follow(self) -> None:
        """Listen to the entities of the cars there are, by the names they have at present."""
        registry = er.async_get(self._hass)
        cars = {
            er.async_resolve_entity_id(registry, reference) or reference: car.subentry_id
            for car in subentries(self._entry, const.SUBENTRY_VEHICLE)
            if (reference := car.data.get(const.CONF_PLUG_ENTITY))
        }
        if cars == self._cars:
            return
        self._cars = cars
        while self._entities:
            self._entities.pop()()
        self._entities += (
            async_track_state_change_event(self._hass, list(cars), self._changed),
            async_track_entity_registry_updated_event(self._hass, list(cars), self._renamed),
        )
        for entity_id in cars:
            self._take(entity_id)

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        self._follow()

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        self._take(event.data["entity_id"])

    def _take(self, entity_id: str) -> None:
        """What a car says. One that slept and wakes up plugged in was unplugged when it fell asleep."""
        state, vehicle_id = self._hass.states.get(entity_id), self._cars[entity_id]
        plugged = None if state is None else plug(state.state)
        if plugged is None:
            return
        was, self._plugged[vehicle_id] = self._plugged.get(vehicle_id), plugged
        if plugged and was is False:
            self._plugging = self._plugging.plug(Plugged(vehicle_id, self._household.clock.mono()))
            self._plan()

    @callback
    def _watch(self, charger: ConfigSubentry) -> None:
        listener = partial(self._look, charger.subentry_id)
        self._stops.append(self._household.display(charger.subentry_id).listen(listener))
        self._look(charger.subentry_id)

    @callback
    def _look(self, charger_id: str) -> None:
        progress = self._household.display(charger_id).progress
        if progress is None or progress.record is None or progress.started is None:
            return
        session_id = progress.record.session_id
        if self._sessions.get(charger_id) != session_id:
            self._sessions[charger_id] = session_id
            self._plugging = self._plugging.begin(Begun(charger_id, session_id, progress.started.mono))
            self._plan()

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due, clock = self._plugging.due(), self._household.clock
        if due is not None:
            self._timer = self._hass.loop.call_later(max(0.0, (due - clock.mono()) / clock.rate), self._decide)

    @callback
    def _decide(self) -> None:
        self._plugging, pairs = self._plugging.decide(self._household.clock.mono())
        for pair in pairs:
            self._tell(pair)
        self._plan()

    def _tell(self, pair: Pair, tries: int = TRIES) -> None:
        charger = self._household.chargers.get(pair.begun.charger_id)
        if charger is None:
            return
        message = CarPlugged(self._household.clock.now(), pair.begun.session_id, pair.plugged.vehicle_id)
        if not charger.tell(message) and tries:
            # No room at this moment; a session that is over by then ignores it.
            again = self._hass.loop.call_later(RETRY_S, self._tell, pair, tries - 1)
            self._stops.append(again.cancel)
