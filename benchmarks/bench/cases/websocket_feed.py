"""The complete path: a process with simulated chargers, real WebSockets, entities, sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE

from ..connected import client_session, connect, simulated
from ..core import core
from ..followed import Listener, Run
from ..percentile import percentile
from ..result import NO_OP, OURS, Result, Target
from ..truth import differences, recorded
from ..visits import one_visit_each

NAME = "websocket feed"
WHAT = "p99 of the event loop's lag with simulated chargers on real WebSockets, at the worst rate for ours"
LAG_MS, COMPLETED_MS = 2.0, 100.0
CHARGERS, RATES = (1, 10, 50), (10, 100, 1_000)
# Each round takes nine times twice the length of a visit.
MOST_ROUNDS = 1


@dataclass(slots=True)
class Both:
    """The same feed for both listeners, once per round."""

    chargers: int
    rate: float
    ours: list[Run] = field(default_factory=list)
    nothing: list[Run] = field(default_factory=list)

    @property
    def over_ms(self) -> float:
        """The lag that ours adds: the minimum of all rounds."""
        return min(run.lag_ms for run in self.ours) - min(run.lag_ms for run in self.nothing)

    def as_json(self) -> Mapping[str, Any]:
        """Return the figures for the result."""
        return {
            "chargers": self.chargers,
            "deltas_per_second": self.rate,
            "lag_p99_ms": {OURS: [run.lag_ms for run in self.ours], NO_OP: [run.lag_ms for run in self.nothing]},
            "lag_most_ms": {
                OURS: max(max(run.lags_ms) for run in self.ours),
                NO_OP: max(max(run.lags_ms) for run in self.nothing),
            },
            "loop_busy": {OURS: [run.busy for run in self.ours], NO_OP: [run.busy for run in self.nothing]},
            "sessions": sum(len(run.completed_at) for run in self.ours),
            "differences": [text for run in self.ours for text in run.differences],
        }


async def run(rounds: int, chargers: Sequence[int] = CHARGERS, rates: Sequence[float] = RATES) -> Result:
    """Measure each number of chargers at each rate, with ours and with a listener that does nothing."""
    feeds = [Both(*each) for each in product(chargers, rates)]
    for number in range(min(rounds, MOST_ROUNDS)):
        for position, each in enumerate(feeds, number):
            for ours in (True, False) if position % 2 else (False, True):
                (each.ours if ours else each.nothing).append(await _feed(each.chargers, each.rate, ours=ours))
    return _result(feeds)


def _result(feeds: Sequence[Both]) -> Result:
    runs = [run for each in feeds for run in each.ours]
    worst = max(feeds, key=lambda each: each.over_ms)
    completed = [ms for run in runs for ms in run.beyond_ms(run.unplugged_at)]
    heard = [ms for run in runs for ms in run.beyond_ms(run.heard_at)]
    unlike = any(run.differences for run in runs)
    share = max(worst.over_ms / LAG_MS, percentile(completed, 99) / COMPLETED_MS)
    words = f"≤ {LAG_MS:.0f} ms over no-op, completed ≤ {COMPLETED_MS:.0f} ms beyond, = truth (worst, of its limit)"
    return Result(
        case=NAME,
        what=WHAT,
        unit="ms",
        series={
            OURS: tuple(run.lag_ms for run in worst.ours),
            NO_OP: tuple(run.lag_ms for run in worst.nothing),
        },
        target=Target(words, float("inf") if unlike else share, 1.0),
        details={
            "feeds": [each.as_json() for each in feeds],
            "sessions": len(completed),
            "equal_to_the_truth": not unlike,
            "completed_beyond_debounce_ms": {"p99": percentile(completed, 99), "median": percentile(completed, 50)},
            "completed_after_heard_ms": {"p99": percentile(heard, 99), "median": percentile(heard, 50)},
        },
    )


async def _feed(chargers: int, rate: float, *, ours: bool) -> Run:
    """Start a new Home Assistant and a new simulator, with one car at each charger."""
    async with core() as hass, client_session(hass):
        folder = Path(hass.config.config_dir)
        async with simulated(one_visit_each(chargers, rate), folder) as simulator:
            stand_ins = await connect(hass, simulator.chargers)
            listener = Listener(hass, simulator)
            await (listener.listen() if ours else listener.do_nothing())
            result = await listener.follow()
            truths = await simulator.finished()
            await listener.leave()
            for entry in stand_ins:
                await hass.config_entries.async_unload(entry.entry_id)
        if ours:
            records = await hass.async_add_executor_job(recorded, folder / LEDGER_FILE, ZoneInfo(hass.config.time_zone))
            result.differences = differences(truths, records, max(result.lags_ms) / 1000)
            result.unplugged_at = {truth["charger_name"]: truth["unplugged_at"] for truth in truths}
        if len(truths) != chargers:
            raise RuntimeError(f"only {len(truths)} of {chargers} visits have ended")
        return result
