"""For any order of prices and energy the bill is exact, and late prices have the same effect as timely ones."""

from __future__ import annotations

from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.household import Settings
from custom_components.ev_charging_manager.domain.messages import Delivered, PriceKnown
from custom_components.ev_charging_manager.domain.pricing.bill import PricingState, charge, informed, opened, priced
from custom_components.ev_charging_manager.domain.quantity import cost_of
from custom_components.ev_charging_manager.domain.quarters import QUARTER_S
from custom_components.ev_charging_manager.ledger.codec import decode, encode

from ..billing import FALLBACK, NOON, SESSION, SPOT, STATIC, WATCHED, bill, delivered, known, moment, record

# One price for each quarter-hour, each late by some seconds (None: it never arrives), and energy in uneven steps.
quarterly = st.lists(
    st.tuples(st.integers(-500_000, 2_000_000), st.one_of(st.none(), st.floats(0, 120))), min_size=2, max_size=8
)
strides = st.lists(st.tuples(st.floats(0.5, 1200), st.integers(1, 3_000_000)), min_size=1, max_size=25)


def _messages(
    prices: list[tuple[int, float | None]], steps: list[tuple[float, int]]
) -> tuple[list[Delivered], list[PriceKnown]]:
    """Return the deliveries and the price messages; a price that never arrives is lost at the boundary."""
    at, energy = 0.0, []
    for seconds, mwh in steps:
        energy.append(delivered(at, at + seconds, mwh))
        at += seconds
    messages = []
    for number, (price, late) in enumerate(prices):
        boundary = number * QUARTER_S
        messages.append(known(boundary, None) if late is None else known(boundary + late, price))
    return energy, messages


@given(quarterly, strides)
def test_the_order_in_which_late_prices_come_does_not_matter(
    prices: list[tuple[int, float | None]], steps: list[tuple[float, int]]
) -> None:
    energy, price_messages = _messages(prices, steps)
    messages: list[Delivered | PriceKnown] = [*energy, *price_messages]
    as_it_happened = sorted(messages, key=lambda m: m.until.utc if isinstance(m, Delivered) else m.at.utc)
    state = bill(*as_it_happened)
    for part in state.bill.intervals:
        number = min((part.quarter - NOON) // QUARTER_S, len(prices) - 1)
        price, late = prices[number]
        # The last price that arrived continues to apply.
        assert (part.price_micro, part.fallback) == ((FALLBACK, True) if late is None else (price, False))
    assert state.bill == bill(*price_messages, *energy).bill


anything = st.lists(
    st.one_of(
        st.tuples(st.just("price"), st.one_of(st.none(), st.integers(-500_000, 2_000_000)), st.floats(0, 1000)),
        st.tuples(st.just("energy"), st.integers(1, 3_000_000), st.floats(0, 4000)),
        st.tuples(st.just("late energy"), st.integers(1, 3_000_000), st.floats(0, 4000)),
        st.tuples(st.just("restart"), st.none(), st.floats(0, 4000)),
    ),
    max_size=40,
)


@given(anything, st.sampled_from([SPOT, STATIC]))
def test_the_intervals_always_sum_to_the_session(
    happens: list[tuple[str, int | None, float]], tariff: Settings
) -> None:
    state, now, delivered_until, watched, total = opened(PricingState(), SESSION), 0.0, 0.0, WATCHED, 0
    for what, amount, seconds in happens:
        now += seconds
        if what == "price":
            state = informed(state, PriceKnown(moment(now), amount, watched), tariff)
        elif what == "restart":
            watched = moment(now).utc
            state = informed(decode(encode(state), PricingState), PriceKnown(moment(now), None, watched), tariff)
        else:
            since = delivered_until if what == "late energy" else now - seconds
            state = charge(state, delivered(since, now, amount or 0), tariff)
            delivered_until, total = now, total + (amount or 0)
    intervals = state.bill.intervals
    assert sum(part.energy_mwh for part in intervals) == total
    assert all(part.energy_mwh > 0 for part in intervals)
    assert [part.quarter for part in intervals] == sorted(part.quarter for part in intervals)
    assert len({(part.quarter, part.price_micro, part.fallback) for part in intervals}) == len(intervals)
    assert all(part.cost_micro == cost_of(part.energy_mwh, part.price_micro or 0) for part in intervals)
    finished = priced(state, record(total), tariff)
    assert finished.cost_micro == sum(part.cost_micro or 0 for part in finished.intervals)
    assert finished.price_fallback_mwh == sum(part.energy_mwh for part in finished.intervals if part.fallback)
    assert not finished.data_gap
