"""Energy in the units of the tests."""

from __future__ import annotations

from custom_components.ev_charging_manager.domain.quantity import MWH_PER_KWH


def mwh_from_kwh(kwh: float) -> int:
    """Convert kilowatt-hours to whole milliwatt-hours."""
    return round(kwh * MWH_PER_KWH)
