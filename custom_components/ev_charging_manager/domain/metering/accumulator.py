"""Where samples go: mutable, because a charger may send hundreds a second and each must cost next to nothing.

Nothing here allocates on the way of an ordinary sample, and only the first after a seal tells that there is something
to seal. `seal` hands out what was gathered as a frozen fold.
"""

from __future__ import annotations

from collections.abc import Callable

from .fold import JITTER_MWH, CounterFold

# Chargers report in lumps: a minute at full power may arrive at once.
LUMP_S = 60.0
# How far above its rated power a charger may deliver.
TOLERANCE = 1.1
# So many implausible values in a row that agree with each other are the counter's new level.
AGREEING = 3
# More than any car takes in one session.
LIFETIME_MWH = 200_000_000
# People change units in the UI, and a state may carry the new one before its number is converted.
THOUSAND = 1_000

type Begun = Callable[[float], None]
"""Told at which monotonic second there is something to seal; more than once does no harm."""


def nobody(mono: float) -> None:
    """Nobody waits for a seal."""


class CounterAccumulator:
    """Folds a counter's values. `max_power_w` bounds what can be delivered."""

    __slots__ = (
        "_accepted_at", "_agreeing", "_at", "_begun", "_candidate", "_first", "_gaps", "_last", "_left", "_left_at",
        "_lump", "_rate", "_resets", "_rise", "_slack", "_touched", "rejected",
    )  # fmt: skip

    def __init__(self, max_power_w: float, begun: Begun = nobody) -> None:
        self._begun = begun
        self._rate = max_power_w * TOLERANCE / 3.6
        self._lump = self._slack = self._rate * LUMP_S
        self._last: int | None = None
        self._first = 0
        self._rise = 0
        self._resets = 0
        self._gaps = 0
        self._touched = False
        self._at = 0.0
        # The level that the counter left when it began again: it may only have glitched.
        self._left: int | None = None
        self._left_at = 0.0
        self._candidate = 0
        self._accepted_at = 0.0
        self._agreeing = 0
        self.rejected = 0

    @property
    def last(self) -> int | None:
        """The last value that was believed, in mWh."""
        return self._last

    def add(self, value: int, mono: float) -> bool:
        """Fold one value in mWh; False when it cannot be and was put aside."""
        last = self._last
        if last is None:
            self._begun(mono)
            return self._begin(value, mono)
        step = value - last
        # Nearly always a lump explains it, whatever the time.
        if step >= 0 and (step <= self._slack or step <= (mono - self._at) * self._rate + self._slack):
            if step:
                self._rise += step
                self._last = value
                self._at = mono
            else:
                # No news, as after an outage, when many show the old value first: what comes next may have flowed
                # since the last step. It ends a run of odd values all the same.
                self._agreeing = 0
            if not self._touched:
                self._touched = True
                self._begun(mono)
            return True
        self._begun(mono)
        return self._unusual(value, mono)

    def seal(self) -> CounterFold | None:
        """What was gathered since the last seal; None when nothing came."""
        if not self._touched or self._last is None:
            return None
        fold = CounterFold(self._first, self._last, self._rise, self._resets, self._gaps)
        self._first = self._last
        self._rise = self._resets = self._gaps = 0
        self._touched = False
        return fold

    def standing(self) -> CounterFold | None:
        """The last value as a fold without a step, for a snapshot."""
        return None if self._last is None else CounterFold(self._last, self._last)

    def _begin(self, value: int, mono: float) -> bool:
        if value < 0:
            self.rejected += 1
            return False
        self._first = value
        self._accept(value, mono)
        return True

    def _unusual(self, value: int, mono: float) -> bool:
        assert self._last is not None
        drop, allowed = self._last - value, (mono - self._at) * self._rate + self._lump
        if value < 0:
            return self._put_aside(value, mono)
        if 0 < drop <= JITTER_MWH and value > 0:
            self._agreeing = 0
            return True
        left = self._left if self._left_at == self._at else None
        if left is not None and left <= value <= left + allowed:
            return self._return(value, value - left, mono)
        if drop <= 0 and -drop <= allowed:
            return self._go_on(value, -drop, mono)
        if drop > 0 and value <= allowed and not self._in_another_unit(value):
            return self._begin_again(value, mono)
        return self._put_aside(value, mono)

    def _in_another_unit(self, value: int) -> bool:
        """Whether it is what stands there by now, taken for Wh where it is kWh: no lifetime's register begins so.

        A session's counter may begin again with anything, but one that tells whole Wh not with a part of one.
        """
        assert self._last is not None
        told_by_fraction = value % THOUSAND > 0 and self._last % THOUSAND == 0
        on = 2 * self._lump if told_by_fraction or self._last >= LIFETIME_MWH else THOUSAND
        return value > 0 and -THOUSAND <= value * THOUSAND - self._last <= on

    def _begin_again(self, value: int, mono: float) -> bool:
        """A reset. Until the next value no lump is granted, so that a counter that only glitched is recognised."""
        left = self._last
        self._resets += 1
        self._rise += value
        self._accept(value, mono)
        self._left, self._left_at = left, mono
        self._slack = 0.0
        return True

    def _go_on(self, value: int, rise: int, mono: float) -> bool:
        """The first value after a reset: the counter goes on from there."""
        self._rise += rise
        self._accept(value, mono)
        return True

    def _return(self, value: int, rise: int, mono: float) -> bool:
        """Back at the level that it left, it did not begin again: what that counted is taken back.

        What was sealed and sent on cannot be: it is held against what came since, and the fold says what is left over.
        """
        told = self._last or 0
        self.rejected += told > 0
        if self._resets:
            self._resets -= 1
            self._rise -= told
        else:
            self._gaps += told > rise
            rise = max(0, rise - told)
        return self._go_on(value, rise, mono)

    def _put_aside(self, value: int, mono: float) -> bool:
        in_a_row = self._accepted_at == self._at and 0 <= value - self._candidate <= self._lump
        self._agreeing = self._agreeing + 1 if in_a_row else 1
        self._candidate = value
        self._accepted_at = self._at
        self.rejected += 1
        if self._agreeing >= AGREEING and value >= 0:
            # A meter that was replaced or jumped for good. What the jump says was never delivered as far as anyone
            # can know; no step spans it, and the fold says that something may be missing.
            self._gaps += 1
            self._accept(value, mono)
        return False

    def _accept(self, value: int, mono: float) -> None:
        self._last = value
        self._at = mono
        self._agreeing = 0
        self._left = None
        self._slack = self._lump
        self._touched = True
