"""Sums for people: what was recorded, and what the running sessions add to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, tzinfo

from .household import Options, User, UserType
from .payers import Payer, Payers, payer_of
from .records import Identity, Outcome, SessionRecord
from .sums import Scope, Sum
from .totals import MonthTotal, Total, by_month, month_of

type Cell = tuple[str, Payer]
"""Charger and payer."""

# Far more than can be on their way from the ledger to here at any moment.
_REMEMBERED = 256


class Statistics:
    """The household's sums by charger and user. Each step costs the same however many sessions there are.

    A session that runs counts with what it has so far, once it is long enough to be kept. It leaves only when its
    record arrives, so that no sum dips between the end of a session and the moment it is durable.

    Residents, guests and Unknown together are the household: each payer is one of these, with all of their sessions.
    """

    def __init__(self, zone: tzinfo = UTC, currency: str = "EUR") -> None:
        """Start with nothing. `zone` says where months begin; costs in another currency are kept apart."""
        self._zone = zone
        self._currency = currency
        self._payers = Payers()
        self._cells: dict[Cell, Sum] = {}
        self._views: dict[Scope, Sum] = {}
        self._open: dict[str, SessionRecord] = {}
        self._counted: dict[str, None] = {}
        self._by_month = True

    @property
    def by_month(self) -> bool:
        """Whether the months are known."""
        return self._by_month

    def load(self, recorded: Iterable[MonthTotal], last: Iterable[SessionRecord], by_month: bool = True) -> None:
        """Take what the ledger holds in place of all that was recorded here.

        `by_month` False: `recorded` are sums over all months, and there are no months until the next load.
        `last` is the last session of each payer at each charger. What ended while the ledger was asked is in its
        answer, may still run here, and may be reported here afterwards.
        """
        self._cells, self._views, self._by_month = {}, {}, by_month
        known: dict[tuple[str | None, str, str], Identity] = {}
        for month in recorded:
            # Years of months come at each start, of a few people: who they are is asked once.
            named = month.user_id, month.user_name, month.user_type
            who = known.get(named)
            if who is None:
                who = known[named] = Identity(month.user_id, month.user_name, UserType(month.user_type))
                self._payers.meet(who)
            self._cell(month.charger_id, who).add({month.month: month.total}, month.currency, self._currency)
        for record in last:
            if cell := self._cells.get((record.charger_id, payer_of(record.identity))):
                cell.see(record)
            self._remember(record.session_id)
            self._open.pop(record.session_id, None)

    def know(self, users: Mapping[str, User]) -> None:
        """Take who belongs to the household and what they are."""
        if self._payers.know(users):
            self._views = {}

    def run(self, record: SessionRecord, options: Options) -> None:
        """Take a running session as it stands."""
        if record.duration_s >= options.shortest_session_s and record.energy_mwh >= options.least_energy_mwh:
            self._open[record.session_id] = record

    def record(self, record: SessionRecord) -> bool:
        """Take a session that is durable. False: it was counted before, and only the ledger knows as what."""
        if record.outcome is Outcome.RUNNING:
            return True
        self._open.pop(record.session_id, None)
        if record.session_id in self._counted:
            return False
        if record.outcome is Outcome.COMPLETED:
            self._add(record)
            self._remember(record.session_id)
        return True

    def of_user(self, user_id: str) -> Total:
        """The total of one user."""
        return self.total(Scope(user_id=user_id))

    def total(self, scope: Scope) -> Total:
        """What was recorded and what runs. `sessions` counts those that were recorded."""
        return sum((self._so_far(running) for running in self._running(scope)), self.recorded(scope))

    def recorded(self, scope: Scope) -> Total:
        """What was recorded."""
        return self._view(scope).total

    def months(self, scope: Scope) -> dict[str, Total]:
        """The same as `total`, by local month of delivery in order of time; empty before the months are known."""
        if not self._by_month:
            return {}
        months = dict(self._view(scope).months)
        for running in self._running(scope):
            for month, part in self._parts(running).items():
                cost = part.cost_micro if running.currency == self._currency else 0
                months[month] = months.get(month, Total()) + Total(part.energy_mwh, cost)
        return dict(sorted(months.items()))

    def elsewhere(self, scope: Scope) -> Mapping[str, int]:
        """What recorded sessions cost in other currencies, in millionths."""
        return self._view(scope).elsewhere

    def last(self, scope: Scope) -> SessionRecord | None:
        """The recorded session that ended last, without its intervals."""
        return self._view(scope).last

    def name_of(self, who: Identity) -> str:
        """What somebody is called by now; those who were deleted keep their name, as removed."""
        return self._payers.name_of(who)

    def by_name(self) -> dict[str, Total]:
        """The household's total by name. Those who were deleted stay in it, as removed."""
        named: dict[str, Total] = {}
        for (_, payer), cell in self._cells.items():
            name = self._payers.name_of(self._payers.met(payer))
            named[name] = named.get(name, Total()) + cell.total
        for running in self._open.values():
            name = self._payers.name_of(running.identity)
            named[name] = named.get(name, Total()) + self._so_far(running)
        return dict(sorted(named.items()))

    def _add(self, record: SessionRecord) -> None:
        who, charger_id, months = record.identity, record.charger_id, self._parts(record)
        if self._payers.meet(who):
            self._views = {}
        user_type = self._payers.type_of(who)
        views = (view for scope, view in self._views.items() if scope.covers(charger_id, who.user_id, user_type))
        for each in (self._cell(charger_id, who), *views):
            each.add(months, record.currency, self._currency)
            each.see(replace(record, intervals=()))

    def _remember(self, session_id: str) -> None:
        self._counted[session_id] = None
        if len(self._counted) > _REMEMBERED:
            del self._counted[next(iter(self._counted))]

    def _cell(self, charger_id: str, who: Identity) -> Sum:
        return self._cells.setdefault((charger_id, payer_of(who)), Sum())

    def _view(self, scope: Scope) -> Sum:
        """The sum of a scope: gathered from the cells once, and kept up to date from then on."""
        view = self._views.get(scope)
        if view is None:
            view = self._views[scope] = Sum()
            for (charger_id, payer), cell in self._cells.items():
                if scope.covers(charger_id, payer[0], self._payers.type_of(self._payers.met(payer))):
                    view.merge(cell)
        return view

    def _running(self, scope: Scope) -> Iterator[SessionRecord]:
        for running in self._open.values():
            who = running.identity
            if scope.covers(running.charger_id, who.user_id, self._payers.type_of(who)):
                yield running

    def _so_far(self, running: SessionRecord) -> Total:
        own = running.currency == self._currency
        return Total(running.energy_mwh, (running.cost_micro or 0) if own else 0)

    def _parts(self, record: SessionRecord) -> dict[str, Total]:
        """What a session puts into each month, by the rule that the ledger keeps."""
        intervals = record.intervals
        if intervals and month_of(intervals[-1].quarter, self._zone) == month_of(record.started_at, self._zone):
            # They are in order of time: nearly every session is done without a look at each.
            intervals = ()
        parts = ((part.quarter, part.energy_mwh, part.cost_micro) for part in intervals)
        return by_month(record.started_at, record.energy_mwh, record.cost_micro, parts, self._zone)
