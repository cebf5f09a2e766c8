"""Charging windows, mostly of a coarse counter, where only its steps show the flow."""

from __future__ import annotations

from dataclasses import replace

from custom_components.ev_charging_manager.domain.records import Window
from custom_components.ev_charging_manager.domain.session.windows import Windows

from ..household import UTC, at

IDLE_S = 300.0


def test_consecutive_steps_of_a_coarse_counter_are_one_window() -> None:
    windows = Windows().flow(True, at(0)).flow(False, at(600)).quiet(at(900), IDLE_S)
    assert windows.closed == (Window(UTC, UTC + 600),)
    # The next step arrives at 1200; its energy flowed since the step before.
    windows = windows.flow(True, at(600)).flow(False, at(1200)).quiet(at(1500), IDLE_S)
    assert windows.closed == (Window(UTC, UTC + 1200),)
    assert windows.seconds(at(1500)) == 1200


def test_a_flow_after_a_closed_window_opens_another_one() -> None:
    windows = Windows().flow(True, at(0)).flow(False, at(600)).quiet(at(900), IDLE_S)
    windows = windows.flow(True, at(1000)).close(at(1600))
    assert windows.closed == (Window(UTC, UTC + 600), Window(UTC + 1000, UTC + 1600))
    assert windows.seconds(at(2000)) == 1200


def test_no_time_is_negative_after_the_wall_clock_was_set_back_between_two_windows() -> None:
    windows = Windows().flow(True, at(0)).flow(False, at(600)).quiet(at(900), IDLE_S)
    windows = windows.flow(True, replace(at(1000), utc=UTC + 1000 - 3600))
    assert windows.seconds(replace(at(1300), utc=UTC + 1300 - 3600)) == 900
    assert len(windows.closed) == 1


def test_no_time_is_negative_if_a_new_process_clock_starts_before_the_window() -> None:
    windows = Windows().flow(True, at(3600))
    assert windows.seconds(at(0)) == 0.0
    assert windows.close(at(0)).closed_s == 0.0
