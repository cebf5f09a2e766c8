"""Interleaved rounds: the variants run briefly in turns, so that other load on the machine affects all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lap:
    """The time that a variant took for a number of units (state changes, charger-seconds).

    `cpu_s` is the working time of the event loop's thread. `wall_s` is the elapsed time, including other processes and
    the disk.
    """

    cpu_s: float
    wall_s: float
    units: int


class Variant(Protocol):
    """One of the compared implementations."""

    @property
    def name(self) -> str:
        """`ours`, `no-op` or `naive`."""

    async def lap(self) -> Lap:
        """Run once and return the time, without the preparation."""


@dataclass(frozen=True, slots=True)
class Series:
    """Return the microseconds per unit of one variant in each round."""

    cpu_us: tuple[float, ...]
    wall_us: tuple[float, ...]


class Stopwatch:
    """Measures a block, in the event loop's thread and in elapsed time."""

    def __enter__(self) -> Stopwatch:
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu_s = time.thread_time() - self._cpu
        self.wall_s = time.perf_counter() - self._wall

    def lap(self, units: int) -> Lap:
        """Return the measured time as a lap of this many units."""
        return Lap(self.cpu_s, self.wall_s, units)


async def measure(variants: Sequence[Variant], rounds: int) -> Mapping[str, Series]:
    """Run each variant once per round; return the laps by variant name."""
    laps: dict[str, list[Lap]] = {variant.name: [] for variant in variants}
    for number in range(rounds):
        for variant in in_turn(variants, number):
            # The garbage of one variant must not be collected in the time of the next.
            gc.collect()
            laps[variant.name].append(await variant.lap())
    return {name: _series(taken) for name, taken in laps.items()}


def in_turn[T](variants: Sequence[T], number: int) -> Sequence[T]:
    """Return the variants, rotated by the round: the first variant of a round finds cold caches."""
    first = number % len(variants)
    return (*variants[first:], *variants[:first])


def _series(laps: Sequence[Lap]) -> Series:
    return Series(
        cpu_us=tuple(lap.cpu_s / lap.units * 1e6 for lap in laps),
        wall_us=tuple(lap.wall_s / lap.units * 1e6 for lap in laps),
    )
