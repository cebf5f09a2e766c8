"""What follows from a session's user and car: the amount charged to a guest, and the estimated battery charge added."""

from __future__ import annotations

from dataclasses import replace

from ..household import Billing, BillingMethod, Household
from ..quantity import MWH_PER_KWH, cost_of, scaled
from ..records import Identity, SessionRecord


def soc_added(record: SessionRecord, household: Household) -> float | None:
    """Return the energy in percent of the car's usable capacity; None for an unknown car or capacity."""
    vehicle = household.vehicles.get(record.identity.vehicle_id or "")
    if vehicle is None:
        return None
    capacity_kwh = vehicle.usable_kwh or vehicle.capacity_kwh
    if not capacity_kwh:
        return None
    return round(record.energy_mwh / MWH_PER_KWH * vehicle.efficiency / capacity_kwh * 100, 1)


def charge_price(billing: Billing, energy_mwh: int, cost_micro: int) -> int | None:
    """Return the amount that a guest is charged, in millionths; None for a guest who is not billed."""
    match billing.method:
        case BillingMethod.PRICE:
            return cost_of(energy_mwh, billing.price_micro)
        case BillingMethod.MARKUP:
            return scaled(cost_micro, billing.factor)
        case BillingMethod.NONE:
            return None


def charged(record: SessionRecord, identity: Identity, household: Household) -> SessionRecord:
    """Return the session with another identity, charged by the terms of that user, if any."""
    price, method = terms(identity, record.energy_mwh, record.cost_micro, household)
    return replace(record, identity=identity, charge_price_micro=price, charge_price_method=method)


def terms(
    identity: Identity, energy_mwh: int, cost_micro: int | None, household: Household
) -> tuple[int | None, str | None]:
    """Return the amount charged to the user in millionths, and the method; both None without terms or a cost."""
    user = household.users.get(identity.user_id or "")
    if user is None or cost_micro is None:
        return None, None
    price = charge_price(user.billing, energy_mwh, cost_micro)
    if price is None:
        return None, None
    return price, str(user.billing.method)
