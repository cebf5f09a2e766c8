"""Prices: the price of a kWh in each quarter-hour, and the reports of the price sensor."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from random import Random

QUARTER_S = 900
SOON_S = 110.0
"""A price that arrives this soon after a boundary counts from the boundary."""
FALLBACK = 400_000


@dataclass(frozen=True, slots=True)
class Told:
    """The price sensor changes to this price at this time (true seconds of the day); None: unavailable."""

    at: float
    price_micro: int | None


class Market:
    """A day of prices. The day begins at a quarter-hour."""

    def __init__(self, rng: Random, spot: bool, static_micro: int, hours: float) -> None:
        """Plan the prices. `spot`: prices change; otherwise there is one fixed price and no sensor."""
        self.spot = spot
        self.now: int | None = None
        self.troubled = False
        self._static = static_micro
        self.told: list[Told] = []
        if spot:
            self._draw(rng, int(hours * 4))
        self._starts, self._prices = self._in_force()

    def price(self, elapsed: float) -> int:
        """Return the price of a kWh delivered at this time, as far as it was known."""
        if not self.spot:
            return self._static
        known = self._prices[bisect_right(self._starts, elapsed) - 1]
        if known is None:
            return FALLBACK
        return known

    def cuts(self, since: float, until: float) -> list[float]:
        """Yield the times between two times, both included, at which the price may change."""
        inner = [start for start in self._starts if since < start < until]
        quarters = range(int(since // QUARTER_S + 1) * QUARTER_S, int(until) + 1, QUARTER_S)
        return [since, *sorted({*inner, *(float(each) for each in quarters if since < each < until)}), until]

    @property
    def spread(self) -> int:
        """Return the largest difference of two prices of the day."""
        if not self.spot:
            return 0
        prices = [FALLBACK if price is None else price for price in self._prices]
        return max(*prices, FALLBACK) - min(*prices, FALLBACK)

    @property
    def dearest(self) -> int:
        """Return the largest absolute price of a kWh."""
        return max(abs(price or 0) for price in (*self._prices, FALLBACK, self._static))

    def _draw(self, rng: Random, quarters: int) -> None:
        price, known = rng.randrange(-50_000, 400_000), True
        for quarter in range(quarters + 4):
            price = max(-200_000, min(900_000, price + rng.randrange(-80_000, 80_000)))
            begins = quarter * QUARTER_S + (rng.uniform(0.0, SOON_S) if quarter else 0.0)
            gap = quarter > 0 and rng.random() < 0.02
            if gap:
                known = False
                self.told.append(Told(begins, None))
            elif known or rng.random() < 0.5:
                late = quarter > 0 and rng.random() < 0.02
                self.told.append(Told(begins + (rng.uniform(150.0, 600.0) if late else 0.0), price))
                known = True

    def _in_force(self) -> tuple[list[float], list[int | None]]:
        """Return the time from which each price counts, by the rule of two minutes."""
        steps: dict[float, int | None] = {0.0: None}
        for told in self.told:
            quarter = told.at // QUARTER_S * QUARTER_S
            soon = told.at - quarter <= 120.0
            steps[quarter if soon else told.at] = told.price_micro
        return list(steps), list(steps.values())
