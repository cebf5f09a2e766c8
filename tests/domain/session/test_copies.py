"""Copies that name each field: a field that a copy forgets would silently return to its default."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from custom_components.ev_charging_manager.domain.messages import Progress
from custom_components.ev_charging_manager.domain.pricing.bill import PricingState, shown, so_far
from custom_components.ev_charging_manager.domain.records import Identity, SessionRecord
from custom_components.ev_charging_manager.domain.session.active import Running
from custom_components.ev_charging_manager.domain.session.state import SessionState

from ..household import settings

# The fields of a record that follow from the bill, the tariff, the user and the car.
COSTS = {
    "intervals", "cost_micro", "cost_method", "price_fallback_mwh", "charge_price_micro", "charge_price_method",
    "soc_added_pct",
}  # fmt: skip


def _filled(kind: Any, **given: Any) -> Any:
    """Return a value with a distinct content in each field."""
    return kind(**({each.name: f"the {each.name}" for each in fields(kind)} | given))


def _billable() -> Any:
    return _filled(SessionRecord, energy_mwh=5, identity=Identity())


def test_a_session_with_other_measurements_keeps_each_other_field() -> None:
    running = _filled(Running)
    assert running.remeasured("others") == replace(running, measured="others")


def test_a_state_with_another_meter_and_session_keeps_each_other_field() -> None:
    state = _filled(SessionState)
    assert state.metered("another", "other") == replace(state, meter="another", running="other")


def test_a_record_with_its_costs_keeps_each_other_field() -> None:
    record = _billable()
    billed = so_far(PricingState(), record, settings())
    assert {each.name for each in fields(record) if getattr(billed, each.name) != getattr(record, each.name)} == COSTS


def test_a_live_view_with_its_costs_keeps_each_other_field() -> None:
    progress = _filled(Progress, record=_billable())
    billed = so_far(PricingState(), progress.record, settings())
    assert shown(PricingState(), progress, settings()) == replace(progress, record=billed)
