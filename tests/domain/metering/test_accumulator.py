"""The counter accumulator: no energy is lost or doubled by resets, rounding, garbage or the cuts between folds."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.metering.accumulator import HIGHEST_MWH, CounterAccumulator
from custom_components.ev_charging_manager.domain.metering.fold import JITTER_MWH, CounterFold, parted

POWER_W = 22_000.0
RATE = POWER_W / 3.6
GARBAGE = (-1, -(10**9), 2**32 * 1000, 2**62)


@dataclass
class Meter:
    """The true state of a counter, in mWh."""

    value: int = 1_000_000
    delivered: int = 0
    mono: float = 0.0


steps = st.tuples(st.just("step"), st.floats(0.1, 900), st.floats(0, 1))
resets = st.tuples(st.just("reset"), st.floats(0.1, 900), st.floats(0, 1))
jitters = st.tuples(st.just("jitter"), st.integers(1, JITTER_MWH), st.just(0))
garbage = st.tuples(st.just("garbage"), st.sampled_from(GARBAGE), st.just(0))
events = st.lists(st.one_of(steps, steps, resets, jitters, garbage), max_size=40)


def _feed(counter: CounterAccumulator, meter: Meter, event: tuple[str, float, float]) -> None:
    kind, amount, share = event
    meter.mono += 0.01
    match kind:
        case "step":
            meter.mono += amount
            step = int(amount * RATE * share)
            meter.value += step
            meter.delivered += step
            counter.add(meter.value, meter.mono)
        case "reset":
            _reset(counter, meter, amount, share)
        case "jitter":
            if meter.value > amount:
                counter.add(meter.value - int(amount), meter.mono)
                counter.add(meter.value, meter.mono)
        case _:
            counter.add(int(amount), meter.mono)
            counter.add(meter.value, meter.mono)


def _reset(counter: CounterAccumulator, meter: Meter, amount: float, share: float) -> None:
    """Reset a counter well above the rounding; it shows zero before it counts again."""
    if meter.value <= 2 * JITTER_MWH:
        return
    meter.mono += amount
    meter.value = 0
    counter.add(0, meter.mono)


@given(events)
def test_the_rise_is_the_delivered_energy_despite_resets_jitter_and_garbage(
    played: list[tuple[str, float, float]],
) -> None:
    counter, meter = CounterAccumulator(POWER_W), Meter()
    counter.add(meter.value, 0.0)
    for event in played:
        _feed(counter, meter, event)
    fold = counter.seal()
    assert fold is not None
    assert fold.rise == meter.delivered
    assert fold.gaps == 0


@given(events, st.sets(st.integers(0, 40)))
def test_the_result_does_not_depend_on_where_the_fold_is_cut(
    played: list[tuple[str, float, float]], cuts: set[int]
) -> None:
    whole, in_parts = CounterAccumulator(POWER_W), CounterAccumulator(POWER_W)
    joined: CounterFold | None = None
    for counter in (whole, in_parts):
        meter = Meter()
        counter.add(meter.value, 0.0)
        for index, event in enumerate(played):
            _feed(counter, meter, event)
            part = counter.seal() if counter is in_parts and index in cuts else None
            joined = joined.then(part) if joined and part else part or joined
    rest = in_parts.seal()
    joined = joined.then(rest) if joined and rest else rest or joined
    assert joined == whole.seal()


folds = st.builds(
    CounterFold, first=st.integers(0, 10**9), last=st.integers(0, 10**9), rise=st.integers(0, 10**9),
    resets=st.integers(0, 3), gaps=st.integers(0, 3),
)  # fmt: skip


@given(folds, folds, folds)
def test_folds_join_in_any_grouping(one: CounterFold, two: CounterFold, three: CounterFold) -> None:
    assert one.then(two).then(three) == one.then(two.then(three))


def _counter(*values: tuple[int, float]) -> CounterAccumulator:
    counter = CounterAccumulator(POWER_W)
    for value, mono in values:
        counter.add(value, mono)
    return counter


@pytest.mark.parametrize("value", GARBAGE)
def test_garbage_is_rejected_and_counted(value: int) -> None:
    counter = _counter((5_000_000, 0.0), (value, 1.0), (5_001_000, 2.0))
    assert counter.seal() == CounterFold(5_000_000, 5_001_000, 1_000)
    assert counter.rejected == 1


def test_a_first_value_below_zero_is_rejected() -> None:
    counter = _counter((-5, 0.0))
    assert (counter.seal(), counter.standing(), counter.rejected) == (None, None, 1)


def test_a_value_below_zero_is_no_reset() -> None:
    assert _counter((100, 0.0), (-50, 1.0)).seal() == CounterFold(100, 100)


def test_garbage_that_alternates_with_true_values_never_becomes_the_level() -> None:
    counter = CounterAccumulator(POWER_W)
    for second in range(20):
        counter.add(5_000_000 + second, float(second))
        counter.add(2**32 * 1000, float(second))
    assert counter.seal() == CounterFold(5_000_000, 5_000_019, 19)


def test_three_values_in_a_row_that_agree_are_a_new_level_and_a_gap() -> None:
    counter = _counter((5_000_000, 0.0), (90_000_000, 1.0), (90_001_000, 2.0), (90_002_000, 3.0), (90_003_000, 4.0))
    assert counter.seal() == CounterFold(5_000_000, 90_003_000, 1_000, gaps=1)


def test_the_first_step_after_a_reset_counts() -> None:
    assert _counter((5_000_000, 0.0), (300, 1.0)).seal() == CounterFold(5_000_000, 300, 300, resets=1)


def test_a_zero_between_two_readings_of_one_level_is_no_energy() -> None:
    fold = _counter((300_000, 0.0), (0, 1.0), (301_000, 2.0)).seal()
    assert fold is not None
    assert fold.rise == 1_000


def test_a_lump_some_time_after_a_reset_is_energy() -> None:
    fold = _counter((300_000, 0.0), (0, 1.0), (350_000, 61.0)).seal()
    assert fold is not None
    assert fold.rise == 350_000


def test_lumps_are_allowed_again_after_a_reset() -> None:
    fold = _counter((300_000, 0.0), (0, 1.0), (1_000, 3.0), (290_000, 40.0), (350_000, 41.0)).seal()
    assert fold is not None
    assert fold.rise == 350_000


def test_the_same_level_in_another_unit_is_no_reset() -> None:
    fold = _counter((570_560_000, 0.0), (570_560, 3_600.0), (570_570_000, 3_602.0)).seal()
    assert fold is not None
    assert (fold.rise, fold.resets) == (10_000, 0)


def test_a_later_level_of_a_session_counter_in_another_unit_is_no_reset() -> None:
    counter = _counter((69_740_000, 0.0), (69_750, 3.3), (69_760_000, 5.3))
    assert counter.seal() == CounterFold(69_740_000, 69_760_000, 20_000)
    assert counter.rejected == 1


def test_a_reset_that_looks_like_another_unit_loses_no_energy_once_the_counter_continues() -> None:
    fold = _counter((10_000_000, 0.0), (10_300, 60.0), (20_000, 90.0)).seal()
    assert fold == CounterFold(10_000_000, 20_000, 20_000, resets=1)


@pytest.mark.parametrize(("left", "first"), [(9_700_000, 10_000), (10_000_700, 10_100)], ids=["whole Wh", "mWh"])
def test_a_reset_to_about_a_thousandth_of_the_level_is_a_reset(left: int, first: int) -> None:
    counter = _counter((left, 0.0), (first, 36_000.0))
    assert (counter.last, counter.rejected) == (first, 0)


def test_a_counter_that_returns_to_its_former_level_was_not_reset() -> None:
    counter = _counter((5_000_000, 0.0), (40_000, 1.0), (5_001_000, 2.0))
    assert counter.seal() == CounterFold(5_000_000, 5_001_000, 1_000)
    assert counter.rejected == 1


def test_energy_of_a_glitch_that_was_sealed_is_subtracted_from_the_next_rise() -> None:
    counter = _counter((5_000_000, 0.0), (700, 1.0))
    sealed = counter.seal()
    assert sealed == CounterFold(5_000_000, 700, 700, resets=1)
    counter.add(5_001_000, 2.0)
    assert counter.seal() == CounterFold(700, 5_001_000, 300)


def test_energy_of_a_sealed_glitch_above_the_next_rise_is_a_gap() -> None:
    counter = _counter((5_000_000, 0.0), (40_000, 1.0))
    counter.seal()
    counter.add(5_001_000, 2.0)
    assert counter.seal() == CounterFold(40_000, 5_001_000, 0, gaps=1)


def test_a_sealed_zero_is_no_gap() -> None:
    counter = _counter((5_000_000, 0.0), (0, 1.0))
    counter.seal()
    counter.add(5_001_000, 2.0)
    assert counter.seal() == CounterFold(0, 5_001_000, 1_000)


def test_a_counter_reset_twice_that_returns_once_was_reset_once() -> None:
    fold = _counter((5_000_000, 0.0), (0, 1.0), (300_000, 120.0), (20_000, 121.0), (301_000, 122.0)).seal()
    assert fold == CounterFold(5_000_000, 301_000, 301_000, resets=1)


def test_a_step_back_by_rounding_is_neither_a_reset_nor_energy() -> None:
    fold = _counter((5_000_000, 0.0), (4_999_000, 1.0), (5_000_000, 2.0)).seal()
    assert fold is not None
    assert (fold.rise, fold.resets) == (0, 0)


def test_without_a_reading_there_is_nothing_to_seal() -> None:
    counter = _counter((5, 0.0))
    counter.seal()
    assert counter.seal() is None
    assert counter.standing() == CounterFold(5, 5)


def test_rounding_between_two_folds_is_no_energy() -> None:
    joined = CounterFold(0, 8_200_000, 0).then(CounterFold(8_199_990, 8_200_000, 10))
    assert (joined.rise, joined.resets) == (10, 0)


def test_an_act_with_a_reset_is_parted_to_the_mwh() -> None:
    from custom_components.ev_charging_manager.domain.metering.fold import Fold

    from ..household import at

    whole = Fold(at(0), at(1), session=CounterFold(8_000_000, 50, 20 + 50, resets=1), total=CounterFold(9, 79, 70))
    left, came = parted(whole, None)
    assert left is not None
    assert came is not None
    assert (left.session, came.session) == (
        CounterFold(8_000_000, 8_000_020, 20),
        CounterFold(8_000_020, 50, 50, resets=1),
    )
    assert came.total == whole.total


@pytest.mark.parametrize("shown", [1_000_000, 1_000_000 - JITTER_MWH])
def test_an_old_value_after_an_outage_does_not_make_the_next_step_implausible(shown: int) -> None:
    counter = CounterAccumulator(POWER_W)
    counter.add(1_000_000, 0.0)
    counter.add(shown, 600.0)
    assert counter.add(2_000_000, 601.0)
    assert counter.seal() == CounterFold(1_000_000, 2_000_000, 1_000_000)


def test_an_old_value_between_implausible_ones_shows_that_they_are_no_new_level() -> None:
    counter = CounterAccumulator(POWER_W)
    counter.add(1_000_000, 0.0)
    for second in range(1, 12, 2):
        assert not counter.add(2**32 * 1000, float(second))
        assert counter.add(1_000_000, float(second + 1))


@pytest.mark.parametrize("absurd", [(2**64 - 1) * 1_000, HIGHEST_MWH + 1, -1])
def test_a_first_reading_that_no_meter_can_show_is_rejected_however_often_it_comes(absurd: int) -> None:
    counter = CounterAccumulator(POWER_W)
    assert not any(counter.add(absurd, float(second)) for second in range(5))
    assert counter.rejected == 5
    assert counter.last is None
    assert counter.seal() is None
    assert counter.standing() is None
    assert counter.add(1_000_000, 6.0)
    assert counter.add(1_500_000, 66.0)
    assert counter.seal() == CounterFold(1_000_000, 1_500_000, 500_000)


def test_a_level_that_no_meter_can_show_is_not_the_new_one_even_if_readings_agree() -> None:
    counter = CounterAccumulator(POWER_W)
    counter.add(1_000_000, 0.0)
    assert not any(counter.add(2**64 * 1_000, float(second)) for second in range(1, 9))
    assert counter.last == 1_000_000


def test_the_largest_level_of_a_meter_can_be_stored_in_64_bits() -> None:
    counter = CounterAccumulator(POWER_W)
    assert counter.add(HIGHEST_MWH, 0.0)
    assert 2 * HIGHEST_MWH < 2**63
