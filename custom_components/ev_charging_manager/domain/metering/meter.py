"""The meter: counts the energy that a charger delivered, from the best counter that it has."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ..household import ChargerSettings, Role
from ..moment import Moment
from ..value import value
from .accumulator import LUMP_S, TOLERANCE
from .fold import JITTER_MWH, CounterFold, Fold, began_again, missed

# Power without a reading for longer than this is a gap in the record. A reload of the entry is quicker.
INTERRUPTED_S = 5.0


@value
class Meter:
    """The last readings of the counters in mWh and of the power in watts, with their times.

    Each counter has its own time, because one may be unavailable while the power is still reported. `remainder`: the
    fraction of a mWh that integrated power left over. `behind`: the energy in mWh that the session counter counted
    since the last reading of the total; the next reading of the total contains it again.
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
        """Return the meter after a fold; `counted_mwh`: the energy that was counted from it."""
        if fold is None:
            return self
        session = self.session
        session_at = self.session_at
        total = self.total
        total_at = self.total_at
        seen_at = self.seen_at
        power_w = self.power_w
        behind = self.behind + counted_mwh
        if fold.session is not None:
            session = fold.session.last
            session_at = seen_at = fold.until
        if fold.total is not None:
            total = fold.total.last
            total_at = seen_at = fold.until
            behind = 0
        if fold.power is not None:
            power_w = fold.power.last_w
            seen_at = fold.until
        return Meter(
            session=session,
            total=total,
            session_at=session_at,
            total_at=total_at,
            seen_at=seen_at,
            power_w=power_w,
            remainder=self.remainder,
            behind=behind,
        )

    def forget(self, roles: frozenset[Role]) -> Meter:
        """Return the meter without the readings of these roles, because other entities provide them from now on."""
        meter = self
        if Role.SESSION_ENERGY in roles:
            meter = replace(meter, session=None, session_at=None)
        if Role.TOTAL_ENERGY in roles:
            meter = replace(meter, total=None, total_at=None, behind=0)
        if Role.POWER in roles:
            meter = replace(meter, power_w=None)
        return meter

    def primary(self, charger: ChargerSettings) -> int | None:
        """Return the last reading of the primary counter in mWh."""
        if primary_role(charger) is Role.SESSION_ENERGY:
            return self.session
        return self.total

    def primary_at(self, charger: ChargerSettings) -> Moment | None:
        """Return the time of the primary counter's last reading."""
        if primary_role(charger) is Role.SESSION_ENERGY:
            return self.session_at
        return self.total_at


@value
class Counted:
    """The energy of a fold in mWh. `gap`: an implausible step was left out, which the record must show."""

    meter: Meter
    energy_mwh: int
    gap: bool = False


def primary_role(charger: ChargerSettings) -> Role:
    """Return the role that measures sessions: session counter, else total counter, else integrated power."""
    return _best(charger.roles)


@cache
def _best(roles: frozenset[Role]) -> Role:
    # Cached: each message needs it several times, and there are few combinations of roles.
    for role in (Role.SESSION_ENERGY, Role.TOTAL_ENERGY):
        if role in roles:
            return role
    return Role.POWER


def primary_counter(fold: Fold, charger: ChargerSettings) -> CounterFold | None:
    """Return the fold's part of the counter that measures sessions; None without a reading."""
    if primary_role(charger) is Role.SESSION_ENERGY:
        return fold.session
    return fold.total


def count(meter: Meter, fold: Fold | None, charger: ChargerSettings, began: Moment | None = None) -> Counted:
    """Count the energy of a fold from the meter's last reading on. `began`: the start of the running session."""
    if fold is None:
        return Counted(meter, 0)
    role = primary_role(charger)
    if role is Role.POWER:
        return _integrated(meter, fold, began)
    counter = fold.session
    last = meter.session
    if role is Role.TOTAL_ENERGY:
        counter = fold.total
        last = meter.total
    if counter is None:
        return Counted(meter.see(fold), 0)
    if last is None or counter.first == last:
        return Counted(meter.see(fold, counter.rise), counter.rise, counter.gaps > 0)
    before, gap = _before(last, counter, meter, fold, charger, began)
    energy = before + counter.rise
    return Counted(meter.see(fold, energy), energy, gap or counter.gaps > 0)


def most_per_second(charger: ChargerSettings) -> float:
    """Return the most that a charger can deliver in a second, in mWh."""
    return charger.max_power_w * TOLERANCE / 3.6


def most(since: Moment | None, until: Moment, charger: ChargerSettings) -> float:
    """Return the most that a charger can have delivered between two moments, in mWh, including a lump."""
    seconds = LUMP_S
    if since is not None:
        seconds += max(0.0, until.since(since))
    return most_per_second(charger) * seconds


def _before(
    last: int, counter: CounterFold, meter: Meter, fold: Fold, charger: ChargerSettings, began: Moment | None
) -> tuple[int, bool]:
    """Return the energy since the last reading (lost messages, a reload, an outage), and whether some is lost."""
    seen_at = meter.primary_at(charger)
    energy = missed(last, counter.first)
    if energy > most(seen_at, fold.until, charger):
        return 0, True
    ran = began is not None and seen_at is not None and began.mono < seen_at.mono
    return energy, ran and began_again(last, counter.first) and _lost_before_reset(energy, meter, fold)


def _lost_before_reset(energy_mwh: int, meter: Meter, fold: Fold) -> bool:
    """Return whether the counter may have counted energy just before an unseen reset; the total can rule it out."""
    if fold.total is None or meter.total is None:
        return True
    return fold.total.first - meter.total - meter.behind > energy_mwh + JITTER_MWH


def _integrated(meter: Meter, fold: Fold, began: Moment | None) -> Counted:
    gap = _interrupted(meter, fold, began)
    if fold.power is None:
        # No power flows now. If it flowed at the last reading, the message with its end was lost.
        return Counted(meter.see(fold), 0, gap)
    exact = fold.power.energy_mwh + meter.remainder
    whole = int(exact)
    return Counted(replace(meter.see(fold), remainder=exact - whole), whole, gap)


def _interrupted(meter: Meter, fold: Fold, began: Moment | None) -> bool:
    """Return whether power flowed into the session in a time without a fold; no counter makes up for that."""
    seen = meter.seen_at
    if not meter.power_w or seen is None or began is None or began.mono >= fold.since.mono:
        return False
    return fold.since.since(seen) > INTERRUPTED_S
