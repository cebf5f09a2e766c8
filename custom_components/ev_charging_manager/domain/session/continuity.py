"""Whether one session continued over an absence, and how its energy is shared with the next session's."""

from __future__ import annotations

from enum import Enum, auto

from ..household import ChargerSettings, Role
from ..metering.accumulator import LUMP_S
from ..metering.fold import began_again
from ..metering.meter import most, most_per_second, primary_role
from ..moment import Moment
from ..quantity import MWH_PER_WH
from .absence import Return, growth

TOLERANCE = 0.05
TOLERANCE_MWH = 100 * MWH_PER_WH


class Verdict(Enum):
    """What the evidence of an absence shows."""

    SAME = auto()
    """The same session continues."""
    ENDED = auto()
    """The session ended, and no car is connected."""
    ANOTHER = auto()
    """The session ended, and another car is connected."""


def verdict(found: Return, charger: ChargerSettings) -> Verdict:
    """Return that the session continues if the car is connected, the counters agree and no card contradicts."""
    if not found.connected:
        return Verdict.ENDED
    if _card_contradicts(found) or not _counters_agree(found, charger):
        return Verdict.ANOTHER
    return Verdict.SAME


def _card_contradicts(found: Return) -> bool:
    tapped = found.tapped
    shown = found.candidate
    if tapped is None or tapped.card is None or shown.card is None or tapped.card == shown.card:
        return False
    return tapped.user_id is None or tapped.user_id != shown.user_id


def _counters_agree(found: Return, charger: ChargerSettings) -> bool:
    """Return whether primary counter and total show the same energy, within a tolerance and the time between them."""
    primary = delivered_meanwhile(found, charger)
    if primary is None:
        # Both readings are known, so the counter was reset for another car.
        return found.before.primary(charger) is None or found.now.primary(charger) is None
    total = found.total_grew
    if total is None:
        return True
    tolerance = max(TOLERANCE_MWH, TOLERANCE * max(total, primary))
    ahead = most_per_second(charger) * _total_later_s(found)
    return min(0.0, ahead) - tolerance <= total - primary <= max(0.0, ahead) + tolerance


def delivered_meanwhile(found: Return, charger: ChargerSettings) -> int | None:
    """Return the energy of one continued session in mWh; None if unknown, or if the counter shows another car."""
    before = found.before.primary(charger)
    now = found.now.primary(charger)
    reset = before is not None and now is not None and began_again(before, now)
    if not (found.unfed and reset):
        return growth(before, now)
    if primary_role(charger) is Role.SESSION_ENERGY:
        return now
    return None


def delivered_before_end(found: Return, charger: ChargerSettings, ended: bool) -> int:
    """Return the energy in mWh that the former session received during the absence.

    The total shows it best, minus the energy of another session since. `ended`: no car is connected now.
    """
    total = found.total_grew
    if total is not None and charger.maps(Role.TOTAL_ENERGY):
        if ended:
            return max(0, total - _delivered_since_end(found, charger))
        return max(0, total - _delivered_until_total(found, charger))
    if primary_role(charger) is Role.SESSION_ENERGY:
        # If only a card shows another car, the energy belongs to the car known to be there, as with a total.
        return growth(found.before.session, found.now.session) or 0
    return 0


def delivered_last(found: Return, ended: Moment, charger: ChargerSettings) -> int | None:
    """Return the last step in mWh before a known end of the session, which its counter reported late.

    None: the step is too large, so it contains another car's energy. While another car is connected, only a counter
    that was reset for that car separates the two; otherwise the energy belongs to the new session.
    """
    before = found.before.primary(charger)
    now = found.now.primary(charger)
    reset = before is not None and now is not None and began_again(before, now)
    if found.connected and not reset:
        return 0
    energy = None
    if _counters_agree(found, charger):
        # The session's own counter is finer than many a total, and contains no other car's energy.
        energy = growth(before, now)
    if energy is None:
        energy = delivered_before_end(found, charger, ended=not found.connected)
    if energy > most(found.before.primary_at(charger), ended, charger):
        return None
    return energy


def delivered_since_begin(found: Return, charger: ChargerSettings) -> int:
    """Return the energy in mWh that the present session received during the absence, by its reset session counter."""
    now = found.now.session
    if primary_role(charger) is not Role.SESSION_ENERGY or now is None:
        return 0
    total = found.total_grew
    if not _began_from_zero(found.before.session, now, total):
        return 0
    if total is None:
        return now
    return min(now, total)


def _began_from_zero(before: int | None, now: int, total: int | None) -> bool:
    """Return whether a session counter was reset meanwhile.

    If it has passed its old value since, only the total shows that: it grew by the counter's value, not by the
    difference. The total may count in coarser steps.
    """
    if before is None or began_again(before, now):
        return True
    return total is not None and total > now - before / 2


def _delivered_since_end(found: Return, charger: ChargerSettings) -> int:
    """Return the energy of a car that came and left after the session: its counter was reset for it."""
    before = found.before.session
    now = found.now.session
    if primary_role(charger) is not Role.SESSION_ENERGY or before is None or now is None:
        return 0
    if began_again(before, now):
        return now
    return 0


def _delivered_until_total(found: Return, charger: ChargerSettings) -> int:
    """Return the present session's energy up to the reading of the total; its own counter reports the rest later."""
    per_second = most_per_second(charger)
    if found.now.power_w is not None:
        per_second = found.now.power_w / 3.6
    return delivered_since_begin(found, charger) + round(per_second * max(0.0, _total_later_s(found)))


def _total_later_s(found: Return) -> float:
    """Return how much later than the session counter the total was read, in seconds; negative: earlier.

    At most a minute either way: a counter without a reading for longer did not move, so no energy flowed.
    """
    session_at = found.now.session_at
    total_at = found.now.total_at
    if session_at is None or total_at is None:
        return 0.0
    return max(-LUMP_S, min(total_at.since(session_at), LUMP_S))
