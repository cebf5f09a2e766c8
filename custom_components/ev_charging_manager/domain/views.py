"""Sums with what runs: a session is taken out as it stood and put in as it stands, and no other is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from .records import Identity, SessionRecord
from .sums import Sum
from .totals import Total, by_month, month_of


@dataclass(frozen=True, slots=True)
class Part:
    """What one session puts into sums, by month; costs in another currency are in none of it."""

    record: SessionRecord
    months: Mapping[str, Total]
    total: Total

    @classmethod
    def of(cls, record: SessionRecord, months: Mapping[str, Total], own_currency: str) -> Part:
        """The part of a session whose months are in its own currency."""
        if record.currency != own_currency:
            months = {month: replace(amounts, cost_micro=0) for month, amounts in months.items()}
        return cls(record, months, sum(months.values(), Total()))


@dataclass(slots=True)
class View:
    """The sum of a scope. What runs is kept beside what was recorded, and its `sessions` are those that run."""

    recorded: Sum = field(default_factory=Sum)
    running: Total = field(default_factory=Total)
    running_months: dict[str, Total] = field(default_factory=dict)

    @classmethod
    def over(cls, recorded: Iterable[Sum], running: Iterable[Part]) -> View:
        """A view that is gathered from all it is of."""
        view = cls()
        for each in recorded:
            view.recorded.merge(each)
        for part in running:
            view.put(part)
        return view

    @property
    def total(self) -> Total:
        """All of it; `sessions` are those that were recorded."""
        return _counted(self.recorded.total, self.running)

    def months(self) -> dict[str, Total]:
        """The same by month, in order of time."""
        months = dict(self.recorded.months)
        for month, running in self.running_months.items():
            months[month] = _counted(months.get(month, Total()), running)
        return dict(sorted(months.items()))

    def put(self, part: Part) -> None:
        """Take in a running session."""
        self.running += part.total
        for month, amounts in part.months.items():
            self.running_months[month] = self.running_months.get(month, Total()) + amounts

    def take(self, part: Part) -> None:
        """Let go of a running session, as it was put in."""
        self.running -= part.total
        for month, amounts in part.months.items():
            left = self.running_months.pop(month, Total()) - amounts
            if left != Total():
                self.running_months[month] = left


@dataclass(slots=True)
class Share:
    """What one payer has charged in all."""

    who: Identity
    recorded: Total = field(default_factory=Total)
    running: Total = field(default_factory=Total)

    @property
    def total(self) -> Total:
        """All of it; `sessions` are those that were recorded."""
        return _counted(self.recorded, self.running)

    @property
    def sessions(self) -> int:
        """How many sessions it is of, those that run included."""
        return self.recorded.sessions + self.running.sessions

    def put(self, part: Part) -> None:
        """Take in a running session."""
        self.running += part.total

    def take(self, part: Part) -> None:
        """Let go of a running session, as it was put in."""
        self.running -= part.total


def months_of(record: SessionRecord, zone: tzinfo) -> dict[str, Total]:
    """What a session puts into each month, by the rule that the ledger keeps."""
    intervals = record.intervals
    if intervals and month_of(intervals[-1].quarter, zone) == month_of(record.started_at, zone):
        # They are in order of time: nearly every session is done without a look at each.
        intervals = ()
    parts = ((part.quarter, part.energy_mwh, part.cost_micro) for part in intervals)
    return by_month(record.started_at, record.energy_mwh, record.cost_micro, parts, zone)


def _counted(recorded: Total, running: Total) -> Total:
    return Total(recorded.energy_mwh + running.energy_mwh, recorded.cost_micro + running.cost_micro, recorded.sessions)
