"""Whether a session that was running before Home Assistant went away is the one that runs now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from .household import ChargerSettings, Role
from .meter import Meter, primary_role
from .quantity import MWH_PER_WH
from .records import IdentifiedBy, Identity

TOLERANCE = 0.05
TOLERANCE_MWH = 100 * MWH_PER_WH


class Verdict(Enum):
    """What the evidence after the return says."""

    SAME = auto()
    ENDED = auto()
    ANOTHER = auto()


@dataclass(frozen=True, slots=True)
class Return:
    """The evidence once plug and counter are available again."""

    connected: bool
    before: Meter
    now: Meter
    session_identity: Identity
    candidate: Identity


def verdict(found: Return, charger: ChargerSettings) -> Verdict:
    """The same session if the car is connected, the counters agree and the card does not contradict."""
    if not found.connected:
        return Verdict.ENDED
    if _card_contradicts(found) or not _counters_agree(found, charger):
        return Verdict.ANOTHER
    return Verdict.SAME


def growth(before: int | None, now: int | None) -> int | None:
    """How much a counter grew; None when it is not known or went back."""
    return None if before is None or now is None or now < before else now - before


def delivered_before_end(found: Return, charger: ChargerSettings, ended: bool) -> int:
    """What the session that was running received while nobody looked, in mWh.

    The total shows it best. What another session received since must not be counted with it.
    """
    total = growth(found.before.total, found.now.total)
    if total is not None and charger.tells(Role.TOTAL_ENERGY):
        later = 0 if ended else delivered_since_begin(found, charger)
        return max(0, total - later)
    if ended and primary_role(charger) is Role.SESSION_ENERGY:
        return growth(found.before.session, found.now.session) or 0
    return 0


def delivered_since_begin(found: Return, charger: ChargerSettings) -> int:
    """What the session that runs now received before anybody looked: its own counter tells, if it began again."""
    if primary_role(charger) is not Role.SESSION_ENERGY or found.now.session is None:
        return 0
    again = found.before.session is None or found.now.session < found.before.session
    total = growth(found.before.total, found.now.total)
    if not again and (total is None or total < found.now.session):
        return 0
    return found.now.session if total is None else min(found.now.session, total)


def _card_contradicts(found: Return) -> bool:
    one, other = found.session_identity, found.candidate
    if one.identified_by is not IdentifiedBy.CARD or other.identified_by is not IdentifiedBy.CARD:
        return False
    return one.user_id != other.user_id


def _counters_agree(found: Return, charger: ChargerSettings) -> bool:
    primary = growth(found.before.primary(charger), found.now.primary(charger))
    if found.before.primary(charger) is not None and primary is None:
        return False
    total = growth(found.before.total, found.now.total)
    if primary is None or total is None:
        return True
    return abs(total - primary) <= max(TOLERANCE_MWH, TOLERANCE * max(total, primary))
