"""Whether a session that was running before Home Assistant went away is the one that runs now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from ..household import ChargerSettings, Role
from ..metering.accumulator import LUMP_S, TOLERANCE as MOST
from ..metering.fold import began_again
from ..metering.meter import Meter, most, primary_role
from ..moment import Moment
from ..quantity import MWH_PER_WH
from ..records import Identity

TOLERANCE = 0.05
TOLERANCE_MWH = 100 * MWH_PER_WH


class Verdict(Enum):
    """What the evidence after the return says."""

    SAME = auto()
    ENDED = auto()
    ANOTHER = auto()


@dataclass(frozen=True, slots=True)
class Return:
    """The evidence once plug and counter are available again.

    `now` holds what was read since, None for a counter that stayed silent: unknown is not zero. `tapped`: whom the
    session's last card named. `unfed`: the session had received nothing yet, so that its counter may still have shown
    the car before. `doubtful`: a counter came back with what it cannot have counted, and is left out of `now`; `read`
    holds it all the same, because that is where it goes on from.
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
        """The counters as read since the return; those that stayed silent stand where they were.

        One that is doubtful goes on from its new level: what it jumped by is no later session's either.
        """
        now, before = self._shown, self.before
        return replace(
            now,
            session=before.session if now.session is None else now.session,
            total=before.total if now.total is None else now.total,
            session_at=now.session_at or before.session_at,
            total_at=now.total_at or before.total_at,
            seen_at=now.seen_at or before.seen_at,
            behind=before.behind if now.total is None else 0,
        )

    def gone_on(self, energy_mwh: int) -> Meter:
        """The counters once one session went on with so much: a total that is still silent will show it as well."""
        silent = self._shown.total is None
        return replace(self.filled, behind=self.filled.behind + energy_mwh) if silent else self.filled

    @property
    def _shown(self) -> Meter:
        return self.read or self.now

    @property
    def total_grew(self) -> int | None:
        """How much the total grew besides what was counted before it went away; None: not known or began again."""
        grown = growth(self.before.total, self.now.total)
        return None if grown is None else max(0, grown - self.before.behind)


def believable(found: Return, at: Moment, charger: ChargerSettings) -> Return:
    """The evidence without counters that show more than the charger can have delivered meanwhile."""
    before, now = found.before, found.now
    session = _possible(before.session, now.session, most(before.session_at, at, charger))
    total = _possible(before.total, now.total, most(before.total_at, at, charger))
    doubtful = session != now.session or total != now.total
    return replace(found, now=replace(now, session=session, total=total), doubtful=doubtful, read=now)


def _possible(before: int | None, now: int | None, most_mwh: float) -> int | None:
    if before is None or now is None:
        return now
    counted = now if began_again(before, now) else now - before
    return now if counted <= most_mwh else None


def unmetered(found: Return, charger: ChargerSettings) -> bool:
    """Whether energy may have flowed that nothing counted: power alone tells nothing of a time when nobody looked."""
    flowed = bool(found.before.power_w) or bool(found.now.power_w)
    return flowed and primary_role(charger) is Role.POWER


def verdict(found: Return, charger: ChargerSettings) -> Verdict:
    """The same session if the car is connected, the counters agree and the card does not contradict."""
    if not found.connected:
        return Verdict.ENDED
    if _card_contradicts(found) or not _counters_agree(found, charger):
        return Verdict.ANOTHER
    return Verdict.SAME


def growth(before: int | None, now: int | None) -> int | None:
    """How much a counter grew; None when it is not known or began again."""
    if before is None or now is None or began_again(before, now):
        return None
    return max(0, now - before)


def delivered_meanwhile(found: Return, charger: ChargerSettings) -> int | None:
    """What one and the same session received, as its counter shows; None: not known, or it tells of another car."""
    before, now = found.before.primary(charger), found.now.primary(charger)
    if found.unfed and before is not None and now is not None and began_again(before, now):
        return now if primary_role(charger) is Role.SESSION_ENERGY else None
    return growth(before, now)


