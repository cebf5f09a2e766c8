"""What a session costs, worked out from how the household was set up and from what really flowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .stand_in.demo_spot_market.prices import price_at

_KWH_PER_MWH = 1000
_MWH_PER_WS = 1000 / 3600


@dataclass(frozen=True, slots=True)
class SpotPrice:
    """The market's price with what comes on top of it: (spot + additional) × VAT, in currency units per kWh."""

    additional: float
    vat: float

    def at(self, utc: float) -> float:
        """What a kilowatt-hour costs at that house time."""
        return (price_at(utc) / _KWH_PER_MWH + self.additional) * self.vat


type Price = float | SpotPrice


def cost_micro(price: Price, truth: Mapping[str, Any]) -> float:
    """What a true session cost, in millionths: 1 mWh at 1 per kWh is one of them."""
    if not isinstance(price, SpotPrice):
        return float(truth["counter_mwh"] * price)
    return sum(energy * price.at(quarter) for quarter, energy in quarters(truth).items())


def slack_micro(price: Price, truth: Mapping[str, Any], time_s: float) -> float:
    """How far two costs may differ whose quarter-hours begin up to `time_s` apart: that much goes at another price."""
    if not isinstance(price, SpotPrice):
        return 0.0
    steps = sum(abs(price.at(later) - price.at(former)) for former, later in pairwise(quarters(truth)))
    return float(truth["max_power_w"] * time_s * _MWH_PER_WS * steps)


def quarters(truth: Mapping[str, Any]) -> dict[int, int]:
    """mWh by the start of the quarter-hour in which they flowed (UTC epoch seconds)."""
    return {int(start): energy for start, energy in truth["quarters_mwh"].items()}
