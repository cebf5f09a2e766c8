"""Finds out whose card it is."""

from __future__ import annotations

from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import CardRead, ConfigurationChanged, IdentityKnown, Settled, Tapped
from ..domain.resolving import ResolvingState, configured, read_card, settled

NAME = "resolver"
STATE = ResolvingState
CONSUMES = (CardRead, Settled, ConfigurationChanged)
PRODUCES = (Settled, IdentityKnown, Tapped, ConfigurationChanged)


def step(
    state: ResolvingState, message: CardRead | Settled | ConfigurationChanged, settings: Settings
) -> tuple[ResolvingState, tuple[Any, ...]]:
    """Say who would be charging whenever the reader or the household changed."""
    match message:
        case CardRead():
            return read_card(state, message, settings)
        case Settled():
            return settled(state, message, settings)
        case ConfigurationChanged():
            return configured(state, message.at, settings)
        case _:
            assert_never(message)
