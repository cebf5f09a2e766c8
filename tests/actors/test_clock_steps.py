"""The wall clock is set while cars charge: energy stays exact, and no duration in a record is negative."""

from __future__ import annotations

import random

import pytest

from custom_components.ev_charging_manager.domain.quarters import QUARTER_S, quarter_of
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from tests.support.energy import mwh_from_kwh

from .driver import Charger

HOUR = 3_600.0


def charge(charger: Charger, kwh: float, seconds: float) -> None:
    """Energy flows steadily; the counter steps every half minute."""
    for _ in range(int(seconds // 30)):
        charger.advance(30)
        charger.deliver(kwh * 30 / seconds)


def assert_sound(record: SessionRecord) -> None:
    assert record.ended_at is not None
    assert record.ended_at >= record.started_at
    assert record.duration_s >= 0.0
    assert 0.0 <= record.charging_s <= record.duration_s + 0.001
    assert all(window.ended_at >= window.started_at for window in record.windows)
    assert sum(part.energy_mwh for part in record.intervals) == record.energy_mwh
    assert sum(part.cost_micro or 0 for part in record.intervals) == record.cost_micro
    quarters = [part.quarter for part in record.intervals]
    assert quarters == sorted(quarters)
    assert all(quarter % QUARTER_S == 0 for quarter in quarters)


def the_session(charger: Charger) -> SessionRecord:
    (record,) = [record for record in charger.recorded if record.outcome is Outcome.COMPLETED]
    assert_sound(record)
    return record


def test_set_back_what_was_delivered_before_keeps_its_quarter_hour_and_the_rest_gets_the_clocks() -> None:
    charger = Charger()
    charger.plug_in(card=1)
    began = charger.clock.now().utc
    charge(charger, 1.0, 600)
    charger.advance(2)
    charger.ahead = -HOUR
    charge(charger, 1.0, 600)
    charger.leave()
    charger.advance(60)
    record = the_session(charger)
    assert record.energy_mwh == mwh_from_kwh(2.0)
    assert 1_200 <= record.duration_s < 1_300
    assert record.started_at == pytest.approx(began, abs=60)
    earlier = sum(part.energy_mwh for part in record.intervals if part.quarter < quarter_of(began))
    assert earlier == mwh_from_kwh(1.0)


def test_set_forward_only_what_flowed_across_the_step_is_spread_over_the_time_that_was_skipped() -> None:
    charger = Charger()
    charger.plug_in(card=1)
    charge(charger, 1.0, 600)
    before = charger.clock.now().utc
    charger.ahead = HOUR
    charge(charger, 1.0, 600)
    charger.leave()
    charger.advance(60)
    record = the_session(charger)
    assert record.energy_mwh == mwh_from_kwh(2.0)
    assert 1_200 <= record.duration_s < 1_300
    skipped = range(quarter_of(before) + QUARTER_S, quarter_of(before + HOUR), QUARTER_S)
    across = sum(part.energy_mwh for part in record.intervals if part.quarter in skipped)
    # One of twenty counter steps of 0.05 kWh lies across the clock step.
    assert 0 < across <= mwh_from_kwh(0.05)


@pytest.mark.parametrize("seed", range(30))
def test_set_back_and_forth_at_random_every_session_is_whole(seed: int) -> None:
    rng = random.Random(seed)
    charger = Charger()
    wanted = 0.0
    for _ in range(3):
        charger.plug_in(card=rng.choice((1, 2)))
        for _ in range(rng.randrange(2, 6)):
            charger.ahead += rng.choice((-1, 1)) * 10 ** rng.uniform(0, 6)
            charge(charger, 0.5, 300)
            wanted += 0.5
            if rng.random() < 0.3:
                charger.power(0)
                charger.advance(rng.choice((60, 900)))
                charger.power(11_000)
            if rng.random() < 0.2:
                charger.reload()
        charger.leave()
        charger.advance(120)
    done = [record for record in charger.recorded if record.outcome is Outcome.COMPLETED]
    assert len(done) == 3
    for record in done:
        assert_sound(record)
    assert sum(record.energy_mwh for record in done) == mwh_from_kwh(wanted)


def test_two_sessions_that_start_in_the_same_millisecond_of_a_clock_set_back_are_two_records() -> None:
    charger = Charger()
    charger.advance(60)
    charger.plug_in()
    charger.charge(5)
    charger.leave()
    (first,) = charger.completed
    charger.advance(10)
    charger.ahead = first.started_at - charger.clock.now().utc - 5.0
    charger.advance(5.0)
    charger.plug_in()
    charger.charge(7)
    charger.leave()
    assert {record.started_at for record in charger.completed} == {first.started_at}
    assert sorted(record.energy_mwh for record in charger.completed) == [5_000_000, 7_000_000]
    assert len({record.session_id for record in charger.completed}) == 2


def test_the_numbers_in_session_ids_rise_after_a_restart_with_a_clock_set_back_by_hours() -> None:
    charger = Charger()
    for ahead in (7_200.0, 0.0):
        charger.ahead = ahead
        charger.advance(60)
        charger.plug_in()
        charger.charge(5)
        charger.leave()
        charger.runner.marker()
        charger.crash()
        charger.start()
    in_order_of_start = [record.session_id for record in charger.ledger.sessions.values()]
    assert in_order_of_start == sorted(in_order_of_start)
    assert len(in_order_of_start) == 2
