"""Sums over recorded sessions, by who charged, where, in which local month."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """One month of one user at one charger. `month` is `YYYY-MM` in local time of delivery, `user_id` None is Unknown.

    A session that crosses a month's end puts its energy and cost into the months in which they were delivered and
    counts once, in the month in which it started.
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
