"""The debouncer: waits until contradictory signals agree, or until the debounce time is over."""

from __future__ import annotations

from typing import assert_never

from ..domain.household import Settings
from ..domain.messages import CardRead, ConfigurationChanged, Observed, Settled
from ..domain.session.debounce import SettlingState, observe, woken
from ..runtime.messages import WakeAt, Woke
from .actor import Actor, kinds, moment_of

type Input = Observed | Woke | ConfigurationChanged
type Output = CardRead | Settled | ConfigurationChanged | WakeAt


def step(state: SettlingState, message: Input, settings: Settings) -> tuple[SettlingState, tuple[Output, ...]]:
    """Pass evidence on once it agrees, or once the debounce time is over."""
    match message:
        case Observed():
            return observe(state, message, settings)
        case Woke():
            return woken(state, moment_of(message))
        case ConfigurationChanged():
            return state, ()
        case _:
            assert_never(message)


def deadline(state: SettlingState, settings: Settings) -> float | None:
    """Return when the debounce time is over, in monotonic seconds."""
    return state.deadline


def holds(state: SettlingState) -> bool:
    """Return whether energy is held back. An edited price must not apply to it."""
    doubt = state.doubt
    return doubt is not None and (doubt.held.before is not None or doubt.held.fold is not None)


ACTOR = Actor(
    name="debouncer",
    state=SettlingState,
    step=step,
    deadline=deadline,
    holds=holds,
    consumes=kinds(Input),
    produces=kinds(Output),
)
