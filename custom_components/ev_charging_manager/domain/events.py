"""The payloads of the events for automations. Their keys are public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from .commits import EventKind
from .messages import Tapped
from .quantity import kwh, money
from .records import SessionRecord

SESSION_IDENTIFIED = "session_identified"
CHARGING_FINISHED = "charging_finished"
CARD_TAPPED = "card_tapped"

# The events of one session, in the order in which they are fired.
SESSION_EVENTS = (
    str(EventKind.STARTED),
    SESSION_IDENTIFIED,
    CHARGING_FINISHED,
    str(EventKind.COMPLETED),
    str(EventKind.DISCARDED),
)


def started(record: SessionRecord) -> dict[str, Any]:
    """Return the payload of `session_started`. `device_id` and `redelivered` are added when it is fired."""
    who = record.identity
    return {
        "session_id": record.session_id,
        "charger_id": record.charger_id,
        "charger_name": record.charger_name,
        "user_id": who.user_id,
        "user_name": who.user_name,
        "user_type": str(who.user_type),
        "identified_by": _text(who.identified_by),
        "vehicle_id": who.vehicle_id,
        "vehicle_name": who.vehicle_name,
        "card": who.card,
        "started_at": iso(record.started_at),
        "unknown_reason": _text(who.unknown_reason),
    }


def completed(record: SessionRecord) -> dict[str, Any]:
    """Return the payload of `session_completed`, `session_discarded` and `charging_finished`."""
    return started(record) | _times(record) | _energy(record) | _costs(record)


def tapped(message: Tapped, charger_name: str) -> dict[str, Any]:
    """Return the payload of `card_tapped`."""
    who = message.identity
    return {
        "charger_id": message.charger_id,
        "charger_name": charger_name,
        "card": message.card,
        "known": message.known,
        "user_id": who.user_id,
        "user_name": who.user_name,
        "tapped_at": iso(message.at.utc),
    }


def iso(utc: float) -> str:
    """Return UTC epoch seconds as ISO 8601 with offset and milliseconds."""
    return datetime.fromtimestamp(utc, UTC).isoformat(timespec="milliseconds")


def _times(record: SessionRecord) -> dict[str, Any]:
    return {
        "ended_at": _if_known(iso, record.ended_at),
        "duration_seconds": round(record.duration_s),
        "duration_minutes": round(record.duration_s / 60, 1),
        "charging_seconds": round(record.charging_s),
        "charging_windows": len(record.windows),
    }


def _energy(record: SessionRecord) -> dict[str, Any]:
    return {
        "energy_kwh": kwh(record.energy_mwh),
        "avg_power_w": round(record.average_power_w),
        "max_power_w": round(record.max_power_w),
        "estimated_soc_added_pct": record.soc_added_pct,
        "meter_start_kwh": _if_known(kwh, record.meter_start_mwh),
        "meter_end_kwh": _if_known(kwh, record.meter_end_mwh),
        "deviation_pct": record.deviation_pct,
        "data_gap": record.data_gap,
        "reconstructed": record.reconstructed,
    }


def _costs(record: SessionRecord) -> dict[str, Any]:
    return {
        "cost": _if_known(money, record.cost_micro),
        "currency": record.currency,
        "cost_method": str(record.cost_method),
        "price_fallback_kwh": kwh(record.price_fallback_mwh),
        "charge_price": _if_known(money, record.charge_price_micro),
        "charge_price_method": record.charge_price_method,
    }


def _if_known[T, R](convert: Callable[[T], R], known: T | None) -> R | None:
    return None if known is None else convert(known)


def _text(member: StrEnum | None) -> str | None:
    return _if_known(str, member)
