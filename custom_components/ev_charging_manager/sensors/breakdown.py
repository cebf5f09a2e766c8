"""Sums by month or by name as an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.quantity import kwh
from ..domain.statistics.totals import Total
from .values import amount

type Shown = dict[str, Any]


class Breakdown:
    """What is over is not made anew: of years of months, a charging car changes one.

    A total that is the same object as before is shown as the same object, too.
    """

    def __init__(self) -> None:
        """Nothing was shown yet."""
        self._known: dict[str, tuple[Total, Shown]] = {}

    def of(self, totals: Mapping[str, Total]) -> dict[str, Shown]:
        """The parts in the order of their totals."""
        known = self._known
        self._known = {
            key: before if (before := known.get(key)) is not None and before[0] is total else (total, _part(total))
            for key, total in totals.items()
        }
        return {key: shown for key, (_, shown) in self._known.items()}


def _part(total: Total) -> Shown:
    return {"energy_kwh": kwh(total.energy_mwh), "cost": amount(total.cost_micro), "sessions": total.sessions}
