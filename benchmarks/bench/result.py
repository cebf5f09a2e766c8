"""The measurements of a case as figures for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .frame import Series

OURS, NO_OP, NAIVE = "ours", "no-op", "naive"


@dataclass(frozen=True, slots=True)
class Target:
    """A target: `value` must be at most `limit`. `words` are for people."""

    words: str
    value: float
    limit: float

    @property
    def reached(self) -> bool:
        """Whether the target was reached."""
        return self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case. `series` are the values of each round by variant, in `unit`; the figure of a variant is the minimum."""

    case: str
    what: str
    unit: str
    series: Mapping[str, tuple[float, ...]]
    target: Target
    details: Mapping[str, Any] = field(default_factory=dict)

    def least(self, variant: str) -> float | None:
        """Return the minimum of all rounds, because noise only adds. None if the case does not have the variant."""
        values = self.series.get(variant)
        if values:
            return min(values)
        return None

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the listener that does nothing."""
        ours, nothing = self.least(OURS), self.least(NO_OP)
        if ours is not None and nothing:
            return ours / nothing
        return None

    @property
    def over_no_op(self) -> float | None:
        """The cost of ours minus that of the listener that does nothing, in `unit`."""
        ours, nothing = self.least(OURS), self.least(NO_OP)
        if ours is not None and nothing is not None:
            return ours - nothing
        return None

    def as_json(self) -> dict[str, Any]:
        """Return one object of the file that `--json` writes."""
        return {
            "case": self.case,
            "what": self.what,
            "unit": self.unit,
            OURS: self.least(OURS),
            NO_OP: self.least(NO_OP),
            NAIVE: self.least(NAIVE),
            "ratio": self.ratio,
            "rounds": max(len(values) for values in self.series.values()),
            "over_no_op": self.over_no_op,
            "median": {variant: median(values) for variant, values in self.series.items()},
            "spread": {variant: spread(values) for variant, values in self.series.items()},
            "each_round": {variant: list(values) for variant, values in self.series.items()},
            "target": {"words": self.target.words, "limit": self.target.limit, "value": self.target.value},
            "reached": self.target.reached,
            "details": dict(self.details),
        }


def spread(values: tuple[float, ...]) -> float:
    """Return the spread of the rounds: the maximum minus the minimum."""
    return max(values) - min(values)


def cpu_of(series: Mapping[str, Series]) -> Mapping[str, tuple[float, ...]]:
    """Return the working time of the event loop's thread by variant."""
    return {variant: one.cpu_us for variant, one in series.items()}


def wall_of(series: Mapping[str, Series]) -> Mapping[str, float]:
    """Return the minimum elapsed time by variant."""
    return {variant: min(one.wall_us) for variant, one in series.items()}
