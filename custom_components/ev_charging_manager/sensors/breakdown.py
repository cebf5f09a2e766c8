"""The attribute that shows a sum by month or by user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.quantity import kwh
from ..domain.statistics.totals import Total
from .values import amount

type Part = dict[str, Any]
"""A total as the attribute shows it."""


class Breakdown:
    """Caches the parts: while a car charges, only the current month and user change.

    The part of a total that is the same object as before is also the same object as before.
    """

    def __init__(self) -> None:
        """Start with an empty cache."""
        self._cached: dict[str, tuple[Total, Part]] = {}

    def of(self, totals: Mapping[str, Total]) -> dict[str, Part]:
        """Return a part for each total, in their order."""
        self._cached = {key: self._entry(key, total) for key, total in totals.items()}
        return {key: part for key, (_, part) in self._cached.items()}

    def _entry(self, key: str, total: Total) -> tuple[Total, Part]:
        cached = self._cached.get(key)
        if cached is not None and cached[0] is total:
            return cached
        return total, _part(total)


def _part(total: Total) -> Part:
    return {"energy_kwh": kwh(total.energy_mwh), "cost": amount(total.cost_micro), "sessions": total.sessions}
