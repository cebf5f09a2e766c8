"""What the demo's market asks. Known beforehand, so that bills can be worked out without asking anybody."""

from __future__ import annotations

from typing import Final

QUARTER_S: Final = 900
UNIT: Final = "EUR/MWh"
# Cheap, dear, and once an hour or so negative, as on a windy day.
_PRICES: Final = (84.0, 31.5, 140.8, -12.0, 96.4, 12.3, 171.9, 55.2)


def price_at(utc: float) -> float:
    """EUR per MWh in the quarter-hour that holds this house time (UTC epoch seconds)."""
    return _PRICES[int(utc // QUARTER_S) % len(_PRICES)]
