"""Holds each finished session against the charger's total counter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from ..domain.household import Settings
from ..domain.messages import ConfigurationChanged, Noted, Priced, Validated
from ..domain.metering.validation import compare
from ..domain.quantity import kwh
from ..domain.records import Outcome
from .configured import stateless

NAME = "validator"
STATE = stateless
CONSUMES = (Priced, ConfigurationChanged)
PRODUCES = (Validated, Noted, ConfigurationChanged)


def step(
    state: tuple[()], message: Priced | ConfigurationChanged, settings: Settings
) -> tuple[tuple[()], tuple[Any, ...]]:
    """Add the deviation to the session, and warn when it is more than rounding explains."""
    match message:
        case Priced():
            return state, _held_against_total(message, settings)
        case ConfigurationChanged():
            return state, ()
        case _:
            assert_never(message)


def salvage(message: Any) -> tuple[Any, ...]:
    """A session that could not be compared is kept as it came, flagged."""
    if isinstance(message, Priced):
        return (Validated(message.at, replace(message.record, faulted=True)),)
    return (message,)


def _held_against_total(message: Priced, settings: Settings) -> tuple[Any, ...]:
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
