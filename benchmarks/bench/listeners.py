"""Listeners to compare with: one that does nothing, and one that writes all values at each change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event

_PRICE_PER_KWH = 0.30
_USABLE_KWH = 74.0


def listen_to_nothing(hass: HomeAssistant, entity_ids: Sequence[str]) -> CALLBACK_TYPE:
    """The smallest possible listener. The remaining cost is that of Home Assistant for a state change."""

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        """Do nothing."""

    return async_track_state_change_event(hass, list(entity_ids), changed)


def listen_adding(hass: HomeAssistant, entity_ids: Sequence[str]) -> None:
    """The smallest listener that knows how much a counter rose: one sum per entity."""
    for entity_id in entity_ids:
        async_track_state_change_event(hass, entity_id, _adding(Sum()))


def _adding(risen: Sum) -> Callable[[Event[EventStateChangedData]], None]:
    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        value = float(event.data["new_state"].state)  # type: ignore[union-attr]
        risen.rise += value - risen.last
        risen.last = value

    return changed


@dataclass(slots=True)
class Sum:
    """Return the rise of a counter and its last value."""

    last: float = 0.0
    rise: float = 0.0


def listen_naively(hass: HomeAssistant, naive: Naive, entity_ids: Sequence[str]) -> CALLBACK_TYPE:
    """Computes the session again at each change, and writes all its values."""

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None:
            naive.take(state)
            naive.write(hass)

    return async_track_state_change_event(hass, list(entity_ids), changed)


@dataclass(slots=True)
class Naive:
    """A session as eight sensors, written at each change. They are plain states, which cost less than entities."""

    session: str
    power: str
    started: float
    samples: int = 0
    kwh: float = 0.0
    watts: float = 0.0
    most: float = 0.0
    seconds: float = 0.0

    def take(self, state: State) -> None:
        """Read a change."""
        value = float(state.state)
        self.samples += 1
        self.seconds = state.last_updated_timestamp - self.started
        if state.entity_id == self.session:
            self.kwh = value / 1000.0
        elif state.entity_id == self.power:
            self.watts = value
            self.most = max(self.most, value)

    def write(self, hass: HomeAssistant) -> None:
        """Write eight sensors."""
        async_set = hass.states.async_set
        hours = self.seconds / 3600
        async_set("sensor.shown_energy", f"{self.kwh:.6f}", {"unit_of_measurement": "kWh"})
        async_set("sensor.shown_power", str(self.watts), {"unit_of_measurement": "W"})
        async_set("sensor.shown_duration", f"{self.seconds:.6f}", {"unit_of_measurement": "s"})
        async_set("sensor.shown_cost", f"{self.kwh * _PRICE_PER_KWH:.6f}", {"unit_of_measurement": "EUR"})
        async_set("sensor.shown_soc_added", f"{self.kwh / _USABLE_KWH * 100:.6f}", {"unit_of_measurement": "%"})
        async_set("sensor.shown_average", f"{self.kwh * 1000 / hours:.3f}", {"unit_of_measurement": "W"})
        async_set("sensor.shown_most", str(self.most), {"unit_of_measurement": "W"})
        async_set("sensor.shown_samples", str(self.samples))
