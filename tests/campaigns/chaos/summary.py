"""The summary of many days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from .day import Day, Result


def play(seed: int, number: int) -> Result:
    """Play one day; a day that raises is wrong."""
    try:
        return Day(seed, number).play()
    except Exception as error:
        return Result(seed, number, "", wrong=[f"{type(error).__name__}: {error}"])


def play_all(seed: int, numbers: Sequence[int], processes: int = 1) -> Summary:
    """Play these days, in several processes if `processes` is above 1."""
    summary, one = Summary(), partial(play, seed)
    if processes == 1:
        return summary.take(map(one, numbers))
    with ProcessPoolExecutor(processes) as pool:
        return summary.take(pool.map(one, numbers, chunksize=5))


@dataclass(slots=True)
class Summary:
    """The sum of many days."""

    days: int = 0
    cars: int = 0
    records: int = 0
    messages: int = 0
    changes: int = 0
    delivered_mwh: int = 0
    unexplained_mwh: int = 0
    raised: int = 0
    restarts: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    explained_mwh: Counter[str] = field(default_factory=Counter)
    wrong: list[Result] = field(default_factory=list)

    def take(self, results: Iterable[Result]) -> Summary:
        """Add days."""
        for result in results:
            self.days += 1
            self.cars += result.cars
            self.records += result.records
            self.messages += result.messages
            self.changes += result.changes
            self.delivered_mwh += result.delivered_mwh
            self.unexplained_mwh += result.unexplained_mwh
            self.raised += result.raised
            self.restarts += result.restarts
            self.troubles += result.troubles
            self.explained += result.explained
            self.explained_mwh += result.explained_mwh
            if result.wrong:
                self.wrong.append(result)
        return self

    def text(self) -> str:
        """Return the summary text."""
        lost = sum("is in no record" in line for result in self.wrong for line in result.wrong)
        doubled = sum(result.doubled for result in self.wrong)
        return "\n".join(
            (
                f"{self.days} days, {self.cars} cars, {self.records} records, {self.delivered_mwh / 1e6:.1f} kWh",
                f"{self.changes} changes of state, {self.messages} messages",
                f"{self.raised} steps raised, {self.restarts} restarts of a pipeline",
                f"sessions lost {lost}, doubled {doubled}, energy unexplained {self.unexplained_mwh / 1e6:.3f} kWh",
                "went wrong: " + _counted(self.troubles),
                "explained: " + _counted(self.explained),
                f"energy explained, kWh: {_kwh(self.explained_mwh)}",
                *(_told(result) for result in self.wrong),
            )
        )


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {times}" for what, times in counter.most_common())


def _told(result: Result) -> str:
    return f"CHAOS_SEED={result.seed} CHAOS_DAY={result.day} ({result.kind}):\n" + "\n".join(result.wrong[:6])


def _kwh(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {mwh / 1e6:.1f}" for what, mwh in sorted(counter.items()))
