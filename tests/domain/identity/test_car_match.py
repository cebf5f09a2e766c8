"""The car of a session: only a pair without another candidate car or charger identifies it."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.identity.car_match import WINDOW_S, Begun, Plugged, Plugging

type Happening = tuple[str, float]
"""A session at a charger (lower case) or a plugged-in car (upper case), and its second."""


def told(*happenings: Happening) -> list[tuple[str, str]]:
    """Play all events, decide as soon as a decision is due, and return the pairs."""
    state, found = Plugging(), []
    ends = [("", max(mono for _, mono in happenings) + 3 * WINDOW_S)]
    for name, mono in [*sorted(happenings, key=lambda item: item[1]), *ends]:
        while (due := state.due()) is not None and due <= mono:
            state, pairs = state.decide(due)
            found += [(pair.begun.charger_id, pair.plugged.vehicle_id) for pair in pairs]
        if name.isupper():
            state = state.plug(Plugged(name, mono))
        elif name:
            state = state.begin(Begun(name, f"{name}-{mono}", mono))
    return found


@pytest.mark.parametrize("delay", [-WINDOW_S, -5.0, 0.0, 60.0, WINDOW_S])
def test_the_one_car_that_plugs_in_when_a_session_begins_is_in_it(delay: float) -> None:
    assert told(("left", 1000.0), ("ZOE", 1000.0 + delay)) == [("left", "ZOE")]


@pytest.mark.parametrize("delay", [-WINDOW_S - 1, WINDOW_S + 1])
def test_a_car_that_plugs_in_at_another_time_is_elsewhere(delay: float) -> None:
    assert told(("left", 1000.0), ("ZOE", 1000.0 + delay)) == []


def test_two_cars_at_the_same_time_identify_none() -> None:
    assert told(("left", 1000.0), ("ZOE", 1010.0), ("ID4", 1090.0)) == []


def test_two_chargers_at_the_same_time_identify_no_car() -> None:
    assert told(("left", 1000.0), ("right", 1100.0), ("ZOE", 1050.0)) == []


def test_two_cars_at_two_chargers_identify_none() -> None:
    assert told(("left", 1000.0), ("ZOE", 1005.0), ("right", 1060.0), ("ID4", 1065.0)) == []


def test_a_second_charger_makes_it_doubtful_until_the_last_moment() -> None:
    assert told(("left", 1000.0), ("ZOE", 1100.0), ("right", 1000.0 + 2 * WINDOW_S - 30)) == []


def test_drivers_who_swap_at_one_charger_identify_no_car() -> None:
    assert told(("left", 1000.0), ("ZOE", 1005.0), ("left", 1070.0)) == []


def test_a_plug_that_flickers_is_one_car() -> None:
    assert told(("left", 1000.0), ("ZOE", 1005.0), ("ZOE", 1007.0)) == [("left", "ZOE")]


def test_one_after_another_each_session_finds_its_car() -> None:
    later = 1000.0 + 3 * WINDOW_S
    assert told(("left", 1000.0), ("ZOE", 1005.0), ("right", later), ("ID4", later)) == [
        ("left", "ZOE"),
        ("right", "ID4"),
    ]


def test_old_sessions_and_plugs_are_forgotten() -> None:
    state = Plugging().begin(Begun("left", "left-1", 0.0)).plug(Plugged("ZOE", 1.0))
    state, _ = state.decide(1.0 + WINDOW_S)
    state, _ = state.decide(10_000.0)
    assert (state.sessions, state.cars) == ((), ())
