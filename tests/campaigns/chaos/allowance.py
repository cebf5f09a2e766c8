"""The allowed difference between recorded and received energy, and its explanations.

- `data_gap`, `reconstructed`, `rejected_readings`, `deviation_pct`: energy that is missing or was assigned to a
  neighbouring session. At most the energy delivered during the trouble, plus the resolution of polling and counter
  steps. After a false counter value, also the energy until three readings agreed on the new level, if a reading was
  rejected.
- Energy that no entity ever showed, or showed while the car seemed to be gone, needs no flag.
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
    """Cars and records that overlap in time."""

    visits: list[Visit] = field(default_factory=list)
    records: list[SessionRecord] = field(default_factory=list)
    since: float = float("inf")
    until: float = float("-inf")

    def widen(self, since: float, until: float) -> None:
        """Include this span."""
        self.since, self.until = min(self.since, since), max(self.until, until)


class Allowance:
    """The allowance for a day's troubles and its charger's counters. `margin`: seconds before and after a trouble."""

    def __init__(self, kind: Kind, truth: Truth) -> None:
        """Compute the allowance for this charger's day."""
        self._kind, self._truth = kind, truth
        # Power alone is believed after the idle timeout, and is lost since the last checkpoint.
        self.margin = 2 * kind.poll_s + (365.0 if kind.by_flow else 65.0)

    def flagged(self, group: Group, troubles: list[Trouble]) -> float:
        """Return the energy that a flag may explain."""
        return self.disturbed(troubles) + self.coarse(group) + self._until_agreed(group, troubles)

    def why(self, group: Group, apart: float, troubles: list[Trouble]) -> str | None:
        """Return the reason for a difference without a flag, because no entity showed it; None: nothing explains it."""
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
        """Return whether several cars came in one absence and the mapped counters agree with a single car.

        The total counter may differ from the session counter by a twentieth or 100 Wh. Without a total counter, a
        session counter above its last value may have been reset unnoticed; the energy before its reset is then missing.
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
        # A reset during the absence also removes the energy of the cars before it; a later reset removes only its own.
        shown = max((self._shown(one) for one in absent), default=0.0)
        before = max(shown, sum(one.energy_mwh for one in group.visits[:-1]))
        return abs(apart) <= before + self._reset_away(troubles) + self.coarse(group)

    def _shown(self, absence: Trouble) -> float:
        """Return the last value of the session counter before an absence in which it was reset."""
        resets = [0.0, *(one.since for one in self._truth.troubles if one.name == RESET)]
        if self._kind.reset is not Reset.NEVER or not any(absence.since <= at <= absence.until for at in resets):
            return 0.0
        return self._truth.delivered(max(at for at in resets if at < absence.since), absence.since)

    def nobody_there(self, troubles: list[Trouble]) -> float:
        """Return the energy that a counter showed while plug or status reported no car, or in the moment after."""
        gone = [one for one in troubles if one.name == FLAPS]
        return sum(self._truth.delivered(self._last_read(one.since), one.until) for one in gone)

    def _last_read(self, at: float) -> float:
        """Return the time of the last new counter value, which may be one poll or sample ago."""
        place = bisect_right(self._truth.readings, at)
        read = self._truth.readings[place - 1] if place else 0.0
        longest = self._kind.poll_s or max(SAMPLES_S)
        return min(max(read, at - longest), at - self._kind.poll_s - 2.0)

    def _reset_away(self, troubles: list[Trouble]) -> float:
        """Return the energy between a counter's last reading and its reset, which no entity ever showed."""
        resets = [one.since for one in troubles if one.name == RESET]
        return sum(self._truth.delivered(at - self._kind.poll_s - 2.0, at) for at in resets)

    def _rounded(self, group: Group) -> float:
        """Return the value before a reset that looked like rounding, for these cars."""
        cars = group.visits
        return sum(one.stood_mwh for one in self._truth.rounded if any(car.spans(one.at, one.at) for car in cars))

    def coarse(self, group: Group) -> float:
        """Return the uncertainty due to the counter's resolution, and for power due to polling."""
        many = len(group.visits) + len(group.records)
        # The energy of an absence is read from the total counter, which may be coarser.
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
        """Return the energy since the checkpoint that a kill or a restart discards.

        A counter that was reset meanwhile does not contain the energy before its reset.
        """
        ends = trouble.until + RESTART_PAUSE_S + SLICE_S
        over = trouble.scope is Scope.CHAIN and any(trouble.since <= at <= ends for at in self._truth.started_over)
        if over or trouble.name == CRASH:
            return CHECKPOINT_S
        return 0.0

    def _until_agreed(self, group: Group, troubles: list[Trouble]) -> float:
        """Return the energy until enough readings in a row agreed on the new level of a counter with false values.

        The first of them may have come before the car.
        """
        if not any(record.data_gap and record.rejected_readings for record in group.records):
            return 0.0
        return sum(self._unread(one.until) for one in troubles if one.scope is Scope.COUNTER)

    def _unread(self, since: float) -> float:
        readings = self._truth.readings
        place = min(bisect_left(readings, since) + AGREEING, len(readings)) - 1
        if place >= 0:
            return self._truth.delivered(since, readings[place])
        return 0.0


def flags_of(record: SessionRecord) -> list[str]:
    """Return the flags of a record that users can see."""
    said = {
        "data_gap": record.data_gap,
        "reconstructed": record.reconstructed,
        "rejected_readings": record.rejected_readings > 0,
        "deviation_pct": bool(record.deviation_pct) and abs(record.deviation_pct or 0.0) > 1.0,
        "discarded": record.outcome is Outcome.DISCARDED and record.energy_mwh > 0,
    }
    return [name for name, flag in said.items() if flag]
