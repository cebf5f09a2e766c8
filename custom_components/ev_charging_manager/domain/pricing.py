"""What a session costs: each part of its energy at the price in force when it was delivered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .household import Billing, BillingMethod, Settings
from .messages import Delivered, Progress
from .quantity import MWH_PER_KWH, cost_of, scaled
from .quarters import quarter_of, split
from .records import Interval, SessionRecord


@dataclass(frozen=True, slots=True)
class Bill:
    """A session's intervals so far. `past` are those that can no longer grow, with their sum; `present` may."""

    session_id: str | None = None
    past: tuple[Interval, ...] = ()
    past_micro: int = 0
    present: Interval | None = None

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """All intervals in order of time."""
        return (*self.past, self.present) if self.present else self.past

    @property
    def cost_micro(self) -> int:
        """The cost so far: the sum of the intervals' costs."""
        return self.past_micro + ((self.present.cost_micro or 0) if self.present else 0)


def opened(session_id: str) -> Bill:
    """The bill of a session that begins."""
    return Bill(session_id)


def charge(bill: Bill, delivered: Delivered, settings: Settings) -> Bill:
    """Put delivered energy on the bill, split at the quarter-hours."""
    if delivered.session_id != bill.session_id:
        bill = opened(delivered.session_id)
    for quarter, energy in split(delivered.since.utc, delivered.until.utc, delivered.energy_mwh):
        bill = _add(bill, quarter, energy, settings)
    return bill


def priced(bill: Bill, record: SessionRecord, settings: Settings) -> SessionRecord:
    """The finished session with its intervals and costs."""
    bill, whole = _complete(bill, record, settings)
    cost = bill.cost_micro
    billed = replace(
        record,
        intervals=bill.intervals,
        cost_micro=cost,
        cost_method=settings.charger.tariff.method,
        price_fallback_mwh=sum(part.energy_mwh for part in bill.intervals if part.fallback),
        soc_added_pct=soc_added(record, settings),
        data_gap=record.data_gap or not whole,
    )
    return _charged(billed, settings)


def shown(bill: Bill, progress: Progress, settings: Settings) -> Progress:
    """The live view with the cost so far."""
    record = progress.record
    return progress if record is None else replace(progress, record=so_far(bill, record, settings))


def so_far(bill: Bill, record: SessionRecord, settings: Settings) -> SessionRecord:
    """A running session with the cost so far."""
    billed = replace(
        record,
        cost_micro=bill.cost_micro if bill.session_id == record.session_id else 0,
        cost_method=settings.charger.tariff.method,
        soc_added_pct=soc_added(record, settings),
    )
    return _charged(billed, settings)


def soc_added(record: SessionRecord, settings: Settings) -> float | None:
    """Percent of the car's usable capacity that the energy came to; None when the car is not known."""
    vehicle = settings.household.vehicles.get(record.identity.vehicle_id or "")
    capacity = (vehicle.usable_kwh or vehicle.capacity_kwh) if vehicle else None
    if vehicle is None or not capacity:
        return None
    return round(record.energy_mwh / MWH_PER_KWH * vehicle.efficiency / capacity * 100, 1)


def charge_price(billing: Billing, energy_mwh: int, cost_micro: int) -> int | None:
    """What a guest is charged; None where nothing of their own was agreed."""
    match billing.method:
        case BillingMethod.PRICE:
            return cost_of(energy_mwh, billing.price_micro)
        case BillingMethod.MARKUP:
            return scaled(cost_micro, billing.factor)
        case BillingMethod.NONE:
            return None


def _charged(record: SessionRecord, settings: Settings) -> SessionRecord:
    user = settings.household.users.get(record.identity.user_id or "")
    if user is None or record.cost_micro is None:
        return record
    price = charge_price(user.billing, record.energy_mwh, record.cost_micro)
    if price is None:
        return record
    return replace(record, charge_price_micro=price, charge_price_method=str(user.billing.method))


def _add(bill: Bill, quarter: int, energy_mwh: int, settings: Settings) -> Bill:
    price = settings.charger.tariff.price_micro
    present = bill.present
    if present is None or (present.quarter, present.price_micro) != (quarter, price):
        past_micro = bill.cost_micro
        bill = replace(bill, past=bill.intervals, past_micro=past_micro, present=None)
        present = Interval(quarter, 0, price, 0)
    energy = present.energy_mwh + energy_mwh
    return replace(bill, present=replace(present, energy_mwh=energy, cost_micro=cost_of(energy, price)))


def _complete(bill: Bill, record: SessionRecord, settings: Settings) -> tuple[Bill, bool]:
    """Make the bill agree with the session: a part that never arrived here is charged at its end.

    That happens only when a fault ate a message. More on the bill than in the session cannot be told apart
    part by part, so the bill starts afresh.
    """
    if bill.session_id != record.session_id:
        bill = opened(record.session_id)
    missing = record.energy_mwh - sum(part.energy_mwh for part in bill.intervals)
    if missing == 0:
        return bill, True
    if missing < 0:
        bill, missing = opened(record.session_id), record.energy_mwh
    ended_at = record.started_at if record.ended_at is None else record.ended_at
    return _add(bill, quarter_of(ended_at), missing, settings), False
