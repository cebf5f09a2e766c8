"""The publisher: turns messages into events for automations, records for sums, and lines for the log."""

from __future__ import annotations

from typing import assert_never

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
from .actor import Actor, kinds, stateless

type Input = Stored | Identified | ChargingFinished | Tapped | Noted | ConfigurationChanged
type Output = Announced | Recorded | Logged


def step(state: tuple[()], message: Input, settings: Settings) -> tuple[tuple[()], tuple[Output, ...]]:
    """Publish each message."""
    return state, _published(message, settings)


def _published(message: Input, settings: Settings) -> tuple[Output, ...]:
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


def _stored(message: Stored) -> tuple[Output, ...]:
    finished = tuple(record for record in message.records if record.outcome is not Outcome.RUNNING)
    announced = tuple(Announced(str(entry.kind), entry.payload, entry.entry_id) for entry in message.events)
    if not finished:
        return announced
    return Recorded(finished), *announced


ACTOR = Actor(
    name="publisher",
    state=stateless,
    step=step,
    consumes=kinds(Input),
    produces=kinds(Output),
)
