"""The intervals of a bill: the energy of a quarter-hour at one price, and its cost."""

from __future__ import annotations

from bisect import bisect_right

from ..quantity import cost_of
from ..records import Interval
from ..tariff import SpotTariff, StaticTariff, Tariff
from ..value import value
from .prices import Prices


@value
class Quote:
    """The price of a kWh at a time, in millionths. `fallback`: the price is unknown and the tariff's fallback."""

    price_micro: int
    fallback: bool = False


@value
class Bill:
    """A session's intervals so far, in order of their quarter-hours, and the sum of their costs in millionths."""

    session_id: str | None = None
    intervals: tuple[Interval, ...] = ()
    cost_micro: int = 0

    @property
    def fallback_mwh(self) -> int:
        """The energy in mWh that was priced without a known price."""
        energy = 0
        for part in self.intervals:
            if part.fallback:
                energy += part.energy_mwh
        return energy


def quote(tariff: Tariff, prices: Prices, utc: float) -> Quote:
    """Return the price in force at a time in UTC epoch seconds."""
    match tariff:
        case StaticTariff():
            return Quote(tariff.price_micro)
        case SpotTariff():
            known = prices.at(utc)
            if known is None:
                return Quote(tariff.fallback_micro, fallback=True)
            return Quote(known)


def added(bill: Bill, quarter: int, energy_mwh: int, price: Quote) -> Bill:
    """Return the bill with energy of one quarter-hour; the energy of a quarter-hour at one price is one interval."""
    parts = bill.intervals
    if parts and parts[-1].quarter == quarter and _has(parts[-1], price):
        # Usual case: the energy extends the last interval.
        return _put(bill, len(parts) - 1, _interval(quarter, parts[-1].energy_mwh + energy_mwh, price))
    end = bisect_right(parts, quarter, key=_quarter)
    place = end
    while place and parts[place - 1].quarter == quarter:
        place -= 1
        if _has(parts[place], price):
            return _put(bill, place, _interval(quarter, parts[place].energy_mwh + energy_mwh, price))
    interval = _interval(quarter, energy_mwh, price)
    cost_micro = bill.cost_micro + (interval.cost_micro or 0)
    return Bill(bill.session_id, (*parts[:end], interval, *parts[end:]), cost_micro)


def _put(bill: Bill, place: int, interval: Interval) -> Bill:
    """Return the bill with another interval at a place."""
    parts = bill.intervals
    cost_micro = bill.cost_micro - (parts[place].cost_micro or 0) + (interval.cost_micro or 0)
    return Bill(bill.session_id, (*parts[:place], interval, *parts[place + 1 :]), cost_micro)


def repriced(bill: Bill, quarter: int, before: Quote, after: Quote) -> Bill:
    """Return the bill with a quarter-hour's energy at one price moved to another price."""
    for place, part in enumerate(bill.intervals):
        if part.quarter == quarter and _has(part, before):
            bill = _put(bill, place, _interval(quarter, part.energy_mwh, after))
    return bill


def _interval(quarter: int, energy_mwh: int, price: Quote) -> Interval:
    return Interval(
        quarter=quarter,
        energy_mwh=energy_mwh,
        price_micro=price.price_micro,
        cost_micro=cost_of(energy_mwh, price.price_micro),
        fallback=price.fallback,
    )


def _has(part: Interval, price: Quote) -> bool:
    return part.price_micro == price.price_micro and part.fallback == price.fallback


def _quarter(part: Interval) -> int:
    return part.quarter
