"""The same seed produces the same emissions, regardless of the steps of the clock."""

from dataclasses import replace

import pytest

from benchmarks.simulator import Emission, Garage, Scenario, Visit, demo_garage

from .scenes import NOON_MS, SERIAL, one, play, values


def test_same_seed_gives_the_same_truth_and_the_same_deltas() -> None:
    first, told = play(demo_garage(5), 20_000, seed=5)
    again, retold = play(demo_garage(5), 20_000, seed=5)
    assert told == retold
    assert first.book.finished == again.book.finished


def test_another_seed_gives_another_truth() -> None:
    assert (
        play(demo_garage(5), 20_000, seed=5)[0].book.finished != play(demo_garage(6), 20_000, seed=6)[0].book.finished
    )


def test_deltas_do_not_depend_on_when_the_clock_is_looked_at() -> None:
    _, told = play(demo_garage(5), 20_000, seed=5)
    garage = Garage(demo_garage(5), seed=5, period_ms=10_000)
    garage.start(NOON_MS)
    retold: list[Emission] = []
    at = NOON_MS
    for jump in [1, 17, 999, 12_345, 3_600_000] * 100:
        at = min(at + jump, NOON_MS + 20_000_000)
        retold += garage.advance(at)
    retold += garage.advance(NOON_MS + 20_000_000)
    assert told == retold


def test_truth_does_not_depend_on_how_often_is_sampled() -> None:
    seldom = play(demo_garage(5), 40_000, seed=5, period_ms=60_000)[0]
    often = play(demo_garage(5), 40_000, seed=5, period_ms=4_321.5)[0]
    assert seldom.book.finished == often.book.finished


def test_rest_of_an_interrupted_advance_comes_next() -> None:
    _, told = play(one(Visit(driver="Anna", card=1)), 4000)
    garage = Garage(one(Visit(driver="Anna", card=1)), seed=1, period_ms=10_000)
    garage.start(NOON_MS)
    until = NOON_MS + 4_000_000
    head = [next(garage.advance(until)) for _ in range(10)]
    assert head + list(garage.advance(until)) == told


def flooded(flood: float) -> Scenario:
    scenario = one(Visit(driver="Anna", after_s=0.5, stay_s=3600, card=None))
    return replace(scenario, chargers=tuple(replace(each, flood=flood) for each in scenario.chargers))


@pytest.mark.parametrize("speed", [1.0, 120.0])
def test_flood_schedules_a_thousand_deltas_per_wall_second_at_any_speed(speed: float) -> None:
    garage = Garage(flooded(1000), seed=1, period_ms=250, flood_speed=speed)
    garage.start(NOON_MS)
    house_ms = round(3 * 1000 * speed)
    told = [each for each in garage.advance(NOON_MS + house_ms) if "nrg" in each.changes]
    assert 3000 <= len(told) <= 3060


def test_flood_jitters_the_power_around_the_one_the_energy_comes_from() -> None:
    garage = Garage(flooded(1000), seed=1, period_ms=250)
    garage.start(NOON_MS)
    told = list(garage.advance(NOON_MS + 20_000))
    nominal = garage.chargers[SERIAL].meter.watts(NOON_MS + 20_000)
    last = [nrg[11] for _, nrg in values(told[-2000:], "nrg")]
    assert len(set(last)) > 10
    assert sum(last) / len(last) == pytest.approx(nominal, abs=0.5)
