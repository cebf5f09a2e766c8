"""The plug entities of the household's cars: a car that plugs in as a session begins, and no other, is in it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
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
    """Matches cars that plug in with sessions that begin, and sends the matches to the chargers."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._entry = entry
        self._household = entry.runtime_data
        self._plugging = Plugging()
        self._cars: dict[str, str] = {}
        self._plugged: dict[str, bool] = {}
        self._sessions: dict[str, str] = {}
        self._entity_stops = ExitStack()
        self._stops = ExitStack()
        self._timer: asyncio.TimerHandle | None = None

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; return the callback that ends it."""
        self._follow()
        self._stops.callback(self._household.on_changed(self._follow))
        self._stops.callback(self._household.on_added(const.SUBENTRY_CHARGER, self._watch))
        return self._stop

    @callback
    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._entity_stops.close()
        self._stops.close()

    @callback
    def _follow(self) -> None:
        """Listen to the plug entities of the present cars under their present ids."""
        cars = self._cars_by_entity()
        if cars == self._cars:
            return
        self._cars = cars
        self._entity_stops.close()
        entity_ids = list(cars)
        self._entity_stops.callback(async_track_state_change_event(self._hass, entity_ids, self._changed))
        self._entity_stops.callback(async_track_entity_registry_updated_event(self._hass, entity_ids, self._renamed))
        for entity_id in cars:
            self._read(entity_id)

    def _cars_by_entity(self) -> dict[str, str]:
        registry = er.async_get(self._hass)
        return {
            er.async_resolve_entity_id(registry, reference) or reference: car.subentry_id
            for car in subentries(self._entry, const.SUBENTRY_VEHICLE)
            if (reference := car.data.get(const.CONF_PLUG_ENTITY))
        }

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        self._follow()

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        self._read(event.data["entity_id"])

    def _read(self, entity_id: str) -> None:
        """Read a car's plug.

        An unavailable plug keeps its last value: a car that fell asleep unplugged and wakes up plugged in counts as
        plugged in when it wakes up.
        """
        state = self._hass.states.get(entity_id)
        if state is None or (plugged := plug(state.state)) is None:
            return
        vehicle_id = self._cars[entity_id]
        was_plugged = self._plugged.get(vehicle_id)
        self._plugged[vehicle_id] = plugged
        if plugged and was_plugged is False:
            self._plugging = self._plugging.plug(Plugged(vehicle_id, self._household.clock.mono()))
            self._schedule()

    @callback
    def _watch(self, charger: ConfigSubentry) -> None:
        listener = partial(self._charger_changed, charger.subentry_id)
        self._stops.callback(self._household.display(charger.subentry_id).listen(listener))
        self._charger_changed(charger.subentry_id)

    @callback
    def _charger_changed(self, charger_id: str) -> None:
        """Note the beginning of a session."""
        progress = self._household.display(charger_id).progress
        if progress is None or progress.record is None or progress.started is None:
            return
        session_id = progress.record.session_id
        if self._sessions.get(charger_id) != session_id:
            self._sessions[charger_id] = session_id
            self._plugging = self._plugging.begin(Begun(charger_id, session_id, progress.started.mono))
            self._schedule()

    def _schedule(self) -> None:
        """Decide at the time that the next match is due."""
        if self._timer is not None:
            self._timer.cancel()
        due = self._plugging.due()
        clock = self._household.clock
        if due is not None:
            self._timer = self._hass.loop.call_later(max(0.0, (due - clock.mono()) / clock.rate), self._decide)

    @callback
    def _decide(self) -> None:
        self._plugging, pairs = self._plugging.decide(self._household.clock.mono())
        for pair in pairs:
            self._send(pair)
        self._schedule()

    def _send(self, pair: Pair, tries: int = TRIES) -> None:
        charger = self._household.chargers.get(pair.begun.charger_id)
        if charger is None:
            return
        message = CarPlugged(self._household.clock.now(), pair.begun.session_id, pair.plugged.vehicle_id)
        if not charger.send(message) and tries:
            # The queue is full. If the session ends before the next try, the message has no effect.
            retry = self._hass.loop.call_later(RETRY_S, self._send, pair, tries - 1)
            self._stops.callback(retry.cancel)
