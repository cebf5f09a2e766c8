"""The true cost of a session, computed from the household's tariffs and the true energy."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .stand_in.demo_spot_market.prices import price_at

_KWH_PER_MWH = 1000
_MWH_PER_WS = 1000 / 3600


@dataclass(frozen=True, slots=True)
class SpotPrice:
    """The market price with surcharges and VAT: (spot + additional) × VAT, in currency units per kWh."""

    additional: float
    vat: float

    def at(self, utc: float) -> float:
        """Return the price of a kilowatt-hour at this house time."""
        return (price_at(utc) / _KWH_PER_MWH + self.additional) * self.vat


type Price = float | SpotPrice


def cost_micro(price: Price, truth: Mapping[str, Any]) -> float:
    """Return the cost of a true session in millionths: 1 mWh at a price of 1 per kWh costs one millionth."""
    if not isinstance(price, SpotPrice):
        return float(truth["counter_mwh"] * price)
    return sum(energy * price.at(quarter) for quarter, energy in quarters(truth).items())


def slack_micro(price: Price, truth: Mapping[str, Any], time_s: float) -> float:
    """Return the possible difference of two costs with quarter-hour boundaries up to `time_s` apart."""
    if not isinstance(price, SpotPrice):
        return 0.0
    steps = sum(abs(price.at(later) - price.at(former)) for former, later in pairwise(quarters(truth)))
    return float(truth["max_power_w"] * time_s * _MWH_PER_WS * steps)


def quarters(truth: Mapping[str, Any]) -> dict[int, int]:
    """Return the energy in mWh by the start of the quarter-hour (UTC epoch seconds)."""
    return {int(start): energy for start, energy in truth["quarters_mwh"].items()}
