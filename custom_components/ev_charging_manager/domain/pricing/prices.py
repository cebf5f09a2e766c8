"""Which spot price was in force when, as far as anybody saw it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from ..quarters import QUARTER_S, quarter_of

# Price sensors follow the market by some seconds; what they say this soon after a boundary was meant for it.
LATE_S = 120.0
# A charger that was away, or a meter that counts in whole kWh, tells of energy that flowed long before. The longest
# day has 25 hours.
KEPT_S = 26 * 3600
# A sensor that blends in solar power may change every second, and each change is an interval of the session.
MOST_CHANGES = 15
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From `since` on (UTC epoch seconds) a kWh costs `price_micro`, in millionths; None: nobody knows."""

    since: float
    price_micro: int | None


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of the last day or so, oldest first.

    `watched` names the watch that told of the last of them by the time at which it began, `until` is the end of the
    last quarter-hour in which it told of one. Both are UTC epoch seconds.
    """

    steps: tuple[PriceStep, ...] = ()
    watched: float | None = None
    until: int = 0

    def at(self, utc: float) -> int | None:
        """The price that was in force at a time; None: nobody knows."""
        place = bisect_right(self.steps, utc, key=_since)
        return self.steps[place - 1].price_micro if place else None

    def changes(self, since: float, until: float) -> tuple[float, ...]:
        """When the price began that was in force at `since`, and those that followed it before `until`."""
        first, last = bisect_right(self.steps, since, key=_since), bisect_left(self.steps, until, key=_since)
        return tuple(step.since for step in self.steps[max(0, first - 1) : max(first, last)])


def learn(prices: Prices, at: float, price_micro: int | None, watched: float) -> Prices:
    """Take what a kWh costs from now on.

    A price holds on into later quarter-hours as long as its sensor says it, and stops at the end of the quarter-hour
    in which the sensor, or whoever watches it, went away. Telling the latest again changes nothing.
    """
    steps = prices.steps if watched == prices.watched else _up_to(prices.steps, prices.until)
    # What was expected of the time to come is void.
    said = Prices(tuple(step for step in steps if step.since <= at))
    since = _unknown_from(said, at) if price_micro is None else _known_from(said, at, price_micro, watched)
    steps = _with(said.steps, since, price_micro)
    return Prices(_pruned(steps, quarter_of(at)), watched, quarter_of(at) + QUARTER_S)


def _up_to(steps: tuple[PriceStep, ...], until: int) -> tuple[PriceStep, ...]:
    """What a watch that ended told: nobody saw a price of the quarter-hours after it."""
    return _with(steps, until, None) if steps else ()


def _with(steps: tuple[PriceStep, ...], since: float | None, price_micro: int | None) -> tuple[PriceStep, ...]:
    if since is None:
        return steps
    return (*(step for step in steps if step.since < since), PriceStep(since, price_micro))


def _known_from(said: Prices, at: float, price_micro: int, watched: float) -> float | None:
    """From when on a price counts that is told at a time; None: it is the one that counts already."""
    quarter, before = quarter_of(at), said.at(at)
    # The first look finds a price that was there before anybody looked.
    if at - quarter <= LATE_S or (before is None and at - watched <= LATE_S):
        return quarter
    if before == price_micro:
        return None
    changes = sum(step.since >= quarter for step in said.steps)
    return at if changes < MOST_CHANGES else quarter + QUARTER_S


def _unknown_from(said: Prices, at: float) -> float | None:
    """From when on the price is unknown that was lost at a time; None: it was unknown before.

    One that was told in this quarter-hour holds to its end. One that is left over from the last one does not while
    its successor may still be on the way.
    """
    quarter = quarter_of(at)
    if said.at(at) is None:
        return None
    told = any(step.since >= quarter for step in said.steps)
    return quarter if at - quarter <= LATE_S and not told else quarter + QUARTER_S


def _pruned(steps: tuple[PriceStep, ...], quarter: int) -> tuple[PriceStep, ...]:
    """Without what nothing reaches back to, and without repetitions that a later message cannot take back."""
    kept: list[PriceStep] = []
    for step, later in zip(steps, (*steps[1:], None), strict=False):
        outdated = later is not None and later.since <= quarter - KEPT_S
        repeated = bool(kept) and kept[-1].price_micro == step.price_micro and step.since < quarter
        if not (outdated or repeated):
            kept.append(step)
    return tuple(kept[-MOST_STEPS:])


def _since(step: PriceStep) -> float:
    return step.since
