"""Tells what a charging session is."""

from __future__ import annotations

from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import (
    CarKnown,
    ChargingFinished,
    ChoiceKnown,
    ConfigurationChanged,
    Delivered,
    Finished,
    Identified,
    IdentityKnown,
    Noted,
    Progress,
    Settled,
    Started,
)
from ..domain.moment import Moment
from ..domain.session.assignment import car_known, choose, look_up
from ..domain.session.machine import identify, rename, tick, track
from ..domain.session.progress import progress
from ..domain.session.recovery import absent, arrive, overdue
from ..domain.session.state import SessionState, Turn, deadline, resume
from ..runtime.messages import CheckpointWanted, WakeAt, Woke
from .configured import moment_of

NAME = "session"
STATE = SessionState
CONSUMES = (Settled, IdentityKnown, ChoiceKnown, CarKnown, Woke, ConfigurationChanged)
PRODUCES = (
    Started,
    Identified,
    Delivered,
    ChargingFinished,
    Finished,
    Progress,
    Noted,
    ConfigurationChanged,
    CheckpointWanted,
    WakeAt,
)
# What must be durable soon: a crash after it must not undo it.
_TRANSITIONS = frozenset({Started, Identified, Finished, ChargingFinished})

type Consumed = Settled | IdentityKnown | ChoiceKnown | CarKnown | Woke | ConfigurationChanged

__all__ = ["CONSUMES", "NAME", "PRODUCES", "STATE", "deadline", "resume", "step"]


def step(state: SessionState, message: Consumed, settings: Settings) -> tuple[SessionState, tuple[Any, ...]]:
    """Begin, go on with and end sessions, and say after each message how things stand."""
    state, outputs = _transition(state, message, settings)
    at: Any = message.at
    said = isinstance(message, ChoiceKnown) or (isinstance(message, IdentityKnown) and message.tapped)
    # A pipeline that starts over must know as well that Home Assistant was away: no snapshot says it twice.
    restarted = isinstance(message, Settled) and message.restarted
    transition = said or restarted or not _TRANSITIONS.isdisjoint(map(type, outputs))
    wanted = (CheckpointWanted(),) if transition else ()
    return state, (*outputs, progress(state, at, settings), *wanted)


def _transition(state: SessionState, message: Consumed, settings: Settings) -> Turn:
    match message:
        case Settled():
            state = absent(state, message)
            return arrive(state, message, settings) if state.returning else track(state, message, settings)
        case IdentityKnown():
            return identify(state, message, settings)
        case ChoiceKnown():
            return choose(state, message)
        case CarKnown():
            return car_known(state, message)
        case Woke():
            return _woken(state, moment_of(message), settings)
        case ConfigurationChanged():
            return look_up(rename(state, settings), message.at, settings)
        case _:
            assert_never(message)


def _woken(state: SessionState, at: Moment, settings: Settings) -> Turn:
    state, decided = overdue(state, at, settings)
    state, outputs = tick(state, at, settings)
    return state, (*decided, *outputs)
