"""The counter accumulator: adds up each reading of one energy counter.

It is mutable, because a charger may send hundreds of readings a second. An ordinary reading allocates nothing, and
only the first one after a seal calls back. `seal` returns the sum as a frozen fold.
"""

from __future__ import annotations

from collections.abc import Callable

from .fold import JITTER_MWH, CounterFold

# Chargers may report the energy of up to a minute at full power in one step, a lump.
LUMP_S = 60.0
# A charger may deliver this multiple of its largest power.
TOLERANCE = 1.1
# This many consecutive implausible readings that agree with each other are the counter's new level.
AGREEING = 3
# More energy than any car takes in one session: only a lifetime counter shows it.
LIFETIME_MWH = 200_000_000
# 100 GWh, far above any meter of a charger: a larger level is a register that was read wrongly, such as 2^64 - 1. The
# ledger's 64 bits hold 90,000 times as much.
HIGHEST_MWH = 100_000_000_000_000
# If the unit of an entity is changed in Home Assistant, one state may combine the new unit with the old number.
THOUSAND = 1_000

type Begun = Callable[[float], None]
"""Called with the monotonic second at which there is something to seal; a repeated call does no harm."""


def ignore_begun(mono: float) -> None:
    """Ignore that there is something to seal."""


class CounterAccumulator:
    """Adds up the readings of one counter in mWh.

    `max_power_w` limits the energy that is plausible between two readings. `rejected`: the number of implausible
    readings.
    """

    __slots__ = (
        "_accepted_at", "_agreeing", "_at", "_begun", "_candidate", "_first", "_gaps", "_last", "_left", "_left_at",
        "_lump", "_rate", "_resets", "_rise", "_slack", "_touched", "rejected",
    )  # fmt: skip

    def __init__(self, max_power_w: float, begun: Begun = ignore_begun) -> None:
        self._begun = begun
        self._rate = max_power_w * TOLERANCE / 3.6
        self._lump = self._rate * LUMP_S
        self._slack = self._lump
        self._last: int | None = None
        self._first = 0
        self._rise = 0
        self._resets = 0
        self._gaps = 0
        self._touched = False
        self._at = 0.0
        # The level before a reset; a counter that returns to it had only glitched.
        self._left: int | None = None
        self._left_at = 0.0
        self._candidate = 0
        self._accepted_at = 0.0
        self._agreeing = 0
        self.rejected = 0

    @property
    def last(self) -> int | None:
        """The last plausible reading in mWh; None before the first."""
        return self._last

    def add(self, value: int, mono: float) -> bool:
        """Add a reading in mWh at a monotonic second; return False if it was rejected as implausible."""
        last = self._last
        if last is None:
            self._begun(mono)
            return self._begin(value, mono)
        step = value - last
        # The lump explains nearly every step, so the time is looked at last.
        if step >= 0 and (step <= self._slack or step <= (mono - self._at) * self._rate + self._slack):
            if step:
                self._rise += step
                self._last = value
                self._at = mono
            else:
                # After an outage many counters repeat the old value first: the time of the last step stays, because
                # the next step may have flowed since then. A repetition also ends a run of implausible readings.
                self._agreeing = 0
            if not self._touched:
                self._touched = True
                self._begun(mono)
            return True
        self._begun(mono)
        return self._unusual(value, mono)

    def seal(self) -> CounterFold | None:
        """Return the fold since the last seal; None without a reading."""
        if not self._touched or self._last is None:
            return None
        fold = CounterFold(self._first, self._last, self._rise, self._resets, self._gaps)
        self._first = self._last
        self._rise = 0
        self._resets = 0
        self._gaps = 0
        self._touched = False
        return fold

    def standing(self) -> CounterFold | None:
        """Return the last reading as a fold without a step, for a snapshot."""
        if self._last is None:
            return None
        return CounterFold(self._last, self._last)

    def _begin(self, value: int, mono: float) -> bool:
        if not _possible(value):
            self.rejected += 1
            return False
        self._first = value
        self._accept(value, mono)
        return True

    def _unusual(self, value: int, mono: float) -> bool:
        assert self._last is not None
        if value < 0:
            return self._reject(value, mono)
        drop = self._last - value
        allowed = (mono - self._at) * self._rate + self._lump
        if 0 < drop <= JITTER_MWH and value > 0:
            self._agreeing = 0
            return True
        if self._returned_to_level(value, allowed):
            return self._undo_reset(value, mono)
        if drop <= 0 and -drop <= allowed:
            return self._step(value, -drop, mono)
        if drop > 0 and value <= allowed and not self._in_another_unit(value):
            return self._reset(value, mono)
        return self._reject(value, mono)

    def _returned_to_level(self, value: int, allowed: float) -> bool:
        """Return whether the reading right after a reset continues the level before it."""
        return self._left is not None and self._left_at == self._at and self._left <= value <= self._left + allowed

    def _in_another_unit(self, value: int) -> bool:
        """Return whether the reading is the present level with kWh taken for Wh, which looks like a reset.

        A lifetime counter never restarts near a thousandth of its level. A session counter may restart at any value,
        but one that counts whole Wh does not show a fraction of a Wh.
        """
        assert self._last is not None
        fraction_of_whole = value % THOUSAND > 0 and self._last % THOUSAND == 0
        above: float = THOUSAND
        if fraction_of_whole or self._last >= LIFETIME_MWH:
            above = 2 * self._lump
        return value > 0 and -THOUSAND <= value * THOUSAND - self._last <= above

    def _reset(self, value: int, mono: float) -> bool:
        """Count a reset. No lump is allowed until the next reading, so that a glitch is recognised."""
        left = self._last
        self._resets += 1
        self._rise += value
        self._accept(value, mono)
        self._left = left
        self._left_at = mono
        self._slack = 0.0
        return True

    def _step(self, value: int, rise: int, mono: float) -> bool:
        """Count the first step after a reset, for which `add` allows no lump."""
        self._rise += rise
        self._accept(value, mono)
        return True

    def _undo_reset(self, value: int, mono: float) -> bool:
        """Take back the reset: the counter is at its former level again, so it had only glitched.

        A sealed part cannot be undone; it is subtracted from this rise, and a gap marks any rest.
        """
        assert self._left is not None
        rise = value - self._left
        counted = self._last or 0
        self.rejected += counted > 0
        if self._resets:
            self._resets -= 1
            self._rise -= counted
        else:
            self._gaps += counted > rise
            rise = max(0, rise - counted)
        return self._step(value, rise, mono)

    def _reject(self, value: int, mono: float) -> bool:
        in_a_row = self._accepted_at == self._at and 0 <= value - self._candidate <= self._lump
        if not in_a_row:
            self._agreeing = 0
        self._agreeing += 1
        self._candidate = value
        self._accepted_at = self._at
        self.rejected += 1
        if self._agreeing >= AGREEING and _possible(value):
            # The meter was replaced, or jumped for good. No step counts the jump, because its energy is unknown; the
            # gap marks that some may be missing.
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


def _possible(value: int) -> bool:
    """Return whether a counter can show this level at all, in mWh."""
    return 0 <= value <= HIGHEST_MWH
