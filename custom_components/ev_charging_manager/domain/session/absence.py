"""The evidence of an absence: the counters before and after it, and the cards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..household import ChargerSettings, Role
from ..metering.fold import began_again
from ..metering.meter import Meter, most, primary_role
from ..moment import Moment
from ..records import Identity


@dataclass(frozen=True, slots=True)
class Return:
    """The evidence once plug and counters of a charger are available again.

    `before`: the counters before the absence. `now`: the counters since the return, None without a reading: unknown
    is not zero. `tapped`: the driver by the session's last card. `candidate`: the driver by the card shown now.
    `unfed`: the session had no energy yet, so its counter may have shown the car before. `doubtful`: a counter
    returned with an implausible value, which `now` leaves out. `read`: the counters including implausible values,
    from which counting continues.
    """

    connected: bool
    before: Meter
    now: Meter
    tapped: Identity | None
    candidate: Identity
    unfed: bool = False
    doubtful: bool = False
    read: Meter | None = None

    @property
    def filled(self) -> Meter:
        """The counters from which counting continues: those without a reading keep their value.

        A doubtful counter continues from its new level, so that no later session contains its jump.
        """
        shown = self._shown
        before = self.before
        filled = replace(
            shown,
            session_at=shown.session_at or before.session_at,
            total_at=shown.total_at or before.total_at,
            seen_at=shown.seen_at or before.seen_at,
            behind=0,
        )
        if shown.session is None:
            filled = replace(filled, session=before.session)
        if shown.total is None:
            filled = replace(filled, total=before.total, behind=before.behind)
        return filled

    def gone_on(self, energy_mwh: int) -> Meter:
        """Return the counters after the same session received energy; a total without a reading will show it later."""
        filled = self.filled
        if self._shown.total is None:
            return replace(filled, behind=filled.behind + energy_mwh)
        return filled

    @property
    def _shown(self) -> Meter:
        return self.read or self.now

    @property
    def total_grew(self) -> int | None:
        """The total's growth in mWh without energy counted already; None if unknown or if the total was reset."""
        grown = growth(self.before.total, self.now.total)
        if grown is None:
            return None
        return max(0, grown - self.before.behind)


def growth(before: int | None, now: int | None) -> int | None:
    """Return how much a counter grew; None if that is unknown or the counter was reset."""
    if before is None or now is None or began_again(before, now):
        return None
    return max(0, now - before)


def believable(found: Return, at: Moment, charger: ChargerSettings) -> Return:
    """Return the evidence without counters that show more than the charger can have delivered meanwhile."""
    before = found.before
    now = found.now
    session = _possible(before.session, now.session, most(before.session_at, at, charger))
    total = _possible(before.total, now.total, most(before.total_at, at, charger))
    doubtful = session != now.session or total != now.total
    return replace(found, now=replace(now, session=session, total=total), doubtful=doubtful, read=now)


def _possible(before: int | None, now: int | None, most_mwh: float) -> int | None:
    if before is None or now is None:
        return now
    counted = now - before
    if began_again(before, now):
        counted = now
    if counted > most_mwh:
        return None
    return now


def unmetered(found: Return, charger: ChargerSettings) -> bool:
    """Return whether energy may have flowed without a counter: power shows nothing of the time of an absence."""
    flowed = bool(found.before.power_w) or bool(found.now.power_w)
    return flowed and primary_role(charger) is Role.POWER
