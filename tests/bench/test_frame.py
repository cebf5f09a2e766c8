"""The frame: variants run in turns, and the figures are those of each round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import anyio
import pytest

from benchmarks.bench.frame import Lap, measure
from benchmarks.bench.result import NAIVE, NO_OP, OURS, Result, Target, spread
from benchmarks.bench.table import table


@dataclass
class Scripted:
    """A variant with fixed laps."""

    name: str
    laps: Sequence[Lap]
    order: list[str]
    done: int = field(default=0)

    async def lap(self) -> Lap:
        self.order.append(self.name)
        self.done += 1
        return self.laps[self.done - 1]


def result(**series: tuple[float, ...]) -> Result:
    return Result(
        case="sample",
        what="time per change",
        unit="µs/change",
        series={name.replace("_", "-"): values for name, values in series.items()},
        target=Target("≤ 1.5 µs over no-op", 2.0, 1.5),
    )


def test_rounds_alternate_so_that_no_variant_always_comes_first() -> None:
    order: list[str] = []
    variants = [Scripted(name, [Lap(1.0, 2.0, 10)] * 2, order) for name in ("a", "b")]

    anyio.run(measure, variants, 2)

    assert order == ["a", "b", "b", "a"]


def test_a_lap_counts_per_unit_in_microseconds_with_worked_and_wall_time_apart() -> None:
    laps = [Lap(cpu_s=0.002, wall_s=0.004, units=1000), Lap(cpu_s=0.003, wall_s=0.009, units=3000)]

    series = anyio.run(measure, [Scripted("ours", laps, [])], 2)

    assert series["ours"].cpu_us == pytest.approx((2.0, 1.0))
    assert series["ours"].wall_us == pytest.approx((4.0, 3.0))


def test_a_figure_is_the_least_round_and_the_ratio_is_that_of_the_least() -> None:
    measured = result(ours=(12.0, 11.0, 15.0), no_op=(10.0, 14.0, 13.0), naive=(60.0, 40.0))

    assert (measured.least(OURS), measured.least(NO_OP), measured.least(NAIVE)) == (11.0, 10.0, 40.0)
    assert measured.ratio == pytest.approx(1.1)
    assert measured.over_no_op == pytest.approx(1.0)


def test_the_spread_is_from_the_least_round_to_the_greatest() -> None:
    assert spread((12.0, 11.0, 15.0)) == 4.0


def test_a_case_without_a_naive_listener_shows_none() -> None:
    measured = result(ours=(3.0,), no_op=(2.0,)).as_json()

    assert measured["naive"] is None
    assert set(measured["spread"]) == {"ours", "no-op"}


def test_a_target_is_reached_at_its_limit_and_missed_above() -> None:
    assert Target("", 1.5, 1.5).reached
    assert not Target("", 1.51, 1.5).reached


def test_the_table_shows_minimum_spread_and_missed_targets() -> None:
    line = table([result(ours=(12.0, 11.0), no_op=(9.0, 9.5))]).splitlines()[1]

    assert "11.00 (+1.00)" in line
    assert "9.00 (+0.50)" in line
    assert "MISSED: 2.00" in line
