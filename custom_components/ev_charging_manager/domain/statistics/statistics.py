"""The sums that are shown: recorded sessions, and what the running sessions add to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from ..household import Options, User, UserType
from ..records import Identity, Outcome, SessionRecord
from .payers import Payer, Payers, payer_of
from .sums import Scope, Sum, scopes_of
from .totals import MonthTotal, Total
from .views import Part, Share, View, by_name, months_of

type Cell = tuple[str, Payer]
"""The id of a charger, and a payer."""

# Far more sessions than can be on their way from the ledger at any moment.
_REMEMBERED = 256


@dataclass(slots=True)
class _Running:
    """A running session and the sums that contain it. They are looked up again when `as_of` is outdated."""

    part: Part
    scopes: tuple[Scope, ...] = ()
    sums: tuple[View | Share, ...] = ()
    as_of: int = -1


class Statistics:
    """The household's sums by charger and user. The cost of a step does not depend on the number of sessions.

    A running session counts once it reaches the minimum length and energy. It is replaced by its record only when that
    is on disk, so that no sum drops between the end of a session and its record.

    Residents, guests and Unknown add up to the household: each payer is one of these, with all of its sessions.
    """

    def __init__(self, zone: tzinfo = UTC, currency: str = "EUR") -> None:
        """Start without sessions. `zone` is the local time of months; costs in another currency are kept apart."""
        self._zone = zone
        self._currency = currency
        self._payers = Payers()
        self._cells: dict[Cell, Sum] = {}
        self._views: dict[Scope, View] = {}
        self._shares: dict[Payer, Share] | None = None
        self._changed: set[Scope] | None = None
        self._gathered = 0
        self._open: dict[str, _Running] = {}
        self._counted: dict[str, None] = {}
        self._by_month = True

    @property
    def by_month(self) -> bool:
        """Whether the sums by month are loaded."""
        return self._by_month

    def load(self, recorded: Iterable[MonthTotal], last: Iterable[SessionRecord], by_month: bool = True) -> None:
        """Replace all recorded sessions with the sums of the ledger.

        `by_month` False: `recorded` are sums over all months, and there are no months until the next load. `last` is
        the last session of each payer at each charger. A session that ended while the ledger was read is in `recorded`;
        it may still run here, and its record may arrive later.
        """
        self._cells = {}
        self._by_month = by_month
        self._forget_views()
        known: dict[tuple[str | None, str, str], Identity] = {}
        for month in recorded:
            # Years of months of few payers are loaded at each start: each identity is made once.
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
            self._leave(record.session_id)

    def set_users(self, users: Mapping[str, User]) -> None:
        """Take the household's users."""
        if self._payers.set_users(users):
            self._forget_views()

    def run(self, record: SessionRecord, options: Options) -> None:
        """Take the present record of a running session."""
        if record.duration_s < options.shortest_session_s or record.energy_mwh < options.least_energy_mwh:
            return
        part = Part.of(record, months_of(record, self._zone), self._currency)
        running = self._open.get(record.session_id)
        if running is not None and not running.part.in_same_sums(record):
            self._leave(record.session_id)
            running = None
        if running is None:
            running = self._open[record.session_id] = _Running(part)
            for each in self._touched(running):
                each.put(part)
        elif running.part.months != part.months:
            self._grow(running, part)
        running.part = part

    def record(self, record: SessionRecord) -> bool:
        """Take a session that is on disk. Returns False where it was counted already, perhaps for another payer.

        The ledger must then be read again.
        """
        if record.outcome is Outcome.RUNNING:
            return True
        self._leave(record.session_id)
        if record.session_id in self._counted:
            return False
        if record.outcome is Outcome.COMPLETED:
            self._add(record)
            self._remember(record.session_id)
        return True

    def changes(self) -> frozenset[Scope] | None:
        """Return the scopes with sums that may have changed since the last call; None: all of them may have."""
        changed, self._changed = self._changed, set()
        return None if changed is None else frozenset(changed)

    def total(self, scope: Scope) -> Total:
        """Return the recorded and running sessions together. `sessions` is the number of recorded ones."""
        return (self._views.get(scope) or self._view(scope)).total

    def recorded(self, scope: Scope) -> Total:
        """Return the recorded sessions."""
        return (self._views.get(scope) or self._view(scope)).recorded.total

    def months(self, scope: Scope) -> dict[str, Total]:
        """Return `total` by local month of delivery, in order of time; empty while months are not loaded."""
        return self._view(scope).months() if self._by_month else {}

    def elsewhere(self, scope: Scope) -> Mapping[str, int]:
        """Return the costs of recorded sessions in other currencies, in millionths by currency."""
        return self._view(scope).recorded.elsewhere

    def last(self, scope: Scope) -> SessionRecord | None:
        """Return the recorded session that ended last, without its intervals."""
        return self._view(scope).recorded.last

    def name_of(self, who: Identity) -> str:
        """Return the present name of a user; that of a deleted user is marked as removed."""
        return self._payers.name_of(who)

    def by_name(self) -> dict[str, Total]:
        """Return the household's total by name. Deleted users stay in it, marked as removed."""
        return by_name(self._by_payer().values())

    def _add(self, record: SessionRecord) -> None:
        who = record.identity
        months = months_of(record, self._zone)
        last = replace(record, intervals=())
        if self._payers.meet(who):
            self._forget_views()
        scopes = self._scopes_of(record)
        self._mark(scopes)
        for each in (self._cell(record.charger_id, who), *(view.recorded for view in self._views_of(scopes))):
            each.add(months, record.currency, self._currency)
            each.see(last)
        if self._shares is not None:
            self._share(self._shares, who).recorded += Part.of(record, months, self._currency).total

    def _remember(self, session_id: str) -> None:
        self._counted[session_id] = None
        if len(self._counted) > _REMEMBERED:
            del self._counted[next(iter(self._counted))]

    def _cell(self, charger_id: str, who: Identity) -> Sum:
        return self._cells.setdefault((charger_id, payer_of(who)), Sum())

    def _forget_views(self) -> None:
        """Drop all views, because a payer's name or type may have changed. They are gathered again when needed."""
        self._views = {}
        self._shares = None
        self._changed = None
        self._gathered += 1

    def _view(self, scope: Scope) -> View:
        """Return the sum of a scope. It is gathered from the cells once and kept up to date from then on."""
        view = self._views.get(scope)
        if view is None:
            cells = (cell for (charger_id, payer), cell in self._cells.items() if self._is_in(scope, charger_id, payer))
            parts = (running.part for running in self._open.values())
            view = View.over(cells, (part for part in parts if scope in self._scopes_of(part.record)))
            self._views[scope] = view
            self._gathered += 1
        return view

    def _is_in(self, scope: Scope, charger_id: str, payer: Payer) -> bool:
        return scope.covers(charger_id, payer[0], self._payers.type_of(self._payers.met(payer)))

    def _by_payer(self) -> dict[Payer, Share]:
        """Return the total of each payer. Gathered once, as the views are."""
        if self._shares is None:
            shares: dict[Payer, Share] = {}
            for (_, payer), cell in self._cells.items():
                self._share(shares, self._payers.met(payer)).recorded += cell.total
            for running in self._open.values():
                self._share(shares, running.part.record.identity).put(running.part)
            self._shares = shares
            self._gathered += 1
        return self._shares

    def _share(self, shares: dict[Payer, Share], who: Identity) -> Share:
        # The name cannot be outdated: when a name changes, all shares are gathered again.
        return shares.get(payer_of(who)) or shares.setdefault(payer_of(who), Share(self._payers.name_of(who)))

    def _grow(self, running: _Running, part: Part) -> None:
        more = part.since(running.part)
        for each in self._touched(running):
            if more is None:
                each.take(running.part)
            each.put(more or part)

    def _leave(self, session_id: str) -> None:
        """Remove a running session from all sums."""
        running = self._open.pop(session_id, None)
        if running is not None:
            for each in self._touched(running):
                each.take(running.part)

    def _scopes_of(self, record: SessionRecord) -> tuple[Scope, ...]:
        who = record.identity
        return scopes_of(record.charger_id, who.user_id, self._payers.type_of(who))

    def _views_of(self, scopes: Iterable[Scope]) -> Iterator[View]:
        return (self._views[scope] for scope in scopes if scope in self._views)

    def _mark(self, scopes: Iterable[Scope]) -> None:
        """Note that these sums changed, once `changes` was called."""
        if self._changed is not None:
            self._changed.update(scopes)

    def _touched(self, running: _Running) -> tuple[View | Share, ...]:
        """Return the sums that contain a session, and note that they change."""
        if running.as_of != self._gathered:
            self._find(running)
        self._mark(running.scopes)
        return running.sums

    def _find(self, running: _Running) -> None:
        record = running.part.record
        running.scopes = self._scopes_of(record)
        running.as_of = self._gathered
        running.sums = tuple(self._views_of(running.scopes))
        if self._shares is not None:
            running.sums += (self._share(self._shares, record.identity),)
