"""Finds out whose card it is, and who is meant by a choice or by a car."""

from __future__ import annotations

from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.identity.resolver import ResolvingState, configured, look_up, read_card, settled
from ..domain.messages import (
    CardRead,
    CarKnown,
    CarPlugged,
    ChoiceKnown,
    ConfigurationChanged,
    DriverChosen,
    IdentityKnown,
    Settled,
    Tapped,
)

NAME = "resolver"
STATE = ResolvingState
CONSUMES = (CardRead, Settled, DriverChosen, CarPlugged, ConfigurationChanged)
PRODUCES = (Settled, IdentityKnown, Tapped, ChoiceKnown, CarKnown, ConfigurationChanged)

type Consumed = CardRead | Settled | DriverChosen | CarPlugged | ConfigurationChanged


def step(state: ResolvingState, message: Consumed, settings: Settings) -> tuple[ResolvingState, tuple[Any, ...]]:
    """Say who would be charging whenever the reader or the household changed."""
    match message:
        case CardRead():
            return read_card(state, message, settings)
        case Settled():
            return settled(state, message, settings)
        case DriverChosen() | CarPlugged():
            return state, look_up(message, settings)
        case ConfigurationChanged():
            return configured(state, message.at, settings)
        case _:
            assert_never(message)
