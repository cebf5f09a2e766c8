"""Domain values as people read them."""

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
    """A UTC epoch second as Home Assistant wants it. The start of a session is shown again each second."""
    return datetime.fromtimestamp(utc, UTC)


def amount(micro: int | None) -> float | None:
    """Currency units, with all decimals: parts that are shown must sum to the whole that is shown."""
    return None if micro is None else money(micro)


def clock_face(seconds: float) -> str:
    """A duration as HH:MM:SS."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}"


def summary(record: SessionRecord, user_name: str) -> dict[str, Any]:
    """A recorded session: where, who as they are called by now, how much, how long."""
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
