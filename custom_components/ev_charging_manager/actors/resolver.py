"""The resolver: finds the user of a card, of a choice and of a car."""

from __future__ import annotations

from typing import assert_never

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
from .actor import Actor, kinds

type Input = CardRead | Settled | DriverChosen | CarPlugged | ConfigurationChanged
type Output = Settled | IdentityKnown | Tapped | ChoiceKnown | CarKnown | ConfigurationChanged


def step(state: ResolvingState, message: Input, settings: Settings) -> tuple[ResolvingState, tuple[Output, ...]]:
    """Emit the identity whenever the reader, a choice, a car or the household changed."""
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


ACTOR = Actor(
    name="resolver",
    state=ResolvingState,
    step=step,
    consumes=kinds(Input),
    produces=kinds(Output),
)
