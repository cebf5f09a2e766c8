"""Interleaved rounds: every variant runs a little, in turns, so that whatever else the machine does meets them all."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lap:
    """What a variant took for so many units (state changes, charger-seconds).

    `cpu_s` is the time that the loop's thread worked. `wall_s` is what a clock on the wall says, in which other
    processes and the disk take part.
    """

    cpu_s: float
    wall_s: float
    units: int


class Variant(Protocol):
    """One of the things that are compared."""

    @property
    def name(self) -> str:
        """`ours`, `no-op` or `naive`."""

    async def lap(self) -> Lap:
        """Run once, and say what it took. What prepares the lap is not part of it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Microseconds per unit in each round, of one variant."""

    cpu_us: tuple[float, ...]
    wall_us: tuple[float, ...]


class Stopwatch:
    """Times a block, in the loop's thread and on the wall."""

    def __enter__(self) -> Stopwatch:
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu_s = time.thread_time() - self._cpu
        self.wall_s = time.perf_counter() - self._wall

    def lap(self, units: int) -> Lap:
        """What the block took, as a lap of so many units."""
        return Lap(self.cpu_s, self.wall_s, units)


async def measure(variants: Sequence[Variant], rounds: int) -> Mapping[str, Series]:
    """Run each variant once in each round; what they took by their names."""
    laps: dict[str, list[Lap]] = {variant.name: [] for variant in variants}
    for number in range(rounds):
        for variant in in_turn(variants, number):
            # What one variant left behind must not be collected at the expense of the next.
            gc.collect()
            laps[variant.name].append(await variant.lap())
    return {name: _series(taken) for name, taken in laps.items()}


def in_turn[T](variants: Sequence[T], number: int) -> Sequence[T]:
    """Another one goes first in each round: the first finds caches that are no longer warm."""
    first = number % len(variants)
    return (*variants[first:], *variants[:first])


def _series(laps: Sequence[Lap]) -> Series:
    return Series(
        cpu_us=tuple(lap.cpu_s / lap.units * 1e6 for lap in laps),
        wall_us=tuple(lap.wall_s / lap.units * 1e6 for lap in laps),
    )
