"""State changes of a charger's entities, into its ingestor.

This is the hot path: a charger may change state hundreds of times a second, and each costs what is written in
`_sampled`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    EVENT_STATE_CHANGED,
    STATE_UNAVAILABLE,
)
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event

from ... import const
from ...actors.ingestor import Ingestor
from ...domain.card import UNAVAILABLE
from ...domain.household import Role
from ..configuration import profile_of
from ..state_parsers import ENERGY_FACTORS, POWER_FACTORS, card_reader, is_missing, lock_reader, plug, status_reader
from .mapping import mapped, tell_missing

type StateListener = Callable[[Event[EventStateChangedData]], None]


class Feed:
    """Listens to one charger's entities, by whatever names they have at present."""

    def __init__(
        self, hass: HomeAssistant, charger: ConfigSubentry, ingestor: Ingestor, mono: Callable[[], float]
    ) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._charger = charger
        self._ingestor = ingestor
        self._mono = mono
        self._stops: list[CALLBACK_TYPE] = []
        self.entity_ids: dict[Role, str] = {}

    @callback
    def start(self) -> None:
        """Take the states as they are, and listen to their changes."""
        mapping = mapped(self._hass, self._charger)
        tell_missing(self._hass, self._charger, mapping.missing)
        self.entity_ids = mapping.entity_ids
        for role, entity_id in self.entity_ids.items():
            self._listen(role, entity_id)
        self._stops.append(
            async_track_entity_registry_updated_event(self._hass, list(self.entity_ids.values()), self._renamed)
        )
        if mapping.missing:
            self._stops.append(self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._appeared))

    @callback
    def stop(self) -> None:
        """Listen to nothing any more."""
        while self._stops:
            self._stops.pop()()

    def _listen(self, role: Role, entity_id: str) -> None:
        listener = self._listener(role)
        state = self._hass.states.get(entity_id)
        # As a change from nothing.
        listener(Event(EVENT_STATE_CHANGED, {"entity_id": entity_id, "old_state": None, "new_state": state}))
        self._stops.append(async_track_state_change_event(self._hass, entity_id, listener))

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow an entity to its new name. What it says at that moment is taken as any other state."""
        if event.data["action"] == "update" and "entity_id" in event.data["changes"]:
            self.stop()
            self.start()

    @callback
    def _appeared(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """An entity that is gone may have come back."""
        if event.data["action"] == "create":
            self.stop()
            self.start()

    def _listener(self, role: Role) -> StateListener:
        ingestor = self._ingestor
        match role:
            case Role.SESSION_ENERGY:
                return self._sampled(role, ENERGY_FACTORS, ingestor.session_energy, whole=True)
            case Role.TOTAL_ENERGY:
                return self._sampled(role, ENERGY_FACTORS, ingestor.total_energy, whole=True)
            case Role.POWER:
                return self._sampled(role, POWER_FACTORS, ingestor.power, whole=False)
            case _:
                return _discrete(self._taker(role))

    def _sampled(
        self, role: Role, factors: Mapping[str | None, float], fold: Callable[[Any, float], object], whole: bool
    ) -> StateListener:
        """A listener for a number. The common case is first, and has no call and no branch that it could do without."""
        mono, ingestor = self._mono, self._ingestor
        known = False
        # Core keeps the object while the attributes are the same: the unit is looked up when there is another one.
        attributes: Mapping[str, Any] | None = None
        factor = 1.0

        def odd(state: State | None) -> None:
            nonlocal known
            if state is None or is_missing(state.state):
                known = False
                ingestor.available(role, False)
            else:
                ingestor.unreadable_sample()

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            nonlocal attributes, factor, known
            state = event.data["new_state"]
            try:
                value = float(state.state)  # type: ignore[union-attr]
                if state.attributes is not attributes:  # type: ignore[union-attr]
                    factor = factors[state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)]  # type: ignore[union-attr]
                    attributes = state.attributes  # type: ignore[union-attr]
                value *= factor
                if whole:
                    value = round(value)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
                # A unit may be anything, even a list. What is not a number, or infinite, perhaps only in the smaller
                # unit, cannot be rounded; as power, it is no power that can be.
                odd(state)
                return
            fold(value, mono())
            if not known:
                known = True
                ingestor.available(role, True)

        return changed

    def _taker(self, role: Role) -> Callable[[State | None], None]:
        ingestor, profile = self._ingestor, profile_of(self._charger)
        match role:
            case Role.STATUS:
                read_status = status_reader(profile, self._charger.data.get(const.CONF_CHARGING_WORDS) or ())
                return lambda state: ingestor.status(None if state is None else read_status(state.state))
            case Role.PLUG:
                return lambda state: ingestor.plug(None if state is None else plug(state.state))
            case Role.LOCK:
                return self._lock_taker()
            case Role.CARD:
                read_card = card_reader(profile, self._charger.subentry_id)
                return lambda state: ingestor.card(UNAVAILABLE if state is None else read_card(state.state))
            case _:
                return lambda state: None

    def _lock_taker(self) -> Callable[[State | None], None]:
        profile, ingestor = profile_of(self._charger), self._ingestor
        readers = {inverted: lock_reader(profile, inverted) for inverted in (False, True)}

        def take(state: State | None) -> None:
            if state is None or state.state == STATE_UNAVAILABLE:
                ingestor.lock(None)
                return
            inverted = state.attributes.get(ATTR_DEVICE_CLASS) == BinarySensorDeviceClass.LOCK
            ingestor.lock(readers[inverted](state.state))

        return take


def _discrete(take: Callable[[State | None], Any]) -> StateListener:
    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        take(event.data["new_state"])

    return changed
