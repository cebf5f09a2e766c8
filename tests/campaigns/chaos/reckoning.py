"""The comparison at the end of a day: each true visit with the records, and the difference that each flag explains.

Cars and records that overlap in time are compared. Without trouble, one car has one record with its driver, energy and
cost, and without a flag. With trouble, a difference may be explained:

- energy that is missing, or assigned to a neighbouring session: `allowance.py`.
- another driver, or none: `payers.py`.
- `faulted`: a cost that is missing. `price_fallback_mwh`: a cost that differs by at most this energy times the price
  range of the day. Energy of an absence is spread evenly and priced accordingly.
- outcome discarded: a session that is in no total, below the minimum energy or duration.
- one record for several cars: the plug could not be seen between them. Several for one car: the charger reported an
  unplug.
"""

from __future__ import annotations

from collections import Counter

from custom_components.ev_charging_manager.domain.records import IdentifiedBy, Outcome, SessionRecord

from .allowance import Allowance, Group, flags_of
from .kinds import Kind
from .market import Market
from .payers import TAPPED_UNSEEN, Payers
from .truth import BLIND, Scope, Trouble, Truth, Visit


class Reckoning:
    """Compares a day's records with its truth. `unexplained` must stay empty."""

    def __init__(
        self, kind: Kind, market: Market, truth: Truth, records: list[SessionRecord], begun: dict[str, float]
    ) -> None:
        """Prepare the comparison. `begun`: the true second of the day at which each session began."""
        self.unexplained: list[str] = []
        self.explained: Counter[str] = Counter()
        self.explained_mwh: Counter[str] = Counter()
        self.unexplained_mwh = 0
        self._kind, self._market, self._truth = kind, market, truth
        self._begun = begun
        self._payers = Payers(kind, truth)
        self._allowance = Allowance(kind, truth)
        self._margin = self._allowance.margin
        for group in self._groups(records):
            self._reckon(group)

    # Cars and their records

    def _groups(self, records: list[SessionRecord]) -> list[Group]:
        groups = [Group([visit], [], visit.since, visit.until) for visit in self._truth.visits]
        for record in records:
            since, until = self._span(record)
            touched = [group for group in groups if any(self._meet(visit, since, until) for visit in group.visits)]
            joined = Group(records=[record])
            joined.widen(since, until)
            for group in touched:
                joined.visits += group.visits
                joined.records = group.records + joined.records
                joined.widen(group.since, group.until)
            groups = [group for group in groups if group not in touched] + [joined]
        return sorted(groups, key=lambda group: group.since)

    def _span(self, record: SessionRecord) -> tuple[float, float]:
        since = self._begun[record.session_id]
        return since, since + record.duration_s

    def _meet(self, visit: Visit, since: float, until: float) -> bool:
        overlap = min(visit.until, until) - max(visit.since, since)
        late = self._kind.poll_s + 4.0
        return overlap > min(late, 0.4 * (visit.until - visit.since), 0.4 * (until - since)) or (
            until - since < 1.0 and visit.since - 1.0 <= since <= visit.until + 1.0
        )

    # Differences to explain

    def _reckon(self, group: Group) -> None:
        troubles = self._near(group)
        self._numbers(group, troubles)
        self._energy(group, troubles)
        if len(group.visits) == 1 and len(group.records) == 1:
            self._driver(group.visits[0], group.records[0], troubles, group)
            self._cost(group.visits[0], group.records[0], troubles, group)
        elif group.visits:
            self._drivers(group, troubles)
        if not troubles:
            self._flags(group)

    def _near(self, group: Group) -> list[Trouble]:
        begin, end = group.since - self._margin, group.until + self._margin
        return [one for one in self._truth.troubles if one.since <= end and one.until >= begin]

    def _numbers(self, group: Group, troubles: list[Trouble]) -> None:
        cars, records = len(group.visits), len(group.records)
        if cars == records == 1:
            return
        if not records:
            (visit,) = group.visits
            if self._unseen(visit, troubles):
                self.explained["came and left unseen"] += 1
            elif visit.energy_mwh > 2 * self._kind.step_mwh or not troubles:
                self._complain(group, troubles, "a car is in no record")
            return
        if not cars:
            (record,) = group.records
            little = max(2 * self._kind.step_mwh, self._allowance.nobody_there(troubles))
            empty = record.outcome is Outcome.DISCARDED and record.energy_mwh <= little
            if not (empty and any(one.scope in BLIND for one in troubles)):
                self._complain(group, troubles, "a record belongs to no car")
            return
        if not any(one.scope in (*BLIND, Scope.COUNTER) for one in troubles):
            self._complain(group, troubles, "cars and records do not agree")
        self.explained["several cars in one record" if cars > records else "several records of one car"] += 1

    def _unseen(self, visit: Visit, troubles: list[Trouble]) -> bool:
        blind = sorted((one.since, one.until) for one in troubles if one.scope in BLIND)
        at = visit.since
        for since, until in blind:
            if since <= at + self._margin:
                at = max(at, until)
        return at + self._margin >= visit.until

    def _energy(self, group: Group, troubles: list[Trouble]) -> None:
        told = sum(record.energy_mwh for record in group.records)
        true = sum(visit.energy_mwh for visit in group.visits)
        apart = told - true
        if abs(apart) <= self._allowance.coarse(group):
            return
        if not group.records:
            self.explained_mwh["unseen"] += round(true)
            return
        flags = sorted({flag for record in group.records for flag in flags_of(record)})
        most = self._allowance.flagged(group, troubles)
        if flags and abs(apart) <= most:
            self.explained_mwh["+".join(flags)] += round(abs(apart))
            self.explained["energy: " + "+".join(flags)] += 1
            return
        why = self._allowance.why(group, apart, troubles)
        if why is not None:
            self.explained[why] += 1
            self.explained_mwh[why] += round(abs(apart))
            return
        self.unexplained_mwh += round(abs(apart))
        self._complain(group, troubles, f"{apart:+.0f} mWh, flags {flags}, at most {most:.0f} disturbed")

    def _driver(self, visit: Visit, record: SessionRecord, troubles: list[Trouble], group: Group) -> None:
        who = record.identity
        if who.user_id == visit.user_id:
            return
        why = self._payers.why(visit, record, troubles)
        if why is None:
            self._complain(group, troubles, f"{visit.user_id} charged, {who.user_id} is billed ({who})")
        else:
            self.explained[f"driver: {why}"] += 1

    def _drivers(self, group: Group, troubles: list[Trouble]) -> None:
        # A car that seemed to leave before its driver was chosen has one record with the user known by then.
        drivers = {user_id for visit in group.visits for user_id in (visit.user_id, *visit.before)}
        for record in group.records:
            who = record.identity
            if who.user_id in drivers or who.user_id is None or who.identified_by is IdentifiedBy.DEFAULT:
                continue
            if self._payers.tapped_unseen(record, troubles):
                self.explained[f"driver: {TAPPED_UNSEEN}"] += 1
                continue
            self._complain(group, troubles, f"none of {drivers} is billed, but {who}")

    def _cost(self, visit: Visit, record: SessionRecord, troubles: list[Trouble], group: Group) -> None:
        if record.cost_micro is None:
            if not record.faulted:
                self._complain(group, troubles, "no cost, and not faulted")
            self.explained["no cost: faulted"] += 1
            return
        most = self._loose_cost(visit, record, troubles)
        if abs(record.cost_micro - visit.cost_micro) > most:
            what = f"cost {record.cost_micro}, true {visit.cost_micro:.0f}, at most {most:.0f} apart"
            self._complain(group, troubles, what)

    def _loose_cost(self, visit: Visit, record: SessionRecord, troubles: list[Trouble]) -> float:
        """Return the allowed difference between the true cost and the recorded one."""
        market = self._market
        edges = len(market.cuts(visit.since, visit.until))
        most = abs(record.energy_mwh - visit.energy_mwh) * market.dearest / 1e6 + edges + 2
        if not market.spot:
            return most
        late = 22_000 * (self._kind.poll_s + 122.0) / 3.6 + self._kind.step_mwh
        loose = record.price_fallback_mwh + self._allowance.disturbed(troubles)
        if any(one.scope is Scope.CLOCK for one in troubles):
            loose += visit.energy_mwh
        return most + (edges * late + loose) * market.spread / 1e6

    def _flags(self, group: Group) -> None:
        for record in group.records:
            flags = [flag for flag in flags_of(record) if flag not in ("deviation_pct", "discarded")]
            if flags or record.faulted:
                self._complain(group, [], f"flags without a cause: {flags}")

    def _complain(self, group: Group, troubles: list[Trouble], what: str) -> None:
        lines = [what]
        lines += [
            f"  car {car.number}: {car.since:.1f} to {car.until:.1f}, {car.energy_mwh:.0f} mWh, {car.user_id}"
            for car in group.visits
        ]
        for record in group.records:
            since, until = self._span(record)
            lines.append(
                f"  record: {since:.1f} to {until:.1f}, {record.energy_mwh} mWh, {record.outcome}, "
                f"{flags_of(record)}, "
                f"{record.identity.user_id} by {record.identity.identified_by} ({record.identity.unknown_reason}), "
                f"total {record.meter_start_mwh} to {record.meter_end_mwh}, {record.deviation_pct} %"
            )
        lines += [f"  {one.name} ({one.scope}): {one.since:.1f} to {one.until:.1f}" for one in troubles]
        self.unexplained.append("\n".join(lines))
