"""Totals over sessions, and their distribution over local months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from ..value import value


@value
class Total:
    """Energy in mWh, cost in millionths, and the number of recorded sessions."""

    energy_mwh: int = 0
    cost_micro: int = 0
    sessions: int = 0

    def __add__(self, more: Total) -> Total:
        return Total(
            self.energy_mwh + more.energy_mwh, self.cost_micro + more.cost_micro, self.sessions + more.sessions
        )

    def __sub__(self, less: Total) -> Total:
        return Total(
            self.energy_mwh - less.energy_mwh, self.cost_micro - less.cost_micro, self.sessions - less.sessions
        )


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """One month of one user at one charger. `month` is `YYYY-MM` in local time; `user_id` is None without a user.

    Energy and cost of a session are in the months in which the energy was delivered. The session is counted once, in
    the month in which it started.
    """

    charger_id: str
    user_id: str | None
    user_name: str
    user_type: str
    month: str
    currency: str
    energy_mwh: int
    cost_micro: int
    sessions: int

    @property
    def total(self) -> Total:
        """The amounts of the month."""
        return Total(self.energy_mwh, self.cost_micro, self.sessions)


type Part = tuple[int, int, int | None]
"""An interval: the UTC epoch second at which it starts, energy in mWh, cost in millionths."""


@lru_cache(1024)
def month_of(utc: float, zone: tzinfo) -> str:
    """Return the local month (`YYYY-MM`) of a UTC epoch second. Cached, because each refresh needs the same few."""
    local = datetime.fromtimestamp(utc, zone)
    return f"{local.year:04}-{local.month:02}"


def by_month(
    started_at: float, energy_mwh: int, cost_micro: int | None, parts: Iterable[Part], zone: tzinfo
) -> dict[str, Total]:
    """Return the amounts of a session by month. Their sum is exactly its energy, its cost and one session.

    Energy and cost that are in no part go into the month in which the session started. A cost of None counts as zero in
    every month.
    """
    energy: dict[str, int] = defaultdict(int)
    cost: dict[str, int] = defaultdict(int)
    for utc, part_mwh, part_micro in parts:
        month = month_of(utc, zone)
        energy[month] += part_mwh
        if cost_micro is not None:
            cost[month] += part_micro or 0
    first = month_of(started_at, zone)
    energy[first] += energy_mwh - sum(energy.values())
    cost[first] += (cost_micro or 0) - sum(cost.values())
    return {month: Total(energy[month], cost[month], int(month == first)) for month in sorted(energy)}
