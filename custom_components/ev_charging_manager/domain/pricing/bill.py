"""What a session costs: each part of its energy at the price in force when it was delivered."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field, replace

from ..household import Billing, BillingMethod, Household, Settings
from ..messages import Delivered, PriceKnown, Progress
from ..quantity import MWH_PER_KWH, cost_of, scaled
from ..quarters import quarter_of, split
from ..records import Identity, Interval, SessionRecord
from ..tariff import SpotTariff, StaticTariff, Tariff
from ..value import evolution, value
from .prices import Prices, learn


@value
class Bill:
    """A session's intervals so far, in order of their quarter-hours, and the sum of their costs."""

    session_id: str | None = None
    intervals: tuple[Interval, ...] = ()
    cost_micro: int = 0

    @property
    def fallback_mwh(self) -> int:
        """How much was priced without anybody knowing the price."""
        return sum(part.energy_mwh for part in self.intervals if part.fallback)


@value
class PricingState:
    """The bill of the session that runs, and the prices that were seen. They outlive the session."""

    bill: Bill = field(default_factory=Bill)
    prices: Prices = field(default_factory=Prices)


@value
class Quote:
    """What a kWh costs at a time, in millionths; `fallback`: it had to be guessed."""

    price_micro: int
    fallback: bool = False


# In one go: it is done each second, and a copy of a record is dear.
_BILLED = evolution(
    SessionRecord,
    "intervals",
    "cost_micro",
    "cost_method",
    "price_fallback_mwh",
    "soc_added_pct",
    "charge_price_micro",
    "charge_price_method",
)
_WITH_RECORD = evolution(Progress, "record")


def quote(tariff: Tariff, prices: Prices, utc: float) -> Quote:
    """The price in force at a time."""
    match tariff:
        case StaticTariff():
            return Quote(tariff.price_micro)
        case SpotTariff():
            known = prices.at(utc)
            return Quote(tariff.fallback_micro, fallback=True) if known is None else Quote(known)


def opened(state: PricingState, session_id: str | None = None) -> PricingState:
    """With the bill of a session that begins, or with none."""
    return replace(state, bill=Bill(session_id))


def informed(state: PricingState, known: PriceKnown, settings: Settings) -> PricingState:
    """Take a price. One that counts from the boundary counts for what was billed since, too."""
    tariff, quarter = settings.charger.tariff, quarter_of(known.at.utc)
    prices = learn(state.prices, known.at.utc, known.price_micro, known.watched)
    before, after = quote(tariff, state.prices, quarter), quote(tariff, prices, quarter)
    bill = state.bill if before == after else _repriced(state.bill, quarter, before, after)
    return PricingState(bill, prices)


def charge(state: PricingState, delivered: Delivered, settings: Settings) -> PricingState:
    """Put delivered energy on the bill, split at the quarter-hours and where the price changed."""
    if delivered.session_id != state.bill.session_id:
        state = opened(state, delivered.session_id)
    tariff, prices, bill = settings.charger.tariff, state.prices, state.bill
    since, until = delivered.since.utc, delivered.until.utc
    cuts = prices.changes(since, until) if isinstance(tariff, SpotTariff) else ()
    for begin, energy in split(since, until, delivered.energy_mwh, cuts):
        bill = _add(bill, quarter_of(begin), energy, quote(tariff, prices, begin))
    return PricingState(bill, prices)


def priced(state: PricingState, record: SessionRecord, settings: Settings) -> SessionRecord:
    """The finished session with its intervals and costs."""
    bill, whole = _complete(state, record, settings)
    return _billed(bill, record if whole else replace(record, data_gap=True), settings)


def shown(state: PricingState, progress: Progress, settings: Settings) -> Progress:
    """The live view with the cost so far."""
    record = progress.record
    return progress if record is None else _WITH_RECORD(progress, so_far(state, record, settings))


def so_far(state: PricingState, record: SessionRecord, settings: Settings) -> SessionRecord:
    """A running session with the cost so far."""
    bill = state.bill if state.bill.session_id == record.session_id else Bill()
    return _billed(bill, record, settings)


