"""The energy a charger shows is the energy that flowed."""

import itertools

import pytest

from benchmarks.simulator import Lags, Pause, Visit, demo_garage

from .scenes import NOON, NOON_MS, SERIAL, one, play, values

ANNA = Visit(driver="Anna", after_s=60, stay_s=3600, soc=0.4, card=1)


def test_energy_of_a_session_is_the_integral_of_the_reported_power() -> None:
    garage, told = play(one(ANNA))
    (session,) = garage.book.finished
    watts = [(at, nrg[11]) for at, nrg in values(told, "nrg")]
    joules = sum(power * (later - at) for (at, power), (later, _) in itertools.pairwise(watts))
    assert joules / 3.6 == pytest.approx(session.energy_mwh, abs=1)
    assert session.energy_mwh > 9_000_000


def test_last_counters_are_sent_with_or_before_the_unplug() -> None:
    garage, told = play(one(ANNA))
    (session,) = garage.book.finished
    unplugged = next(at for at, car in values(told, "car") if car == 1)
    until = [each for each in told if (each.at_ms - NOON_MS) / 1000 <= unplugged]
    assert values(until, "wh")[-1][1] == session.energy_mwh / 1000 == session.counter_mwh / 1000
    assert values(until, "eto")[-1][1] == session.total_wh
    assert values(told, "wh")[-1] == values(until, "wh")[-1]


def test_unplug_under_load_loses_no_energy() -> None:
    garage, told = play(one(Visit(driver="Anna", stay_s=1801.234, soc=0.4, card=1, stop_s=0)))
    (session,) = garage.book.finished
    last = next(each for each in told if each.changes.get("car") == 1)
    assert last.changes["wh"] == session.energy_mwh / 1000
    assert session.charging_seconds == pytest.approx(1801.234 - 5, abs=0.001)


def test_totals_of_a_day_add_up_to_the_growth_of_the_total_counter() -> None:
    garage, _ = play(demo_garage(7))
    for serial, charger in garage.chargers.items():
        sessions = [each for each in garage.book.finished if each.charger == serial]
        grown = sessions[-1].total_wh - charger.settings.eto_wh
        assert grown == pytest.approx(sum(each.energy_mwh for each in sessions) / 1000, abs=1)
        assert [each.index for each in sessions] == list(range(len(sessions)))


def test_quarters_of_a_session_sum_to_its_energy_and_begin_at_quarter_hours() -> None:
    garage, _ = play(one(ANNA))
    (session,) = garage.book.finished
    assert sum(session.quarters_mwh.values()) == session.energy_mwh
    assert list(session.quarters_mwh) == [NOON, NOON + 900, NOON + 1800, NOON + 2700, NOON + 3600]
    assert session.quarters_mwh[NOON + 900] == pytest.approx(11_000 / 4 * 1000, rel=0.02)


def test_whole_watt_hours_are_shown_where_the_charger_has_no_finer_counter() -> None:
    garage, told = play(one(ANNA, wh_step_mwh=1000))
    (session,) = garage.book.finished
    assert all(isinstance(wh, int) for _, wh in values(told, "wh"))
    assert session.counter_mwh == session.energy_mwh // 1000 * 1000


def test_session_counter_keeps_its_value_after_the_unplug_and_resets_at_the_next_plug() -> None:
    garage, told = play(one(ANNA, Visit(driver="Ben", after_s=600, stay_s=1200, card=2)))
    first, second = garage.book.finished
    plugged = second.plugged_at - NOON
    assert [wh for at, wh in values(told, "wh") if at < plugged][-1] == first.energy_mwh / 1000
    assert next(wh for at, wh in values(told, "wh") if at >= plugged) == 0


def test_late_reset_shows_the_last_drivers_energy_after_the_plug() -> None:
    late = Visit(driver="Ben", after_s=600, stay_s=1200, card=2, lags=Lags(wh_reset_s=2.5))
    garage, told = play(one(ANNA, late))
    _, second = garage.book.finished
    plugged = second.plugged_at - NOON
    assert next((at, wh) for at, wh in values(told, "wh") if at >= plugged) == (plugged + 2.5, 0)
    assert second.counter_mwh == second.energy_mwh


def test_counter_that_never_resets_goes_on_from_the_last_drivers_energy() -> None:
    stuck = Visit(driver="Ben", after_s=600, stay_s=1200, card=2, lags=Lags(wh_reset_s=None))
    garage, told = play(one(ANNA, stuck))
    first, second = garage.book.finished
    assert values(told, "wh")[-1][1] == (first.energy_mwh + second.energy_mwh) / 1000
    assert second.counter_mwh == pytest.approx(second.energy_mwh, abs=1)


def test_power_falls_as_the_battery_fills_and_the_status_becomes_complete() -> None:
    garage, told = play(one(Visit(driver="Ben", stay_s=10_800, soc=0.78, card=2)))
    (session,) = garage.book.finished
    watts = [nrg[11] for _, nrg in values(told, "nrg") if nrg[11]]
    assert watts[0] > 6400
    assert 1900 < watts[-1] < 2200
    assert [car for _, car in values(told, "car")] == [3, 2, 4, 1]
    assert session.energy_mwh == pytest.approx(39_000_000 * 0.22 / 0.9, abs=2)


def test_single_phase_car_draws_on_one_phase_only() -> None:
    _, told = play(one(Visit(driver="Ben", stay_s=1200, card=2)))
    nrg = next(nrg for _, nrg in values(told, "nrg") if nrg[11])
    assert len(nrg) == 16
    assert nrg[7] == nrg[11]
    assert nrg[8] == nrg[9] == nrg[5] == nrg[6] == 0
    assert nrg[4] == pytest.approx(nrg[7] / nrg[0], abs=0.01)


def test_pause_draws_nothing_and_the_session_goes_on() -> None:
    garage, told = play(one(Visit(driver="Anna", stay_s=3600, card=1, pauses=(Pause(600, 900),))))
    (session,) = garage.book.finished
    assert [car for _, car in values(told, "car")] == [3, 2, 3, 2, 4, 1]
    assert session.charging_seconds == pytest.approx(3600 - 5 - 4 - 900, abs=0.001)
    assert "pause" in session.tags


def test_balancing_after_the_charge_is_a_few_watt_hours_in_the_same_session() -> None:
    quiet, _ = play(one(Visit(driver="Ben", stay_s=5400, soc=0.95, card=2)))
    garage, told = play(one(Visit(driver="Ben", stay_s=5400, soc=0.95, card=2, balance=3)))
    (session,) = garage.book.finished
    assert [car for _, car in values(told, "car")] == [3, 2, 4, 2, 4, 2, 4, 2, 4, 1]
    extra = session.energy_mwh - quiet.book.finished[0].energy_mwh
    assert 3 * 1_500 < extra < 3 * 6_000
    assert garage.chargers[SERIAL].connected is False
