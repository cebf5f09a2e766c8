"""The history of spot prices: which price was in force when, as far as it is known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from ..quarters import QUARTER_S, quarter_of

# Price sensors follow the market by some seconds; a price this soon after a boundary applies from the boundary.
LATE_S = 120.0
# A charger that was away, or a meter that counts whole kWh, reports energy long after it flowed. The longest day has
# 25 hours.
KEPT_S = 26 * 3600
# A sensor that blends in solar power may change every second, and each change makes one more interval of a session.
MOST_CHANGES = 15
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From `since` on (UTC epoch seconds) a kWh costs `price_micro`, in millionths; None: unknown."""

    since: float
    price_micro: int | None


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of about the last day, oldest first.

    `watched`: when the watch of the price entity began that reported the last price. `until`: the end of the
    last quarter-hour in which that watch reported a price. Both are UTC epoch seconds.
    """

    steps: tuple[PriceStep, ...] = ()
    watched: float | None = None
    until: int = 0

    def at(self, utc: float) -> int | None:
        """Return the price in force at a time, in millionths; None: unknown."""
        place = bisect_right(self.steps, utc, key=_since)
        if not place:
            return None
        return self.steps[place - 1].price_micro

    def changes(self, since: float, until: float) -> tuple[float, ...]:
        """Return when the price in force at `since` began, and the prices that followed it before `until`."""
        first = bisect_right(self.steps, since, key=_since)
        last = bisect_left(self.steps, until, key=_since)
        return tuple(step.since for step in self.steps[max(0, first - 1) : max(first, last)])


def learn(prices: Prices, at: float, price_micro: int | None, watched: float) -> Prices:
    """Return the history with a new price (None: unknown from now on).

    A price continues into later quarter-hours while its sensor reports it. It ends with the quarter-hour in which the
    sensor became unavailable, or in which Home Assistant stopped watching it. A repetition of the latest price changes
    nothing.
    """
    steps = prices.steps
    if watched != prices.watched:
        steps = _until_unwatched(steps, prices.until)
    # A step in the future was only expected; the new price replaces it.
    known = Prices(tuple(step for step in steps if step.since <= at))
    steps = _with(known.steps, _applies_from(known, at, price_micro, watched), price_micro)
    return Prices(_pruned(steps, quarter_of(at)), watched, quarter_of(at) + QUARTER_S)


def _until_unwatched(steps: tuple[PriceStep, ...], until: int) -> tuple[PriceStep, ...]:
    """Return the steps of a watch that ended: the prices after it are unknown."""
    if not steps:
        return ()
    return _with(steps, until, None)


def _with(steps: tuple[PriceStep, ...], since: float | None, price_micro: int | None) -> tuple[PriceStep, ...]:
    if since is None:
        return steps
    return (*(step for step in steps if step.since < since), PriceStep(since, price_micro))


def _applies_from(known: Prices, at: float, price_micro: int | None, watched: float) -> float | None:
    """Return from when on a price applies (None: unknown) that arrives at a time; None: it applies already."""
    if price_micro is None:
        return _unknown_from(known, at)
    return _known_from(known, at, price_micro, watched)


def _known_from(known: Prices, at: float, price_micro: int, watched: float) -> float | None:
    quarter = quarter_of(at)
    before = known.at(at)
    if at - quarter <= LATE_S:
        return quarter
    if before is None and at - watched <= LATE_S:
        # A watch that just began finds a price that the sensor had before.
        return quarter
    if before == price_micro:
        return None
    changes = sum(step.since >= quarter for step in known.steps)
    if changes < MOST_CHANGES:
        return at
    return quarter + QUARTER_S


def _unknown_from(known: Prices, at: float) -> float | None:
    """Return from when on the price is unknown that was lost at a time; None: it was unknown before.

    A price that arrived in this quarter-hour applies to its end. A price of the quarter-hour before does not, as long
    as the new price may still arrive late.
    """
    quarter = quarter_of(at)
    if known.at(at) is None:
        return None
    arrived = any(step.since >= quarter for step in known.steps)
    if at - quarter <= LATE_S and not arrived:
        return quarter
    return quarter + QUARTER_S


def _pruned(steps: tuple[PriceStep, ...], quarter: int) -> tuple[PriceStep, ...]:
    """Return the steps without those too old for any energy, and without repetitions that are final."""
    kept: list[PriceStep] = []
    for step, later in zip(steps, (*steps[1:], None), strict=False):
        outdated = later is not None and later.since <= quarter - KEPT_S
        repeated = bool(kept) and kept[-1].price_micro == step.price_micro and step.since < quarter
        if not (outdated or repeated):
            kept.append(step)
    return tuple(kept[-MOST_STEPS:])


def _since(step: PriceStep) -> float:
    return step.since
