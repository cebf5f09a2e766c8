"""The events of charging sessions, without a charger."""

from __future__ import annotations

from typing import Any

from custom_components.ev_charging_manager.domain import events
from custom_components.ev_charging_manager.domain.household import UserType
from custom_components.ev_charging_manager.domain.quantity import micro
from custom_components.ev_charging_manager.domain.records import (
    IdentifiedBy,
    Identity,
    Outcome,
    SessionRecord,
    UnknownReason,
    Window,
)
from custom_components.ev_charging_manager.domain.tariff import CostMethod
from tests.support.energy import mwh_from_kwh

# 2026-03-14 17:30:00.250 UTC
START = 1_773_509_400.25

UNKNOWN = Identity(unknown_reason=UnknownReason.NO_CARD)


def resident(name: str, vehicle: str | None = None) -> Identity:
    """A resident of the household."""
    return _person(name, vehicle, UserType.RESIDENT)


def guest(name: str, vehicle: str | None = None) -> Identity:
    """A guest with a bill."""
    return _person(name, vehicle, UserType.GUEST)


def session(who: Identity, number: int = 1, charger: str = "Garage left", **changes: Any) -> SessionRecord:
    """Twelve and a third kilowatt-hours in an hour and a half, half of it charging. Sessions are a day apart."""
    at = changes.pop("started_at", START + (number - 1) * 86_400)
    usual: dict[str, Any] = {
        "outcome": Outcome.COMPLETED,
        "ended_at": at + 5_400,
        "duration_s": 5_400.0,
        "charging_s": 2_700.0,
        "windows": (Window(at + 60, at + 2_760),),
        "energy_mwh": mwh_from_kwh(12.345),
        "max_power_w": 11_000.0,
        "cost_micro": micro("3.0862"),
        "cost_method": CostMethod.STATIC,
    }
    return SessionRecord(f"session-{number}", charger, charger, at, who, **(usual | changes))


def told(record: SessionRecord) -> dict[str, Any]:
    """Return the event's data."""
    return events.completed(record) | {"device_id": "device", "redelivered": False}


def _person(name: str, vehicle: str | None, user_type: UserType) -> Identity:
    return Identity(
        user_id=f"id of {name}",
        user_name=name,
        user_type=user_type,
        identified_by=IdentifiedBy.CARD,
        vehicle_id=None if vehicle is None else f"id of {vehicle}",
        vehicle_name=vehicle,
        unknown_reason=None,
    )