def _billed(bill: Bill, record: SessionRecord, settings: Settings) -> SessionRecord:
    household = settings.household
    price, method = _terms(record.identity, record.energy_mwh, bill.cost_micro, household)
    return _BILLED(
        record,
        bill.intervals,
        bill.cost_micro,
        settings.charger.tariff.method,
        bill.fallback_mwh,
        soc_added(record, household),
        price,
        method,
    )


def soc_added(record: SessionRecord, household: Household) -> float | None:
    """Percent of the car's usable capacity that the energy came to; None when the car is not known."""
    vehicle = household.vehicles.get(record.identity.vehicle_id or "")
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


def charged(record: SessionRecord, identity: Identity, household: Household) -> SessionRecord:
    """The session as this identity's, with what they are charged by their own terms, if they have any."""
    price, method = _terms(identity, record.energy_mwh, record.cost_micro, household)
    return replace(record, identity=identity, charge_price_micro=price, charge_price_method=method)


def _terms(
    identity: Identity, energy_mwh: int, cost_micro: int | None, household: Household
) -> tuple[int | None, str | None]:
    """What they are charged and by which method; None and None without terms of their own, or a cost."""
    user = household.users.get(identity.user_id or "")
    price = None if user is None or cost_micro is None else charge_price(user.billing, energy_mwh, cost_micro)
    return price, None if user is None or price is None else str(user.billing.method)


def _add(bill: Bill, quarter: int, energy_mwh: int, at: Quote) -> Bill:
    """Put energy of one quarter-hour on the bill; what came at one price in one quarter-hour is one interval."""
    parts = bill.intervals
    if parts and parts[-1].quarter == quarter and _at(parts[-1], at):
        # Nearly all that is delivered goes on with what came before it.
        return _put(bill, len(parts) - 1, len(parts), _interval(quarter, parts[-1].energy_mwh + energy_mwh, at))
    end = bisect_right(parts, quarter, key=_quarter)
    place = end
    while place and parts[place - 1].quarter == quarter:
        place -= 1
        if _at(parts[place], at):
            return _put(bill, place, place + 1, _interval(quarter, parts[place].energy_mwh + energy_mwh, at))
    return _put(bill, end, end, _interval(quarter, energy_mwh, at))


def _put(bill: Bill, begin: int, end: int, interval: Interval) -> Bill:
    """Put an interval in the place of those from `begin` up to `end`."""
    parts = bill.intervals
    cost = bill.cost_micro + (interval.cost_micro or 0)
    for part in parts[begin:end]:
        cost -= part.cost_micro or 0
    return Bill(bill.session_id, (*parts[:begin], interval, *parts[end:]), cost)


def _repriced(bill: Bill, quarter: int, before: Quote, after: Quote) -> Bill:
    """The bill with what a quarter-hour has at one price at another."""
    for place, part in enumerate(bill.intervals):
        if part.quarter == quarter and _at(part, before):
            bill = _put(bill, place, place + 1, _interval(quarter, part.energy_mwh, after))
    return bill


def _interval(quarter: int, energy_mwh: int, at: Quote) -> Interval:
    return Interval(quarter, energy_mwh, at.price_micro, cost_of(energy_mwh, at.price_micro), at.fallback)


def _at(part: Interval, quoted: Quote) -> bool:
    return part.price_micro == quoted.price_micro and part.fallback == quoted.fallback


def _quarter(part: Interval) -> int:
    return part.quarter


def _complete(state: PricingState, record: SessionRecord, settings: Settings) -> tuple[Bill, bool]:
    """Make the bill agree with the session: a part that never arrived here is charged at its end.

    That happens only when a fault ate a message. More on the bill than in the session cannot be told apart
    part by part, so the bill starts afresh.
    """
    bill = state.bill if state.bill.session_id == record.session_id else Bill(record.session_id)
    missing = record.energy_mwh - sum(part.energy_mwh for part in bill.intervals)
    if missing == 0:
        return bill, True
    if missing < 0:
        bill, missing = Bill(record.session_id), record.energy_mwh
    ended_at = record.started_at if record.ended_at is None else record.ended_at
    at = quote(settings.charger.tariff, state.prices, ended_at)
    return _add(bill, quarter_of(ended_at), missing, at), False
