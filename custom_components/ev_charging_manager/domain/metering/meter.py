"""Counts what a charger delivered, from the best counter that it has."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ..household import ChargerSettings, Role
from ..moment import Moment
from ..value import value
from .accumulator import LUMP_S, TOLERANCE
from .fold import JITTER_MWH, CounterFold, Fold, began_again, missed

# Power alone that nobody integrated for so long is worth saying. A reload of the entry is quicker.
INTERRUPTED_S = 5.0


@value
class Meter:
    """The counters as last seen, in mWh, and when; and the fraction of a mWh that integrated power left over.

    A counter may stay away while the power goes on, so each has its own time. `behind`: what the session counter
    counted since the total last said something, which the total will show once more.
    """

    session: int | None = None
    total: int | None = None
    session_at: Moment | None = None
    total_at: Moment | None = None
    seen_at: Moment | None = None
    power_w: float | None = None
    remainder: float = 0.0
    behind: int = 0

    def see(self, fold: Fold | None, counted_mwh: int = 0) -> Meter:
        """Take the values, of which so much was counted."""
        if fold is None:
            return self
        session, total, power, until = fold.session, fold.total, fold.power, fold.until
        # By position, as in `Running.record`.
        return Meter(
            session.last if session else self.session,
            total.last if total else self.total,
            until if session else self.session_at,
            until if total else self.total_at,
            until if session or total or power else self.seen_at,
            power.last_w if power else self.power_w,
            self.remainder,
            0 if total else self.behind + counted_mwh,
        )

    def forget(self, roles: frozenset[Role]) -> Meter:
        """Without what these counters said: another entity speaks for them from here on."""
        meter = self
        if Role.SESSION_ENERGY in roles:
            meter = replace(meter, session=None, session_at=None)
        if Role.TOTAL_ENERGY in roles:
            meter = replace(meter, total=None, total_at=None, behind=0)
        return replace(meter, power_w=None) if Role.POWER in roles else meter

    def primary(self, charger: ChargerSettings) -> int | None:
        """The counter that sessions are measured with, as last seen."""
        return self.session if primary_role(charger) is Role.SESSION_ENERGY else self.total

    def primary_at(self, charger: ChargerSettings) -> Moment | None:
        """When that counter was last seen."""
        return self.session_at if primary_role(charger) is Role.SESSION_ENERGY else self.total_at


@value
class Counted:
    """What a fold delivered. `gap`: a step that cannot be was left out, and the record must say so."""

    meter: Meter
    energy_mwh: int
    gap: bool = False


def primary_role(charger: ChargerSettings) -> Role:
    """Session counter, the total's steps, integrated power: the best that is mapped."""
    return _best(charger.roles)


@cache
def _best(roles: frozenset[Role]) -> Role:
    """Asked several times for each message; there are not many ways in which a charger can be mapped."""
    return next((role for role in (Role.SESSION_ENERGY, Role.TOTAL_ENERGY) if role in roles), Role.POWER)


def count(meter: Meter, fold: Fold | None, charger: ChargerSettings, began: Moment | None = None) -> Counted:
    """What was delivered in a fold, counted from where the meter stands. `began`: when the session did that runs."""
    if fold is None:
        return Counted(meter, 0)
    role = primary_role(charger)
    if role is Role.POWER:
        return _integrated(meter, fold, began)
    counter = fold.session if role is Role.SESSION_ENERGY else fold.total
    if counter is None:
        return Counted(meter.see(fold), 0)
    last = meter.session if role is Role.SESSION_ENERGY else meter.total
    gone_on = last is None or counter.first == last
    before, gap = (0, False) if gone_on else _before(counter, meter, fold, charger, began)
    energy = before + counter.rise
    return Counted(meter.see(fold, energy), energy, gap or counter.gaps > 0)


def most(since: Moment | None, until: Moment, charger: ChargerSettings) -> float:
    """The most that a charger can have delivered between two moments, in mWh, with what it reports in lumps."""
    seconds = max(0.0, until.since(since)) if since else 0.0
    return charger.max_power_w * TOLERANCE / 3.6 * (seconds + LUMP_S)


def _before(
    counter: CounterFold, meter: Meter, fold: Fold, charger: ChargerSettings, began: Moment | None
) -> tuple[int, bool]:
    """What the counter counted while nobody looked: messages that were lost, a reload, an outage."""
    last, seen_at = meter.primary(charger), meter.primary_at(charger)
    if last is None:
        return 0, False
    energy = missed(last, counter.first)
    if energy > most(seen_at, fold.until, charger):
        return 0, True
    ran = began is not None and seen_at is not None and began.mono < seen_at.mono
    return energy, ran and began_again(last, counter.first) and _unseen(energy, meter, fold)


def _unseen(energy_mwh: int, meter: Meter, fold: Fold) -> bool:
    """Whether a counter that began again unseen may have counted something before, unless the total knows better."""
    if fold.total is None or meter.total is None:
        return True
    return fold.total.first - meter.total - meter.behind > energy_mwh + JITTER_MWH


def _integrated(meter: Meter, fold: Fold, began: Moment | None) -> Counted:
    if fold.power is None:
        # Nothing flows by now; if something did at last, the message with its end was lost.
        return Counted(meter.see(fold), 0, _interrupted(meter, fold, began))
    exact = fold.power.energy_mwh + meter.remainder
    whole = int(exact)
    return Counted(replace(meter.see(fold), remainder=exact - whole), whole, _interrupted(meter, fold, began))


def _interrupted(meter: Meter, fold: Fold, began: Moment | None) -> bool:
    """Whether power flowed into the session in a time that no fold tells of: no counter makes up for a lost message."""
    seen = meter.seen_at
    if not meter.power_w or seen is None or began is None or began.mono >= fold.since.mono:
        return False
    return fold.since.since(seen) > INTERRUPTED_S
