"""Totals including running sessions. A change removes the session's old part and adds the new one."""

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
    """The amounts of one session, by month and in total. A cost in another currency is left out."""

    record: SessionRecord
    months: Mapping[str, Total]
    total: Total

    @classmethod
    def of(cls, record: SessionRecord, months: Mapping[str, Total], own_currency: str) -> Part:
        """Return the part of a session; `months` are its amounts in its own currency."""
        if record.currency != own_currency:
            months = {month: replace(amounts, cost_micro=0) for month, amounts in months.items()}
        return cls(record, months, sum(months.values(), NOTHING))

    def in_same_sums(self, record: SessionRecord) -> bool:
        """Return whether a later record of this session belongs into the same sums."""
        before = self.record
        return before.identity == record.identity and before.charger_id == record.charger_id

    def since(self, before: Part) -> Part | None:
        """Return the growth since an earlier part of the session; None where it reached another month."""
        if self.months.keys() != before.months.keys():
            return None
        months = {month: amounts - before.months[month] for month, amounts in self.months.items()}
        return Part(self.record, months, self.total - before.total)


class Counted:
    """Adds the running sessions to the recorded ones; `sessions` are the recorded ones.

    The result is the same object while both inputs are the same objects, so that unchanged totals are found quickly.
    """

    __slots__ = ("_recorded", "_running", "_total")

    def __init__(self) -> None:
        """Start at zero."""
        self._recorded = self._running = self._total = NOTHING

    def of(self, recorded: Total, running: Total) -> Total:
        """Return the sum of both."""
        if recorded is not self._recorded or running is not self._running:
            self._recorded, self._running = recorded, running
            self._total = _counted(recorded, running)
        return self._total


@dataclass(slots=True)
class View:
    """The sum of a scope. `running` is kept apart from `recorded`; its `sessions` are the running ones."""

    recorded: Sum = field(default_factory=Sum)
    running: Total = field(default_factory=Total)
    running_months: dict[str, Total] = field(default_factory=dict)
    _counted: Counted = field(default_factory=Counted)

    @classmethod
    def over(cls, recorded: Iterable[Sum], running: Iterable[Part]) -> View:
        """Return the view of these recorded sums and running sessions."""
        view = cls()
        for each in recorded:
            view.recorded.merge(each)
        for part in running:
            view.put(part)
        return view

    @property
    def total(self) -> Total:
        """The recorded and running sessions together; `sessions` are the recorded ones."""
        return self._counted.of(self.recorded.total, self.running)

    def months(self) -> dict[str, Total]:
        """Return `total` by month, in order of time."""
        months = dict(self.recorded.months)
        for month, running in self.running_months.items():
            months[month] = _counted(months.get(month, NOTHING), running)
        return {month: months[month] for month in sorted(months)}

    def put(self, part: Part) -> None:
        """Add a running session."""
        self.running += part.total
        for month, amounts in part.months.items():
            self.running_months[month] = self.running_months.get(month, NOTHING) + amounts

    def take(self, part: Part) -> None:
        """Remove a running session, with the part that was added."""
        self.running -= part.total
        for month, amounts in part.months.items():
            left = self.running_months.pop(month, NOTHING) - amounts
            if left != NOTHING:
                self.running_months[month] = left


@dataclass(slots=True)
class Share:
    """The total of one payer, with the payer's name."""

    name: str
    recorded: Total = field(default_factory=Total)
    running: Total = field(default_factory=Total)
    _counted: Counted = field(default_factory=Counted)

    @property
    def total(self) -> Total:
        """The recorded and running sessions together; `sessions` are the recorded ones."""
        return self._counted.of(self.recorded, self.running)

    @property
    def sessions(self) -> int:
        """The number of sessions, running ones included."""
        return self.recorded.sessions + self.running.sessions

    def put(self, part: Part) -> None:
        """Add a running session."""
        self.running += part.total

    def take(self, part: Part) -> None:
        """Remove a running session, with the part that was added."""
        self.running -= part.total


def by_name(shares: Iterable[Share]) -> dict[str, Total]:
    """Return the total of each name, sorted by name; payers without a session are left out."""
    named: dict[str, Total] = {}
    for share in (share for share in shares if share.sessions):
        known = named.get(share.name)
        named[share.name] = share.total if known is None else known + share.total
    return {name: named[name] for name in sorted(named)}


def months_of(record: SessionRecord, zone: tzinfo) -> dict[str, Total]:
    """Return the amounts of a session by month, by the same rule as the ledger's."""
    intervals = record.intervals
    first = month_of(record.started_at, zone)
    if not intervals or month_of(intervals[-1].quarter, zone) == first:
        # Hot path: intervals are in order of time, and nearly every session is within one month.
        return {first: Total(record.energy_mwh, record.cost_micro or 0, 1)}
    parts = ((part.quarter, part.energy_mwh, part.cost_micro) for part in intervals)
    return by_month(record.started_at, record.energy_mwh, record.cost_micro, parts, zone)


def _counted(recorded: Total, running: Total) -> Total:
    return Total(recorded.energy_mwh + running.energy_mwh, recorded.cost_micro + running.cost_micro, recorded.sessions)
