"""Tells people: events for automations, sums for sensors, lines for the log."""

from __future__ import annotations

from typing import Any, assert_never

from ..domain import events
from ..domain.household import Settings
from ..domain.messages import (
    Announced,
    ChargingFinished,
    ConfigurationChanged,
    Identified,
    Logged,
    Noted,
    Recorded,
    Stored,
    Tapped,
)
from ..domain.records import Outcome
from .configured import stateless

NAME = "publisher"
STATE = stateless
CONSUMES = (Stored, Identified, ChargingFinished, Tapped, Noted, ConfigurationChanged)
PRODUCES = (Announced, Recorded, Logged)

type Consumed = Stored | Identified | ChargingFinished | Tapped | Noted | ConfigurationChanged


def step(state: tuple[()], message: Consumed, settings: Settings) -> tuple[tuple[()], tuple[Any, ...]]:
    """Put each thing that happened into the words of those who listen."""
    return state, _told(message, settings)


def _told(message: Consumed, settings: Settings) -> tuple[Any, ...]:
    match message:
        case Stored():
            return _stored(message)
        case Identified():
            return (Announced(events.SESSION_IDENTIFIED, events.started(message.record)),)
        case ChargingFinished():
            return (Announced(events.CHARGING_FINISHED, events.completed(message.record)),)
        case Tapped():
            return (Announced(events.CARD_TAPPED, events.tapped(message, settings.charger.name)),)
        case Noted():
            return (Logged(message.level, message.text),)
        case ConfigurationChanged():
            return ()
        case _:
            assert_never(message)


def _stored(message: Stored) -> tuple[Any, ...]:
    finished = tuple(record for record in message.records if record.outcome is not Outcome.RUNNING)
    announced = tuple(Announced(str(entry.kind), entry.payload, entry.entry_id) for entry in message.events)
    return (Recorded(finished), *announced) if finished else announced
