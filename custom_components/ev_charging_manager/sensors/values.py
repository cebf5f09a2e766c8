"""Domain values as states and attributes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from homeassistant.helpers.typing import StateType

from ..domain.quantity import kwh, money
from ..domain.records import SessionRecord

type Value = StateType | datetime


@lru_cache(1024)
def moment(utc: float) -> datetime:
    """Convert a UTC epoch second to a datetime. Cached: the start of a session is shown again each second."""
    return datetime.fromtimestamp(utc, UTC)


def amount(micro: int | None) -> float | None:
    """Convert millionths to currency units, without rounding: the parts must add up to the total."""
    if micro is None:
        return None
    return money(micro)


def clock_face(seconds: float) -> str:
    """Format a duration as HH:MM:SS."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}"


def summary(record: SessionRecord, user_name: str) -> dict[str, Any]:
    """Return a recorded session as attributes, with the present name of its user."""
    return {
        "session_id": record.session_id,
        "charger": record.charger_name,
        "user": user_name,
        "vehicle": record.identity.vehicle_name,
        "energy_kwh": kwh(record.energy_mwh),
        "cost": amount(record.cost_micro),
        "charge_price": amount(record.charge_price_micro),
        "currency": record.currency,
        "duration_seconds": int(record.duration_s),
        "charging_seconds": int(record.charging_s),
    }
