"""The summary of many days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from .day import Day, Result
from .figures import Figures


def play(seed: int, number: int) -> Result:
    """Play one day; a day that raises is wrong."""
    try:
        return Day(seed, number).play()
    except Exception as error:
        return Result(seed=seed, day=number, kind="", wrong=[f"{type(error).__name__}: {error}"])


def play_all(seed: int, numbers: Sequence[int], processes: int = 1) -> Summary:
    """Play these days, in several processes if `processes` is above 1."""
    summary, one = Summary(), partial(play, seed)
    if processes == 1:
        return summary.take(map(one, numbers))
    with ProcessPoolExecutor(processes) as pool:
        return summary.take(pool.map(one, numbers, chunksize=5))


@dataclass(slots=True, kw_only=True)
class Summary(Figures):
    """The sum of many days."""

    days: int = 0
    wrong: list[Result] = field(default_factory=list)

    def take(self, results: Iterable[Result]) -> Summary:
        """Add days."""
        for result in results:
            self.days += 1
            self.add(result)
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
