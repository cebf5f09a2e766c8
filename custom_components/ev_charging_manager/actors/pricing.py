"""Decides when what was delivered is priced; the arithmetic is the domain's."""

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
from ..domain.pricing.bill import PricingState, charge, informed, opened, priced, shown, so_far

NAME = "pricing"
STATE = PricingState
CONSUMES = (PriceKnown, Started, Delivered, Progress, ChargingFinished, Finished, ConfigurationChanged)
PRODUCES = (Started, LiveView, ChargingFinished, Priced, ConfigurationChanged)

type Consumed = PriceKnown | Started | Delivered | Progress | ChargingFinished | Finished | ConfigurationChanged


def step(state: PricingState, message: Consumed, settings: Settings) -> tuple[PricingState, tuple[Any, ...]]:
    """Keep the running session's bill, and put it to the session when it is over."""
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
    """What cannot be priced goes on without a cost, flagged: a session must never be lost over its price."""
    match message:
        case Finished():
            return (Priced(message.at, replace(message.record, faulted=True)),)
        case PriceKnown() | Delivered() | Progress():
            return ()
        case _:
            return (message,)
