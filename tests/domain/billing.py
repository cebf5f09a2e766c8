"""Bills for the tests: energy and prices at seconds after a boundary."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from custom_components.ev_charging_manager.domain.household import Settings
from custom_components.ev_charging_manager.domain.messages import Delivered, PriceKnown
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.pricing.bill import PricingState, charge, informed, opened
from custom_components.ev_charging_manager.domain.quarters import QUARTER_S, quarter_of
from custom_components.ev_charging_manager.domain.records import Identity, Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.tariff import SpotTariff, StaticTariff

from .household import UTC, settings

SESSION = "session"
NOON = quarter_of(UTC)
FALLBACK = 400_000
SPOT = settings(tariff=SpotTariff(0, Fraction(1), FALLBACK))
STATIC = settings(tariff=StaticTariff(300_000))
# The price entity was watched before the first message of each test.
WATCHED = NOON - 7200.0


def moment(seconds: float) -> Moment:
    """Return the moment this many seconds after the boundary."""
    return Moment(NOON + seconds, 1_000_000.0 + seconds)


def delivered(since: float, until: float, energy_mwh: int) -> Delivered:
    return Delivered(SESSION, moment(since), moment(until), energy_mwh)


def known(at: float, price: int | None) -> PriceKnown:
    return PriceKnown(moment(at), price, WATCHED)


def bill(*messages: Delivered | PriceKnown, settings: Settings = SPOT) -> PricingState:
    """Return the bill after these messages, in this order."""
    state = opened(PricingState(), SESSION)
    for message in messages:
        if isinstance(message, Delivered):
            state = charge(state, message, settings)
        else:
            state = informed(state, message, settings)
    return state


def record(energy_mwh: int, **fields: Any) -> SessionRecord:
    """Return the record of a completed session."""
    values: dict[str, Any] = {
        "outcome": Outcome.COMPLETED,
        "ended_at": NOON + 3600.0,
        "energy_mwh": energy_mwh,
    } | fields
    return SessionRecord(SESSION, "garage", "Garage", float(NOON), Identity(), **values)


def parts(state: PricingState) -> list[tuple[int, int, int | None]]:
    """Return the quarter-hour after noon, the energy and the price of each interval."""
    return [((part.quarter - NOON) // QUARTER_S, part.energy_mwh, part.price_micro) for part in state.bill.intervals]
