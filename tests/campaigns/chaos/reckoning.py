"""At the end of a day: each car of the truth against the records, and what each flag may explain.

Cars and records that overlap in time are put side by side. Where nothing went wrong, one car is one record, with its
driver, energy and cost, and without a flag. Where something went wrong, this explains a difference:

- `data_gap`, `reconstructed`, `rejected_readings`, `deviation_pct`: energy that is missing or went to a neighbour, at
  most what was delivered while that which went wrong lasted, and what polling and lumps put beside it. After a counter
  that lied also what flowed until three readings agreed on its new level, if any was put aside.
- `unknown_reason`, or the default user as `identified_by`: a driver who was not found, while the reader, Home
  Assistant or the chain was in trouble. One driver pays for another only where the reader shows a card that was
  tapped while nobody looked, and the record is `reconstructed`.
- `faulted`: a cost that is missing. `price_fallback_mwh`: a cost that differs by at most this energy between the
  extreme prices of the day. Energy that flowed while nobody looked is spread evenly, and costs accordingly.
- an outcome of discarded: a session that is in no total, of less than the least energy or the shortest time.
- one record for several cars: the plug could not be seen between them. Several for one car: the charger said it left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from custom_components.ev_charging_manager.domain.accumulator import AGREEING
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, Outcome, SessionRecord

from .kinds import Kind, Reset
from .market import Market
from .truth import CRASH, FLAPS, RESET, Scope, Trouble, Truth, Visit

ROUNDING_MWH = 3
CHECKPOINT_S = 300.0
CARD_UNKNOWN = f"{Role.CARD} unknown"
BLIND = (Scope.AWAY, Scope.OUTAGE, Scope.PLUG, Scope.CHAIN, Scope.LOCK)
DISTURBING = (Scope.AWAY, Scope.OUTAGE, Scope.PLUG, Scope.CHAIN, Scope.COUNTER)
DEAF = (Scope.CARD, Scope.AWAY, Scope.OUTAGE, Scope.CHAIN, Scope.PLUG, Scope.LOCK)


@dataclass(slots=True)
class Group:
    """Cars and records that belong together in time."""

    visits: list[Visit] = field(default_factory=list)
    records: list[SessionRecord] = field(default_factory=list)
    since: float = float("inf")
    until: float = float("-inf")

    def widen(self, since: float, until: float) -> None:
        """Take this span in."""
        self.since, self.until = min(self.since, since), max(self.until, until)


class Reckoning:
    """Holds a day's records against its truth. `unexplained` must stay empty."""

    def __init__(
        self, kind: Kind, market: Market, truth: Truth, records: list[SessionRecord], begun: dict[str, float]
    ) -> None:
        """`begun`: the true second of the day at which each session began."""
        self.unexplained: list[str] = []
        self.explained: Counter[str] = Counter()
        self.explained_mwh: Counter[str] = Counter()
        self.unexplained_mwh = 0
        self._kind, self._market, self._truth = kind, market, truth
        self._begun = begun
        # Power alone is believed after the idle timeout, and is lost since the last checkpoint.
        self._margin = 2 * kind.poll_s + (365.0 if kind.by_flow else 65.0)
        for group in self._groups(records):
            self._reckon(group)

    # Who belongs to whom

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

    # What is to be explained

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
            little = max(2 * self._kind.step_mwh, self._nobody_there(troubles))
            empty = record.outcome is Outcome.DISCARDED and record.energy_mwh <= little
            if not (empty and any(one.scope in BLIND for one in troubles)):
                self._complain(group, troubles, "a record is nobody's")
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
        if abs(apart) <= self._coarse(group):
            return
        if not group.records:
            self.explained_mwh["unseen"] += round(true)
            return
        flags = sorted({flag for record in group.records for flag in _flags_of(record)})
        most = self._disturbed(troubles) + self._coarse(group) + self._until_agreed(group, troubles)
        if flags and abs(apart) <= most:
            self.explained_mwh["+".join(flags)] += round(abs(apart))
            self.explained["energy: " + "+".join(flags)] += 1
            return
        if self._swapped_unseen(group, apart, troubles):
            self.explained["swapped in an absence, and no entity tells"] += 1
            self.explained_mwh["swapped in an absence"] += round(abs(apart))
            return
        if -self._nobody_there(troubles) - self._coarse(group) <= apart < 0:
            self.explained["counted while the plug read off"] += 1
            self.explained_mwh["counted while the plug read off"] += round(abs(apart))
            return
        if -self._reset_away(troubles) - self._coarse(group) <= apart < 0:
            self.explained["begun again between two readings"] += 1
            self.explained_mwh["begun again between two readings"] += round(abs(apart))
            return
        self.unexplained_mwh += round(abs(apart))
        self._complain(group, troubles, f"{apart:+.0f} mWh, flags {flags}, at most {most:.0f} disturbed")

    def _swapped_unseen(self, group: Group, apart: float, troubles: list[Trouble]) -> bool:
        """Whether cars took turns in one absence, and the counters that are mapped agree with one car.

        A total may be a twentieth, or 100 Wh, away from the session's counter. Without one, a counter that is above
        where it was may have begun again unseen: what it had counted before is then missing.
        """
        if len(group.records) != 1 or len(group.visits) < 2:
            return False
        absent = [one for one in troubles if one.scope in (Scope.OUTAGE, Scope.AWAY)]
        turns = [(one.until, other.since) for one, other in pairwise(group.visits)]
        if not all(any(one.since <= left and came <= one.until for one in absent) for left, came in turns):
            return False
        true = sum(visit.energy_mwh for visit in group.visits)
        if Role.TOTAL_ENERGY in self._kind.roles:
            return abs(apart) <= max(100_000, 0.05 * true) + self._coarse(group)
        # A reset in the absence itself takes with it what cars before these had counted; a later one its own.
        shown = max((self._shown(one) for one in absent), default=0.0)
        before = max(shown, sum(one.energy_mwh for one in group.visits[:-1]))
        return abs(apart) <= before + self._reset_away(troubles) + self._coarse(group)

    def _shown(self, absence: Trouble) -> float:
        """What the session counter showed when it was last read before an absence in which it began again."""
        resets = [0.0, *(one.since for one in self._truth.troubles if one.name == RESET)]
        if self._kind.reset is not Reset.NEVER or not any(absence.since <= at <= absence.until for at in resets):
            return 0.0
        return self._truth.delivered(max(at for at in resets if at < absence.since), absence.since)

    def _nobody_there(self, troubles: list[Trouble]) -> float:
        """What a counter told of while plug or status said that the car was gone, or in the moment after."""
        gone = [one for one in troubles if one.name == FLAPS]
        return sum(self._truth.delivered(one.since - self._kind.poll_s - 2.0, one.until) for one in gone)

    def _reset_away(self, troubles: list[Trouble]) -> float:
        """What flowed between a counter's last reading and its reset: no entity ever showed it."""
        resets = [one.since for one in troubles if one.name == RESET]
        return sum(self._truth.delivered(at - self._kind.poll_s - 2.0, at) for at in resets)

    def _coarse(self, group: Group) -> float:
        """What the counter's resolution, and for power its polling, leaves open."""
        many = len(group.visits) + len(group.records)
        # What was delivered in an absence is read from the total, which may be coarser.
        absent = any(record.reconstructed for record in group.records)
        step_mwh = self._kind.coarsest_mwh if absent else self._kind.step_mwh
        coarse = float(many * (step_mwh + ROUNDING_MWH))
        if self._kind.by_flow:
            changes = sum(visit.steps for visit in group.visits)
            coarse += changes * 22_000 * (self._kind.poll_s + 1.5) / 3.6
        return coarse

    def _disturbed(self, troubles: list[Trouble]) -> float:
        margin = self._margin
        disturbing = [one for one in troubles if one.scope in DISTURBING]
        # What was killed goes on from a checkpoint: a counter that began again meanwhile tells of nothing before it.
        back = {CRASH: max(margin, CHECKPOINT_S)}
        return sum(
            self._truth.delivered(one.since - back.get(one.name, margin), one.until + margin) for one in disturbing
        )

    def _until_agreed(self, group: Group, troubles: list[Trouble]) -> float:
        """What flowed until so many readings in a row agreed that they are the new level of a counter that lied.

        The first of them may have come before the car.
        """
        if not any(record.data_gap and record.rejected_readings for record in group.records):
            return 0.0
        return sum(self._unread(one.until) for one in troubles if one.scope is Scope.COUNTER)

    def _unread(self, since: float) -> float:
        readings = self._truth.readings
        place = min(bisect_left(readings, since) + AGREEING, len(readings)) - 1
        return self._truth.delivered(since, readings[place]) if place >= 0 else 0.0

    def _driver(self, visit: Visit, record: SessionRecord, troubles: list[Trouble], group: Group) -> None:
        who = record.identity
        if who.user_id == visit.user_id:
            return
        deaf = any(one.scope in DEAF for one in troubles)
        if deaf and who.user_id is None and (who.unknown_reason is not None or who.identified_by is not None):
            self.explained[f"driver: {who.unknown_reason or who.identified_by}"] += 1
        elif deaf and who.identified_by in (IdentifiedBy.DEFAULT, IdentifiedBy.VEHICLE):
            self.explained[f"driver: {who.identified_by}"] += 1
        elif deaf and self._tapped_unseen(record, troubles):
            self.explained["driver: a card that was tapped unseen and is still shown"] += 1
        elif deaf and self._chosen_for_another(visit, record, troubles):
            self.explained["driver: chosen for a car that nobody saw come"] += 1
        elif self._shown_again(visit, record):
            self.explained["driver: the last card is shown again, after unknown, between two cars"] += 1
        else:
            self._complain(group, troubles, f"{visit.user_id} charged, {who.user_id} is billed ({who})")

    def _chosen_for_another(self, visit: Visit, record: SessionRecord, troubles: list[Trouble]) -> bool:
        """Whether a person meant another car, which came in an absence, and the session before seemed to run still."""
        if record.identity.identified_by is not IdentifiedBy.CHOICE:
            return False
        meant = [one for one in self._truth.visits if one is not visit and one.user_id == record.identity.user_id]
        absent = [one for one in troubles if one.scope in BLIND]
        return any(one.since <= car.since <= one.until for car in meant for one in absent)

    def _shown_again(self, visit: Visit, record: SessionRecord) -> bool:
        """Whether the last card is shown again where the reader said unknown: as when it was held there once more."""
        if not self._kind.keeps_card or record.identity.identified_by is not IdentifiedBy.CARD:
            return False
        left = max((one.until for one in self._truth.visits if one.until <= visit.since), default=0.0)
        unknown = [one for one in self._truth.troubles if one.name == CARD_UNKNOWN and one.until >= left]
        taps = [tap for tap in self._truth.taps if tap.at <= visit.since]
        between = any(one.since <= visit.since for one in unknown)
        return between and bool(taps) and taps[-1].user_id == record.identity.user_id

    def _drivers(self, group: Group, troubles: list[Trouble]) -> None:
        # A car that seemed to leave before somebody said who drives it has one record by what was known until then.
        drivers = {user_id for visit in group.visits for user_id in (visit.user_id, *visit.before)}
        for record in group.records:
            who = record.identity
            if who.user_id in drivers or who.user_id is None or who.identified_by is IdentifiedBy.DEFAULT:
                continue
            if self._tapped_unseen(record, troubles):
                self.explained["driver: a card that was tapped unseen and is still shown"] += 1
                continue
            self._complain(group, troubles, f"none of {drivers} is billed, but {who}")

    def _tapped_unseen(self, record: SessionRecord, troubles: list[Trouble]) -> bool:
        """Whether a card of the driver who is billed was tapped while nobody looked; it is shown still."""
        if not record.reconstructed or record.identity.identified_by is not IdentifiedBy.CARD:
            return False
        taps = [tap.at for tap in self._truth.taps if tap.user_id == record.identity.user_id]
        unseen = [one for one in troubles if one.scope in (Scope.AWAY, Scope.OUTAGE, Scope.CARD, Scope.CHAIN)]
        return any(one.since <= at <= one.until for at in taps for one in unseen)

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
        """What may lie between the true cost and the recorded one."""
        market = self._market
        edges = len(market.cuts(visit.since, visit.until))
        most = abs(record.energy_mwh - visit.energy_mwh) * market.dearest / 1e6 + edges + 2
        if not market.spot:
            return most
        late = 22_000 * (self._kind.poll_s + 122.0) / 3.6 + self._kind.step_mwh
        loose = record.price_fallback_mwh + self._disturbed(troubles)
        if any(one.scope is Scope.CLOCK for one in troubles):
            loose += visit.energy_mwh
        return most + (edges * late + loose) * market.spread / 1e6

    def _flags(self, group: Group) -> None:
        for record in group.records:
            flags = [flag for flag in _flags_of(record) if flag not in ("deviation_pct", "discarded")]
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
                f"{_flags_of(record)}, "
                f"{record.identity.user_id} by {record.identity.identified_by} ({record.identity.unknown_reason}), "
                f"total {record.meter_start_mwh} to {record.meter_end_mwh}, {record.deviation_pct} %"
            )
        lines += [f"  {one.name} ({one.scope}): {one.since:.1f} to {one.until:.1f}" for one in troubles]
        self.unexplained.append("\n".join(lines))


def _flags_of(record: SessionRecord) -> list[str]:
    """What a record says of itself that people can see."""
    said = {
        "data_gap": record.data_gap,
        "reconstructed": record.reconstructed,
        "rejected_readings": record.rejected_readings > 0,
        "deviation_pct": bool(record.deviation_pct) and abs(record.deviation_pct or 0.0) > 1.0,
        "discarded": record.outcome is Outcome.DISCARDED and record.energy_mwh > 0,
    }
    return [name for name, flag in said.items() if flag]
