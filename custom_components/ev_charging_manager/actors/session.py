"""The session actor: begins, continues and ends sessions."""

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
from .actor import Actor, kinds, moment_of

type Input = Settled | IdentityKnown | ChoiceKnown | CarKnown | Woke | ConfigurationChanged
type Output = (
    Started
    | Identified
    | Delivered
    | ChargingFinished
    | Finished
    | Progress
    | Noted
    | ConfigurationChanged
    | CheckpointWanted
    | WakeAt
)

# A crash must not undo these.
_TRANSITIONS = frozenset({Started, Identified, Finished, ChargingFinished})


def step(state: SessionState, message: Input, settings: Settings) -> tuple[SessionState, tuple[Output, ...]]:
    """Track the session, then emit its progress, and ask for a checkpoint where a crash must not undo the step."""
    state, outputs = _transition(state, message, settings)
    at: Any = message.at
    shown = progress(state, at, settings)
    if _must_last(state, message) or not _TRANSITIONS.isdisjoint(map(type, outputs)):
        return state, (*outputs, shown, CheckpointWanted())
    return state, (*outputs, shown)


def _must_last(state: SessionState, message: Input) -> bool:
    match message:
        case ChoiceKnown():
            return True
        case IdentityKnown():
            return message.tapped
        case Settled():
            # No later snapshot repeats that Home Assistant was away, so a restarted pipeline must find it here.
            return message.restarted
        case ConfigurationChanged():
            # After a restart of the pipeline, energy since the checkpoint is priced by the settings then in force.
            return state.running is not None
        case _:
            return False


def _transition(state: SessionState, message: Input, settings: Settings) -> Turn:
    match message:
        case Settled():
            state = absent(state, message)
            if state.returning:
                return arrive(state, message, settings)
            return track(state, message, settings)
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


ACTOR = Actor(
    name="session",
    state=SessionState,
    step=step,
    deadline=deadline,
    resume=resume,
    consumes=kinds(Input),
    produces=kinds(Output),
)
