"""Settles contradictory signs before anybody acts on them."""

from __future__ import annotations

from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import CardRead, ConfigurationChanged, Observed, Settled
from ..domain.session.debounce import SettlingState, observe, woken
from ..runtime.messages import WakeAt, Woke
from .configured import moment_of

NAME = "debouncer"
STATE = SettlingState
CONSUMES = (Observed, Woke, ConfigurationChanged)
PRODUCES = (CardRead, Settled, ConfigurationChanged, WakeAt)


def step(
    state: SettlingState, message: Observed | Woke | ConfigurationChanged, settings: Settings
) -> tuple[SettlingState, tuple[Any, ...]]:
    """Pass evidence on once it agrees, or once it was waited for."""
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
    """When the doubt ends."""
    return state.deadline
