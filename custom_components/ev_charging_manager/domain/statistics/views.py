"""Sums with what runs: a session's part is taken out as it stood and put in as it stands, and no other is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from ..records import SessionRecord
from ..value import value
from .sums import Sum
from .totals import Total, by_month, month_of

NOTHING = Total()


@value
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
        return cls(record, months, sum(months.values(), NOTHING))

    def goes_where(self, record: SessionRecord) -> bool:
        """Whether a later state of this session is in the same sums."""
        before = self.record
        return before.identity == record.identity and before.charger_id == record.charger_id

    def since(self, before: Part) -> Part | None:
        """What came to it since an earlier state of the session; None where it is in other months."""
        if self.months.keys() != before.months.keys():
            return None
        months = {month: amounts - before.months[month] for month, amounts in self.months.items()}
        return Part(self.record, months, self.total - before.total)


class Counted:
    """What was recorded and what runs as one total; `sessions` are those that were recorded.

    It is the same object until one of them is another, so whoever shows it sees at a glance that nothing changed.
    """

    __slots__ = ("_recorded", "_running", "_total")

    def __init__(self) -> None:
        """Count nothing yet."""
        self._recorded = self._running = self._total = NOTHING

    def of(self, recorded: Total, running: Total) -> Total:
        """All of it."""
        if recorded is not self._recorded or running is not self._running:
            self._recorded, self._running = recorded, running
            self._total = _counted(recorded, running)
        return self._total


@dataclass(slots=True)
class View:
    """The sum of a scope. What runs is kept beside what was recorded, and its `sessions` are those that run."""

    recorded: Sum = field(default_factory=Sum)
    running: Total = field(default_factory=Total)
    running_months: dict[str, Total] = field(default_factory=dict)
    _counted: Counted = field(default_factory=Counted)

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
        return self._counted.of(self.recorded.total, self.running)

    def months(self) -> dict[str, Total]:
        """The same by month, in order of time; months in which nothing runs are those that were recorded."""
        months = dict(self.recorded.months)
        for month, running in self.running_months.items():
            months[month] = _counted(months.get(month, NOTHING), running)
        return {month: months[month] for month in sorted(months)}

    def put(self, part: Part) -> None:
        """Take in a running session."""
        self.running += part.total
        for month, amounts in part.months.items():
            self.running_months[month] = self.running_months.get(month, NOTHING) + amounts

    def take(self, part: Part) -> None:
        """Let go of a running session, as it was put in."""
        self.running -= part.total
        for month, amounts in part.months.items():
            left = self.running_months.pop(month, NOTHING) - amounts
            if left != NOTHING:
                self.running_months[month] = left


@dataclass(slots=True)
class Share:
    """What one payer has charged in all, and what they are called."""

    name: str
    recorded: Total = field(default_factory=Total)
    running: Total = field(default_factory=Total)
    _counted: Counted = field(default_factory=Counted)

    @property
    def total(self) -> Total:
        """All of it; `sessions` are those that were recorded."""
        return self._counted.of(self.recorded, self.running)

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


def by_name(shares: Iterable[Share]) -> dict[str, Total]:
    """What was charged under each name, in order; who has no session has no part in it."""
    named: dict[str, Total] = {}
    for share in (share for share in shares if share.sessions):
        known = named.get(share.name)
        named[share.name] = share.total if known is None else known + share.total
    return {name: named[name] for name in sorted(named)}


def months_of(record: SessionRecord, zone: tzinfo) -> dict[str, Total]:
    """What a session puts into each month, by the rule that the ledger keeps."""
    intervals = record.intervals
    first = month_of(record.started_at, zone)
    if not intervals or month_of(intervals[-1].quarter, zone) == first:
        # They are in order of time: nearly every session is done without a look at each.
        return {first: Total(record.energy_mwh, record.cost_micro or 0, 1)}
    parts = ((part.quarter, part.energy_mwh, part.cost_micro) for part in intervals)
    return by_month(record.started_at, record.energy_mwh, record.cost_micro, parts, zone)


def _counted(recorded: Total, running: Total) -> Total:
    return Total(recorded.energy_mwh + running.energy_mwh, recorded.cost_micro + running.cost_micro, recorded.sessions)
