"""Folds: the readings of a period, reduced to what the session needs."""

from __future__ import annotations

from ..moment import Moment
from ..value import value

# Unit conversions round, so a counter may step back by a few Wh without a reset.
JITTER_MWH = 5_000


@value
class CounterFold:
    """A counter over a period, in mWh.

    `first`: the value before the first step. `rise`: the sum of the positive steps, and of the energy counted after
    each reset; `last - first` would be negative when two drivers swap within one fold. `resets`: how often the counter
    restarted. `gaps`: jumps too large to be energy; the rise leaves them out.
    """

    first: int
    last: int
    rise: int = 0
    resets: int = 0
    gaps: int = 0

    def then(self, later: CounterFold) -> CounterFold:
        """Return this period followed by a later one."""
        return CounterFold(
            first=self.first,
            last=later.last,
            rise=self.rise + missed(self.last, later.first) + later.rise,
            resets=self.resets + later.resets + began_again(self.last, later.first),
            gaps=self.gaps + later.gaps,
        )


def missed(last: int, first: int) -> int:
    """Return the energy in mWh between the last value of one period and the first value of the next."""
    if first >= last:
        return first - last
    if began_again(last, first):
        return first
    return 0


def began_again(last: int, first: int) -> bool:
    """Return whether a counter was reset between two values; a small step back is rounding."""
    return first < last and (last - first > JITTER_MWH or first == 0)


@value
class PowerFold:
    """Power over a period: its integral in mWh, its maximum and its last value in watts (None: unknown)."""

    energy_mwh: float
    maximum_w: float
    last_w: float | None

    def then(self, later: PowerFold) -> PowerFold:
        """Return this period followed by a later one."""
        return PowerFold(self.energy_mwh + later.energy_mwh, max(self.maximum_w, later.maximum_w), later.last_w)


@value
class Fold:
    """All readings of a charger from `since` to `until`.

    `session`, `total`, `power`: None without a reading. `rejected`: the number of implausible readings.
    """

    since: Moment
    until: Moment
    session: CounterFold | None = None
    total: CounterFold | None = None
    power: PowerFold | None = None
    rejected: int = 0

    def then(self, later: Fold) -> Fold:
        """Return this period followed by a later one."""
        return Fold(
            since=self.since,
            until=later.until,
            session=joined(self.session, later.session),
            total=joined(self.total, later.total),
            power=joined(self.power, later.power),
            rejected=self.rejected + later.rejected,
        )


def joined[F: (CounterFold, PowerFold, Fold)](earlier: F | None, later: F | None) -> F | None:
    """Return two consecutive periods as one; either may be missing."""
    if earlier is None:
        return later
    if later is None:
        return earlier
    return earlier.then(later)


def parted(before: Fold | None, fold: Fold | None) -> tuple[Fold | None, Fold | None]:
    """Return the folds of the car that left and of the car that arrived, from one act that holds both.

    A session counter that was reset separates the two exactly: the value since its reset belongs to the later car.
    """
    whole = joined(before, fold)
    if whole is None or whole.session is None or not whole.session.resets:
        return before, fold
    left, arrived = _parted_at_reset(whole.session)
    total_until_reset = None
    if whole.total is not None:
        total_until_reset = CounterFold(whole.total.first, whole.total.first)
    return (
        Fold(whole.since, whole.since, left, total_until_reset),
        Fold(whole.since, whole.until, arrived, whole.total, whole.power, whole.rejected),
    )


def _parted_at_reset(counter: CounterFold) -> tuple[CounterFold, CounterFold]:
    until_reset = max(0, counter.rise - counter.last)
    left = CounterFold(counter.first, counter.first + until_reset, until_reset, gaps=counter.gaps)
    arrived = CounterFold(left.last, counter.last, counter.rise - until_reset, counter.resets)
    return left, arrived
