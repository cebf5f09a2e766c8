"""Figures of one or many days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields


@dataclass(slots=True, kw_only=True)
class Figures:
    """Counts that can be summed over days."""

    cars: int = 0
    records: int = 0
    messages: int = 0
    changes: int = 0
    delivered_mwh: int = 0
    unexplained_mwh: int = 0
    raised: int = 0
    restarts: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    explained_mwh: Counter[str] = field(default_factory=Counter)

    def add(self, day: Figures) -> None:
        """Add the figures of a day."""
        for each in fields(Figures):
            setattr(self, each.name, getattr(self, each.name) + getattr(day, each.name))
