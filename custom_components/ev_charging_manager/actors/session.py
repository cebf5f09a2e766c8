"""Tells what a charging session is."""

from __future__ import annotations

from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import (
    ChargingFinished,
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
from ..domain.progress import progress
from ..domain.recovery import absent, arrive, overdue
from ..domain.session import SessionState, Turn, deadline, identify, rename, tick, track
from ..runtime.messages import CheckpointWanted, WakeAt, Woke
from .configured import moment_of

NAME = "session"
STATE = SessionState
CONSUMES = (Settled, IdentityKnown, Woke, ConfigurationChanged)
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
_TRANSITIONS = (Started, Identified, Finished, ChargingFinished)

__all__ = ["CONSUMES", "NAME", "PRODUCES", "STATE", "deadline", "step"]


def step(
    state: SessionState, message: Settled | IdentityKnown | Woke | ConfigurationChanged, settings: Settings
) -> tuple[SessionState, tuple[Any, ...]]:
    """Begin, go on with and end sessions, and say after each message how things stand."""
    state, outputs = _transition(state, message, settings)
    at: Any = message.at
    wanted = (CheckpointWanted(),) if any(isinstance(output, _TRANSITIONS) for output in outputs) else ()
    return state, (*outputs, progress(state, at, settings), *wanted)


def _transition(
    state: SessionState, message: Settled | IdentityKnown | Woke | ConfigurationChanged, settings: Settings
) -> Turn:
    match message:
        case Settled():
            state = absent(state, message)
            return arrive(state, message, settings) if state.returning else track(state, message, settings)
        case IdentityKnown():
            return identify(state, message)
        case Woke():
            return _woken(state, moment_of(message), settings)
        case ConfigurationChanged():
            return rename(state, settings), ()
        case _:
            assert_never(message)


def _woken(state: SessionState, at: Moment, settings: Settings) -> Turn:
    state, decided = overdue(state, at, settings)
    state, outputs = tick(state, at, settings)
    return state, (*decided, *outputs)
