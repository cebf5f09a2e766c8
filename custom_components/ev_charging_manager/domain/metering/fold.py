"""What many samples come to: the sealed result of a stretch of readings."""

from __future__ import annotations

from ..moment import Moment
from ..value import value

# Rounding in a unit conversion can make a counter step back by a few Wh; that is no reset.
JITTER_MWH = 5_000


@value
class CounterFold:
    """A counter over a stretch of time, in mWh.

    `first` is the value before the first step, `rise` the sum of positive steps and of what was counted after each
    reset. Last minus first would be negative when two drivers swap within one fold. `gaps`: jumps that cannot be
    energy and are not in the rise.
    """

    first: int
    last: int
    rise: int = 0
    resets: int = 0
    gaps: int = 0

    def then(self, later: CounterFold) -> CounterFold:
        """This stretch followed by a later one."""
        return CounterFold(
            self.first,
            later.last,
            self.rise + missed(self.last, later.first) + later.rise,
            self.resets + later.resets + began_again(self.last, later.first),
            self.gaps + later.gaps,
        )


def missed(last: int, first: int) -> int:
    """What a counter counted between the last value that was seen and the first of the next stretch."""
    if first >= last:
        return first - last
    return first if began_again(last, first) else 0


def began_again(last: int, first: int) -> bool:
    """Whether a counter was reset between two values; a small step back is rounding."""
    return first < last and (last - first > JITTER_MWH or first == 0)


@value
class PowerFold:
    """Power over a stretch of time: its integral in mWh, its maximum and the last value in watts (None: unknown)."""

    energy_mwh: float
    maximum_w: float
    last_w: float | None

    def then(self, later: PowerFold) -> PowerFold:
        """This stretch followed by a later one."""
        return PowerFold(self.energy_mwh + later.energy_mwh, max(self.maximum_w, later.maximum_w), later.last_w)


@value
class Fold:
    """All samples of a charger from `since` to `until`. None: that counter said nothing."""

    since: Moment
    until: Moment
    session: CounterFold | None = None
    total: CounterFold | None = None
    power: PowerFold | None = None
    rejected: int = 0

    def then(self, later: Fold) -> Fold:
        """This stretch followed by a later one."""
        return Fold(
            self.since,
            later.until,
            _joined(self.session, later.session),
            _joined(self.total, later.total),
            self.power.then(later.power) if self.power and later.power else later.power or self.power,
            self.rejected + later.rejected,
        )


def _joined(earlier: CounterFold | None, later: CounterFold | None) -> CounterFold | None:
    return earlier.then(later) if earlier and later else later or earlier


def joined(earlier: Fold | None, later: Fold | None) -> Fold | None:
    """Two stretches in order, either of which may be missing."""
    return earlier.then(later) if earlier and later else later or earlier


def parted(before: Fold | None, fold: Fold | None) -> tuple[Fold | None, Fold | None]:
    """What of an act belongs to the car that left, and what to the one that came.

    A session counter that began again says it to the mWh: what it shows since its reset is the later car's.
    """
    whole = joined(before, fold)
    counter = whole.session if whole else None
    if whole is None or counter is None or not counter.resets:
        return before, fold
    earlier = max(0, counter.rise - counter.last)
    left = CounterFold(counter.first, counter.first + earlier, earlier, 0, counter.gaps)
    came = CounterFold(left.last, counter.last, counter.rise - earlier, counter.resets)
    total = whole.total
    until_reset = CounterFold(total.first, total.first) if total else None
    return (
        Fold(whole.since, whole.since, left, until_reset),
        Fold(whole.since, whole.until, came, total, whole.power, whole.rejected),
    )
