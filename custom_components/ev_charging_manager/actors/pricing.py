"""The pricing actor: keeps the running session's bill and adds the cost to a finished session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import (
    ChargingFinished,
    ConfigurationChanged,
    Delivered,
    Finished,
    LiveView,
    Priced,
    PriceKnown,
    Progress,
    Started,
)
from ..domain.pricing.bill import PricingState, charge, edited, informed, opened, priced, shown, so_far
from .actor import Actor, kinds

type Input = PriceKnown | Started | Delivered | Progress | ChargingFinished | Finished | ConfigurationChanged
type Output = Started | LiveView | ChargingFinished | Priced | ConfigurationChanged


def step(state: PricingState, message: Input, settings: Settings) -> tuple[PricingState, tuple[Output, ...]]:
    """Put delivered energy on the bill, and the bill into what is shown and recorded."""
    match message:
        case PriceKnown():
            return informed(state, message, settings), ()
        case Started():
            return opened(state, message.record.session_id), (message,)
        case Delivered():
            return charge(state, message, settings), ()
        case Progress():
            return state, (LiveView(shown(state, message, settings)),)
        case ChargingFinished():
            return state, (replace(message, record=so_far(state, message.record, settings)),)
        case Finished():
            return opened(state), (Priced(message.at, priced(state, message.record, settings)),)
        case ConfigurationChanged():
            return state, ()
        case _:
            assert_never(message)


def salvage(message: Any) -> tuple[Any, ...]:
    """Pass a finished session on without a cost, flagged: a session must not be lost because of its price."""
    match message:
        case Finished():
            return (Priced(message.at, replace(message.record, faulted=True)),)
        case PriceKnown() | Delivered() | Progress():
            return ()
        case _:
            return (message,)


ACTOR = Actor(
    name="pricing",
    state=PricingState,
    step=step,
    salvage=salvage,
    edited=edited,
    consumes=kinds(Input),
    produces=kinds(Output),
)
