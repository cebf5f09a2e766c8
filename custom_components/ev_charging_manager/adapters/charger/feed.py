"""The feed of one charger: from the state changes of its entities into its ingestor.

This is the hot path: a charger may change state hundreds of times a second. Each change costs what is written in
`_sampled` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event

from ...actors.ingestor import Ingestor
from ...domain.household import Role
from ..notices import ChargerNotices
from ..state_parsers import ENERGY_FACTORS, POWER_FACTORS, is_missing
from .discrete_signals import StateListener, discrete_listener
from .mapping import entity_mapping


class Feed:
    """Listens to one charger's entities and follows them when they are renamed."""

    def __init__(
        self,
        hass: HomeAssistant,
        charger: ConfigSubentry,
        ingestor: Ingestor,
        mono: Callable[[], float],
        notices: ChargerNotices,
    ) -> None:
        """Prepare; `start` begins to listen. `mono` returns the monotonic seconds of the house clock."""
        self._hass = hass
        self._charger = charger
        self._ingestor = ingestor
        self._mono = mono
        self._notices = notices
        self._stops = ExitStack()
        self.entity_ids: dict[Role, str] = {}

    @callback
    def start(self) -> None:
        """Read the present states, and listen to their changes."""
        mapping = entity_mapping(self._hass, self._charger)
        self._report(mapping.missing)
        self.entity_ids = mapping.entity_ids
        for role, entity_id in self.entity_ids.items():
            self._listen(role, entity_id)
        entity_ids = list(self.entity_ids.values())
        self._stops.callback(async_track_entity_registry_updated_event(self._hass, entity_ids, self._renamed))
        if mapping.missing:
            self._stops.callback(self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._registered))

    @callback
    def stop(self) -> None:
        """End listening."""
        self._stops.close()

    def _report(self, missing: frozenset[Role]) -> None:
        if missing:
            self._notices.entities_missing(self._charger.subentry_id, missing)
        else:
            self._notices.entities_found(self._charger.subentry_id)

    def _listen(self, role: Role, entity_id: str) -> None:
        listener = self._listener(role)
        state = self._hass.states.get(entity_id)
        # The present state counts as a change from no state.
        listener(Event(EVENT_STATE_CHANGED, {"entity_id": entity_id, "old_state": None, "new_state": state}))
        self._stops.callback(async_track_state_change_event(self._hass, entity_id, listener))

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Listen to the new entity id. The state that it has at that moment is read as any other."""
        if event.data["action"] == "update" and "entity_id" in event.data["changes"]:
            self.stop()
            self.start()

    @callback
    def _registered(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Look again for missing entities when an entity is registered."""
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
                return discrete_listener(role, self._charger, ingestor)

    def _sampled(
        self, role: Role, factors: Mapping[str | None, float], fold: Callable[[Any, float], object], whole: bool
    ) -> StateListener:
        """Return the listener of a number, in mWh (`whole`) or W. The common case comes first and is the shortest."""
        mono, ingestor = self._mono, self._ingestor
        known = False
        # Home Assistant keeps the object while the attributes are equal, so the unit is looked up only for a new one.
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
                # A unit may be any object, even a list. An infinite energy, perhaps only in mWh, cannot be rounded;
                # the ingestor rejects an infinite power.
                odd(state)
                return
            fold(value, mono())
            if not known:
                known = ingestor.available(role, True)

        return changed
