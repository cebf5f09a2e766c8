"""The validator: compares each finished session with the charger's total counter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import ConfigurationChanged, Noted, Priced, Validated
from ..domain.metering.validation import compare
from ..domain.quantity import kwh
from ..domain.records import Outcome
from .actor import Actor, kinds, stateless

type Input = Priced | ConfigurationChanged
type Output = Validated | Noted | ConfigurationChanged


def step(state: tuple[()], message: Input, settings: Settings) -> tuple[tuple[()], tuple[Output, ...]]:
    """Add the deviation to the session, and warn when rounding does not explain it."""
    match message:
        case Priced():
            return state, _compared_with_total(message, settings)
        case ConfigurationChanged():
            return state, ()
        case _:
            assert_never(message)


def salvage(message: Any) -> tuple[Any, ...]:
    """Pass a session on that could not be compared, flagged."""
    if isinstance(message, Priced):
        return (Validated(message.at, replace(message.record, faulted=True)),)
    return (message,)


def _compared_with_total(message: Priced, settings: Settings) -> tuple[Output, ...]:
    comparison = compare(message.record, settings)
    validated = Validated(message.at, comparison.record)
    if not comparison.doubtful or message.record.outcome is Outcome.DISCARDED:
        return (validated,)
    text = (
        f"Session {comparison.record.session_id} at {settings.charger.name} tracked "
        f"{kwh(comparison.record.energy_mwh):.3f} kWh, {kwh(abs(comparison.apart_mwh)):.3f} kWh "
        f"{'more' if comparison.apart_mwh > 0 else 'less'} than the total counter"
    )
    return validated, Noted("warning", text)


ACTOR = Actor(
    name="validator",
    state=stateless,
    step=step,
    salvage=salvage,
    consumes=kinds(Input),
    produces=kinds(Output),
)
