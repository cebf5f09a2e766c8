"""The price entity of a charger, followed through its states and its names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event


class PriceEntity:
    """Calls a listener with each state of one entity. None stands for an entity without a state."""

    def __init__(self, hass: HomeAssistant, listener: Callable[[State | None], None]) -> None:
        """Follow no entity yet."""
        self._hass = hass
        self._listener = listener
        self._stops = ExitStack()
        self.reference: str | None = None
        self.entity_id = ""

    @property
    def state(self) -> State | None:
        """The present state."""
        return self._hass.states.get(self.entity_id)

    @callback
    def follow(self, reference: str) -> None:
        """Follow an entity by its registry id or entity id, from its present state on."""
        self.reference = reference
        self.entity_id = er.async_resolve_entity_id(er.async_get(self._hass), reference) or reference
        self._stops.callback(async_track_state_change_event(self._hass, self.entity_id, self._changed))
        self._stops.callback(async_track_entity_registry_updated_event(self._hass, self.entity_id, self._renamed))
        self._listener(self.state)

    @callback
    def stop(self) -> None:
        """Follow no entity any more."""
        self._stops.close()
        self.reference = None

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        self._listener(event.data["new_state"])

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow the entity under its new id."""
        renamed = event.data["action"] == "update" and "entity_id" in event.data["changes"]
        if renamed and self.reference is not None:
            self._stops.close()
            self.follow(self.reference)