def delivered_before_end(found: Return, charger: ChargerSettings, ended: bool) -> int:
    """What the session that was running received while nobody looked, in mWh.

    The total shows it best. What another session received since must not be counted with it.
    """
    total = found.total_grew
    if total is not None and charger.tells(Role.TOTAL_ENERGY):
        since = _delivered_since_end if ended else _delivered_until_total
        return max(0, total - since(found, charger))
    if primary_role(charger) is Role.SESSION_ENERGY:
        # Where only a card tells of another car, what came is the one's that was known to be there, as with a total.
        return growth(found.before.session, found.now.session) or 0
    return 0


def delivered_last(found: Return, ended: Moment, charger: ChargerSettings) -> int | None:
    """The last step that a session's counter took before its end, which was known already, and told of later.

    None: there is more than it can have been, so another car's is in it. While another car is there, only a counter
    that began again for that one tells the two apart; else what came is in the session that begins.
    """
    before, now = found.before.primary(charger), found.now.primary(charger)
    begun = before is not None and now is not None and began_again(before, now)
    if found.connected and not begun:
        return 0
    # The session's own counter is finer than many a total, as long as nobody else's energy is in it.
    grown = growth(before, now) if _counters_agree(found, charger) else None
    energy = delivered_before_end(found, charger, not found.connected) if grown is None else grown
    return energy if energy <= most(found.before.primary_at(charger), ended, charger) else None


def _delivered_since_end(found: Return, charger: ChargerSettings) -> int:
    """What a car received that came after the session and is gone again: the session counter began again for it."""
    before, now = found.before.session, found.now.session
    if primary_role(charger) is not Role.SESSION_ENERGY or before is None or now is None:
        return 0
    return now if began_again(before, now) else 0


def _delivered_until_total(found: Return, charger: ChargerSettings) -> int:
    """What the session that runs now received until the total was read: its own counter tells of the rest later."""
    power = charger.max_power_w * MOST if found.now.power_w is None else found.now.power_w
    return delivered_since_begin(found, charger) + round(power / 3.6 * max(0.0, _total_later_s(found)))


def _total_later_s(found: Return) -> float:
    """How much later than the session counter the total was read, in seconds; negative: earlier.

    A counter that has said nothing for longer than a minute did not move: nothing flowed meanwhile.
    """
    session_at, total_at = found.now.session_at, found.now.total_at
    if session_at is None or total_at is None:
        return 0.0
    return max(-LUMP_S, min(total_at.since(session_at), LUMP_S))


def delivered_since_begin(found: Return, charger: ChargerSettings) -> int:
    """What the session that runs now received before anybody looked: its own counter tells, if it began again."""
    before, now = found.before.session, found.now.session
    if primary_role(charger) is not Role.SESSION_ENERGY or now is None:
        return 0
    total = found.total_grew
    if not _began_from_zero(before, now, total):
        return 0
    return now if total is None else min(now, total)


def _began_from_zero(before: int | None, now: int, total: int | None) -> bool:
    """Whether a session counter began again meanwhile; one that has passed its old value since only the total tells on.

    It grew by what the counter shows, then, and not by the difference. It may count in coarser steps.
    """
    if before is None or began_again(before, now):
        return True
    return total is not None and total > now - before / 2


def _card_contradicts(found: Return) -> bool:
    one, other = found.tapped, found.candidate
    if one is None or one.card is None or other.card is None or one.card == other.card:
        return False
    return one.user_id is None or one.user_id != other.user_id


def _counters_agree(found: Return, charger: ChargerSettings) -> bool:
    before, now = found.before.primary(charger), found.now.primary(charger)
    primary, total = delivered_meanwhile(found, charger), found.total_grew
    if primary is None and before is not None and now is not None:
        return False
    if primary is None or total is None:
        return True
    tolerance = max(TOLERANCE_MWH, TOLERANCE * max(total, primary))
    ahead = charger.max_power_w * MOST / 3.6 * _total_later_s(found)
    return min(0.0, ahead) - tolerance <= total - primary <= max(0.0, ahead) + tolerance
