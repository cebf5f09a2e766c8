"""Which price was in force when: prices that are late, lost or unwatched."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.pricing.prices import MOST_CHANGES, MOST_STEPS, Prices, learn
from custom_components.ev_charging_manager.ledger.codec import decode, encode

QUARTER = 900
NOON = 1_700_000_100 // 3600 * 3600
WATCHED = NOON - 3600.0


def history(*messages: tuple[float, int | None], prices: Prices | None = None, watched: float = WATCHED) -> Prices:
    """Return the history after these prices, each at its seconds after noon."""
    prices = prices or Prices()
    for seconds, price in messages:
        prices = learn(prices, NOON + seconds, price, watched)
    return prices


def at(prices: Prices, *seconds: float) -> list[int | None]:
    """Return the prices at these seconds after noon."""
    return [prices.at(NOON + second) for second in seconds]


def test_without_any_price_the_price_is_unknown() -> None:
    assert at(Prices(), 0, 5000) == [None, None]


@pytest.mark.parametrize("late", [0, 3, 119.9, 120])
def test_a_price_up_to_two_minutes_late_applies_from_the_boundary(late: float) -> None:
    prices = history((-600, 10), (late, 20))
    assert at(prices, -1, 0, late, 899, 1800) == [10, 20, 20, 20, 20]


@pytest.mark.parametrize("late", [120.1, 300, 899])
def test_a_later_price_applies_from_its_arrival(late: float) -> None:
    prices = history((-600, 10), (late, 20))
    assert at(prices, 0, late - 0.1, late, 900) == [10, 10, 20, 20]


def test_an_hourly_price_applies_to_all_four_quarters() -> None:
    prices = history((0, 10), (3600, 20))
    assert at(prices, *range(0, 4500, QUARTER)) == [10, 10, 10, 10, 20]


def test_of_two_late_prices_the_last_one_applies_from_the_boundary() -> None:
    assert at(history((-600, 10), (5, 30), (40, 20)), 0, 5, 100) == [20, 20, 20]


def test_a_lost_price_applies_to_the_end_of_its_quarter_and_not_to_the_next() -> None:
    prices = history((5, 10), (300, None))
    assert at(prices, 0, 300, 899, 900, 5000) == [10, 10, 10, None, None]


def test_a_price_lost_for_a_moment_applies_without_a_break() -> None:
    prices = history((5, 10), (300, None), (310, 10))
    assert at(prices, 0, 305, 899, 900) == [10, 10, 10, 10]


def test_the_last_quarters_price_does_not_apply_if_the_new_price_never_arrives() -> None:
    prices = history((-600, 10), (30, None))
    assert at(prices, -1, 0, 30, 900) == [10, None, None, None]


def test_a_price_that_arrived_in_this_quarter_applies_although_it_is_lost_a_second_later() -> None:
    prices = history((-600, 10), (5, 20), (6, None))
    assert at(prices, 0, 6, 899, 900) == [20, 20, 20, None]


def test_a_price_that_returns_late_applies_from_then_on() -> None:
    prices = history((-600, 10), (-500, None), (300, 20))
    assert at(prices, -1, 0, 299, 300, 900) == [10, None, None, 20, 20]


def test_a_price_that_returns_soon_after_the_boundary_applies_from_the_boundary() -> None:
    assert at(history((-600, 10), (-500, None), (90, 20)), 0, 90) == [20, 20]


def test_the_first_price_of_a_watch_applies_to_the_whole_quarter() -> None:
    assert at(history((400, 10), watched=NOON + 390.0), 0, 400) == [10, 10]


def test_the_price_of_a_sensor_that_starts_after_home_assistant_applies_to_the_whole_quarter() -> None:
    prices = history((400, None), (460, 10), watched=NOON + 400.0)
    assert at(prices, 0, 460) == [10, 10]


def test_unwatched_quarters_have_no_price_and_earlier_ones_keep_theirs() -> None:
    before = history((-2700, 10), (5, 20))
    after = history((4000, 30), prices=before, watched=NOON + 3999.0)
    assert at(after, -1, 0, 899, 900, 3599, 3600, 4000) == [10, 20, 20, None, None, 30, 30]


def test_a_reload_within_a_quarter_loses_no_price() -> None:
    before = history((5, 20))
    after = history((301, None), (302, 20), prices=before, watched=NOON + 301.0)
    assert at(after, 0, 301, 899, 900) == [20, 20, 20, 20]


def test_another_price_after_a_restart_does_not_change_earlier_prices() -> None:
    before = history((5, 20))
    after = history((400, 30), prices=before, watched=NOON + 390.0)
    assert at(after, 0, 399, 400) == [20, 20, 30]


def test_a_price_that_is_not_watched_on_ends_with_the_quarter_of_its_arrival() -> None:
    after = history((7300, None), prices=history((5, 20)), watched=NOON + 7300.0)
    assert at(after, 899, 900, 7200, 9000) == [20, None, None, None]


def test_the_steps_of_a_price_that_changes_all_the_time_are_limited() -> None:
    prices = history(*((second, second) for second in range(121, 900)))
    assert len(prices.steps) <= MOST_CHANGES + 1
    assert at(prices, 900) == [899]


def test_the_history_covers_a_day_and_its_length_is_limited() -> None:
    prices = history(*((second, second) for second in range(0, 200_000, QUARTER)))
    assert 96 <= len(prices.steps) <= MOST_STEPS
    assert at(prices, 199_800, 199_800 - 80_000) == [199_800, 199_800 - 80_000 - (199_800 - 80_000) % QUARTER]
    busy = history(*((second, second) for second in range(0, 50_000, 20)))
    assert len(busy.steps) <= MOST_STEPS


def test_an_unchanged_price_takes_one_step() -> None:
    prices = history(*((second, 10) for second in range(120, 50_000, QUARTER)))
    assert len(prices.steps) <= 2


def test_a_day_of_23_or_25_hours_has_its_92_or_100_quarters() -> None:
    # 30 March and 26 October 2025 in Europe, from midnight to midnight of local time.
    for begin, end, quarters in ((1_743_289_200, 1_743_372_000, 92), (1_761_429_600, 1_761_519_600, 100)):
        prices = Prices()
        for number, second in enumerate(range(begin, end, QUARTER)):
            prices = learn(prices, second + 4.0, number, WATCHED)
        assert [prices.at(second) for second in range(begin, end, QUARTER)] == list(range(quarters))


messages = st.lists(
    st.tuples(st.floats(min_value=0, max_value=1000), st.one_of(st.none(), st.integers(-5, 5)), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(messages)
def test_a_repetition_of_the_latest_price_changes_nothing(steps: list[tuple[float, int | None, bool]]) -> None:
    prices, now, watched = Prices(), float(NOON), WATCHED
    for later, price, again in steps:
        now += later
        watched = now if again else watched
        prices = learn(prices, now, price, watched)
        assert learn(prices, now, price, watched) == prices


@given(messages)
def test_a_price_in_force_more_than_two_minutes_ago_never_changes(steps: list[tuple[float, int | None, bool]]) -> None:
    prices, now = Prices(), float(NOON)
    for later, price, _ in steps:
        now += later
        after = learn(prices, now, price, WATCHED)
        for past in (121, 300, 901, 2000):
            assert after.at(now - past) == prices.at(now - past)
        prices = after


@given(messages)
def test_the_history_survives_a_checkpoint(steps: list[tuple[float, int | None, bool]]) -> None:
    prices, now = Prices(), float(NOON)
    for later, price, _ in steps:
        now += later
        prices = learn(prices, now, price, WATCHED)
    assert decode(encode(prices), Prices) == prices
