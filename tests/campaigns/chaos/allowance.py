"""How far the energy of records may be from what cars received, and by what that is explained.

- `data_gap`, `reconstructed`, `rejected_readings`, `deviation_pct`: energy that is missing or went to a neighbour, at
  most what was delivered while that which went wrong lasted, and what polling and lumps put beside it. After a counter
  that lied also what flowed until three readings agreed on its new level, if any was put aside.
- What no entity ever showed, or showed while nobody seemed to be there, needs no flag.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.metering.accumulator import AGREEING
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord

from .house import RESTART_PAUSE_S, SLICE_S
from .kinds import SAMPLES_S, Kind, Reset
from .truth import CRASH, FLAPS, RESET, Scope, Trouble, Truth, Visit

ROUNDING_MWH = 3
CHECKPOINT_S = 300.0
DISTURBING = (Scope.AWAY, Scope.OUTAGE, Scope.PLUG, Scope.CHAIN, Scope.COUNTER)


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


class Allowance:
    """What a day's troubles, and its charger's counters, leave open. `margin`: how far around a trouble, in seconds."""

    def __init__(self, kind: Kind, truth: Truth) -> None:
        """Allow for this charger's day."""
        self._kind, self._truth = kind, truth
        # Power alone is believed after the idle timeout, and is lost since the last checkpoint.
        self.margin = 2 * kind.poll_s + (365.0 if kind.by_flow else 65.0)

    def flagged(self, group: Group, troubles: list[Trouble]) -> float:
        """How much a flag may explain."""
        return self.disturbed(troubles) + self.coarse(group) + self._until_agreed(group, troubles)

    def why(self, group: Group, apart: float, troubles: list[Trouble]) -> str | None:
        """What it is that no flag tells, because no entity does; None: nothing explains so much."""
        if self._swapped_unseen(group, apart, troubles):
            return "swapped in an absence, and no entity tells"
        missing = -apart - self.coarse(group)
        if apart < 0 and missing <= self.nobody_there(troubles):
            return "counted while the plug read off"
        if apart < 0 and missing <= self._reset_away(troubles):
            return "begun again between two readings"
        if apart < 0 and abs(apart + self._rounded(group)) <= self.coarse(group):
            return "begun again, and first read just below where it stood"
        return None

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
            return abs(apart) <= max(100_000, 0.05 * true) + self.coarse(group)
        # A reset in the absence itself takes with it what cars before these had counted; a later one its own.
        shown = max((self._shown(one) for one in absent), default=0.0)
        before = max(shown, sum(one.energy_mwh for one in group.visits[:-1]))
        return abs(apart) <= before + self._reset_away(troubles) + self.coarse(group)

    def _shown(self, absence: Trouble) -> float:
        """What the session counter showed when it was last read before an absence in which it began again."""
        resets = [0.0, *(one.since for one in self._truth.troubles if one.name == RESET)]
        if self._kind.reset is not Reset.NEVER or not any(absence.since <= at <= absence.until for at in resets):
            return 0.0
        return self._truth.delivered(max(at for at in resets if at < absence.since), absence.since)

    def nobody_there(self, troubles: list[Trouble]) -> float:
        """What a counter told of while plug or status said that the car was gone, or in the moment after."""
        gone = [one for one in troubles if one.name == FLAPS]
        return sum(self._truth.delivered(self._last_read(one.since), one.until) for one in gone)

    def _last_read(self, at: float) -> float:
        """When the counter had last said something new, which may be one poll or sample ago."""
        place = bisect_right(self._truth.readings, at)
        read = self._truth.readings[place - 1] if place else 0.0
        longest = self._kind.poll_s or max(SAMPLES_S)
        return min(max(read, at - longest), at - self._kind.poll_s - 2.0)

    def _reset_away(self, troubles: list[Trouble]) -> float:
        """What flowed between a counter's last reading and its reset: no entity ever showed it."""
        resets = [one.since for one in troubles if one.name == RESET]
        return sum(self._truth.delivered(at - self._kind.poll_s - 2.0, at) for at in resets)

    def _rounded(self, group: Group) -> float:
        """What a counter had stood at that began again for these cars, and seemed to round."""
        cars = group.visits
        return sum(one.stood_mwh for one in self._truth.rounded if any(car.spans(one.at, one.at) for car in cars))

    def coarse(self, group: Group) -> float:
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

    def disturbed(self, troubles: list[Trouble]) -> float:
        margin = self.margin
        disturbing = [one for one in troubles if one.scope in DISTURBING]
        return sum(
            self._truth.delivered(one.since - max(margin, self._undone_s(one)), one.until + margin)
            for one in disturbing
        )

    def _undone_s(self, trouble: Trouble) -> float:
        """What was killed, or starts over, goes on from a checkpoint.

        A counter that began again meanwhile tells of nothing before it.
        """
        ends = trouble.until + RESTART_PAUSE_S + SLICE_S
        over = trouble.scope is Scope.CHAIN and any(trouble.since <= at <= ends for at in self._truth.started_over)
        return CHECKPOINT_S if over or trouble.name == CRASH else 0.0

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


def flags_of(record: SessionRecord) -> list[str]:
    """What a record says of itself that people can see."""
    said = {
        "data_gap": record.data_gap,
        "reconstructed": record.reconstructed,
        "rejected_readings": record.rejected_readings > 0,
        "deviation_pct": bool(record.deviation_pct) and abs(record.deviation_pct or 0.0) > 1.0,
        "discarded": record.outcome is Outcome.DISCARDED and record.energy_mwh > 0,
    }
    return [name for name, flag in said.items() if flag]
