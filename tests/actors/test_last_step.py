"""A counter's last step that is read after an absence belongs to its session, or a flag marks it as unknown."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.profile import CarStatus

from ..domain.household import ANNAS_SLOT, BENS_SLOT, GO_E, NO_TOTAL, PLUG_AND_TOTAL, card_of, settings
from .driver import Charger

STEP_MWH = 50_000


def _unplug(charger: Charger) -> None:
    """The cable is out; the counters do not show the last seconds yet."""
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
        charger.card(NOBODY)


def _killed_while_settling(roles: frozenset[Role] = GO_E) -> Charger:
    """Anna charged 1 kWh and unplugged a second ago; Home Assistant has stopped."""
    charger = Charger(settings(roles))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    _unplug(charger)
    charger.advance(1)
    charger.runner.marker()
    charger.crash()
    return charger


def _count_on(charger: Charger, mwh: int = STEP_MWH) -> None:
    charger.truth.session = (charger.truth.session or 0) + mwh
    charger.truth.total = (charger.truth.total or 0) + mwh


def _arrived_meanwhile(charger: Charger, mwh: int) -> None:
    """Ben's car is connected and has charged this much."""
    charger.truth.plug = charger.truth.locked = True
    charger.truth.status, charger.truth.card = CarStatus.CHARGING, card_of(BENS_SLOT)
    charger.truth.total = (charger.truth.total or 0) + mwh


@pytest.mark.parametrize("roles", [GO_E, NO_TOTAL, PLUG_AND_TOTAL], ids=["both counters", "no total", "total alone"])
def test_a_step_during_an_absence_belongs_to_the_session_that_was_ending(roles: frozenset[Role]) -> None:
    charger = _killed_while_settling(roles)
    left = charger.clock.now().utc - 1
    _count_on(charger)
    charger.advance(600)
    charger.start()
    charger.advance(10)
    record = charger.only()
    assert (record.energy_mwh, record.reconstructed, record.data_gap) == (1_000_000 + STEP_MWH, True, False)
    assert record.ended_at == left
    assert not record.deviation_pct


def test_a_step_is_read_from_the_sessions_own_counter_where_the_total_is_coarse() -> None:
    charger = _killed_while_settling()
    _count_on(charger)
    charger.truth.total = (charger.truth.total or 0) + 40_000
    charger.advance(600)
    charger.start()
    charger.advance(10)
    assert charger.only().energy_mwh == 1_000_000 + STEP_MWH


def test_a_car_whose_counter_is_still_silent_gives_nothing_to_the_one_before() -> None:
    charger = _killed_while_settling()
    _arrived_meanwhile(charger, 300_000)
    charger.truth.session = None
    charger.advance(1800)
    charger.start()
    charger.advance(120)
    assert [record.energy_mwh for record in charger.completed] == [1_000_000]


def test_a_session_that_was_about_to_be_over_waits_for_a_charger_that_comes_back_late() -> None:
    charger = _killed_while_settling()
    _count_on(charger)
    charger.start(back=False)
    charger.advance(120)
    charger.come_back()
    charger.advance(10)
    assert charger.only().energy_mwh == 1_000_000 + STEP_MWH


def test_a_step_before_the_counter_began_again_at_the_unplug_is_read_from_the_total() -> None:
    charger = _killed_while_settling()
    _count_on(charger)
    charger.truth.session = 0
    charger.advance(600)
    charger.start()
    charger.advance(10)
    assert charger.only().energy_mwh == 1_000_000 + STEP_MWH


def test_a_car_that_came_meanwhile_gets_its_own_and_the_one_before_its_last_step() -> None:
    charger = _killed_while_settling()
    _count_on(charger)
    charger.truth.session = 700_000
    _arrived_meanwhile(charger, 700_000)
    charger.advance(1800)
    charger.start()
    charger.charge(1.0)
    charger.leave()
    told = [(record.identity.user_id, record.energy_mwh, record.data_gap) for record in charger.completed]
    assert told == [("anna", 1_000_000 + STEP_MWH, False), ("ben", 1_700_000, False)]
    assert charger.completed[0].deviation_pct == 0


def test_a_car_that_came_to_a_counter_that_never_begins_again_gets_all_that_came_since() -> None:
    charger = _killed_while_settling(PLUG_AND_TOTAL)
    _arrived_meanwhile(charger, 700_000)
    charger.advance(1800)
    charger.start()
    charger.charge(1.0)
    charger.leave()
    assert [record.energy_mwh for record in charger.completed] == [1_000_000, 1_700_000]


def test_more_energy_than_a_last_step_can_be_is_another_cars_and_leaves_a_data_gap() -> None:
    charger = _killed_while_settling(PLUG_AND_TOTAL)
    _count_on(charger, 5_000_000)
    charger.advance(7200)
    charger.start()
    charger.advance(10)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_000_000, True)


def test_a_charger_that_goes_away_while_a_session_settles_shows_its_last_step_afterwards() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    _unplug(charger)
    charger.advance(1)
    charger.goes_away()
    _count_on(charger)
    charger.advance(600)
    charger.come_back()
    charger.advance(10)
    record = charger.only()
    assert (record.energy_mwh, record.reconstructed) == (1_000_000 + STEP_MWH, True)


def test_a_charger_that_goes_away_while_a_session_settles_without_a_last_step_leaves_no_data_gap() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    _unplug(charger)
    charger.advance(1)
    charger.goes_away()
    charger.advance(600)
    charger.come_back()
    charger.advance(10)
    record = charger.only()
    assert (record.energy_mwh, record.reconstructed, record.data_gap) == (1_000_000, False, False)
