"""Counters or power cannot be read for a while: a data gap marks the sessions in which energy may be missing."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.domain.card import NOBODY
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.profile import CarStatus

from ..domain.household import ANNAS_SLOT, BENS_SLOT, GO_E, NO_TOTAL, PLUG_AND_TOTAL, POWER_ALONE, settings
from .driver import Charger


def _lost(charger: Charger) -> None:
    """The session counter reads unknown."""
    charger.truth.session = None
    charger.tell(Role.SESSION_ENERGY)


def _back(charger: Charger, mwh: int) -> None:
    charger.truth.session = mwh
    charger.tell(Role.SESSION_ENERGY)


def _drive_in(charger: Charger, slot: int) -> None:
    with charger.push():
        charger.card(slot)
        charger.plug(True)
        charger.lock(True)
        charger.status(CarStatus.CHARGING)
    charger.advance(600)


def _leave(charger: Charger) -> None:
    with charger.push():
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
        charger.card(NOBODY)
    charger.advance(10)


def _after_anna(roles: frozenset[Role] = NO_TOTAL) -> Charger:
    charger = Charger(settings(roles))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.leave()
    return charger


def test_a_counter_that_was_away_when_the_session_began_and_is_above_the_last_one_leaves_a_gap() -> None:
    charger = _after_anna()
    _lost(charger)
    charger.advance(60)
    _drive_in(charger, BENS_SLOT)
    # It may have begun again at the plug, and counted 1.5 kWh, or gone on, and counted 0.5.
    _back(charger, 1_500_000)
    charger.advance(10)
    _leave(charger)
    assert (charger.completed[1].energy_mwh, charger.completed[1].data_gap) == (500_000, True)


def test_a_counter_that_was_away_when_the_session_began_and_was_seen_to_begin_again_is_complete() -> None:
    charger = _after_anna()
    _lost(charger)
    charger.advance(60)
    _drive_in(charger, BENS_SLOT)
    _back(charger, 700_000)
    charger.advance(10)
    _leave(charger)
    assert (charger.completed[1].energy_mwh, charger.completed[1].data_gap) == (700_000, False)


def test_a_counter_that_is_unknown_while_nobody_is_connected_leaves_no_gap() -> None:
    charger = _after_anna()
    for _ in range(2):
        _lost(charger)
        charger.advance(3600)
        charger.plug_in(card=BENS_SLOT)
        charger.charge(2.0)
        charger.leave()
    assert [record.energy_mwh for record in charger.completed] == [1_000_000, 2_000_000, 2_000_000]
    assert not any(record.data_gap for record in charger.completed)


@pytest.mark.parametrize("roles", [NO_TOTAL, GO_E])
def test_a_counter_that_went_away_while_energy_flowed_and_did_not_come_back_leaves_a_gap(
    roles: frozenset[Role],
) -> None:
    charger = Charger(settings(roles))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.status(CarStatus.CHARGING)
    charger.advance(1)
    _lost(charger)
    charger.advance(900)
    _leave(charger)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_000_000, True)


@pytest.mark.parametrize(("status", "gap"), [(CarStatus.CHARGING, True), (CarStatus.COMPLETE, False)])
def test_a_counter_that_began_again_while_it_was_away_leaves_a_gap_if_energy_flowed(
    status: CarStatus, gap: bool
) -> None:
    charger = Charger(settings(NO_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.status(status)
    charger.advance(400)
    _lost(charger)
    charger.advance(900)
    _back(charger, 200_000)
    charger.advance(10)
    _leave(charger)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_200_000, gap)


def test_a_counter_that_comes_back_with_a_zero_first_leaves_no_gap() -> None:
    charger = Charger(settings(NO_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.status(CarStatus.CHARGING)
    _lost(charger)
    charger.advance(900)
    _back(charger, 0)
    charger.advance(2)
    _back(charger, 1_200_000)
    charger.advance(10)
    _leave(charger)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_200_000, False)


def test_a_counter_that_went_away_once_the_car_was_full_leaves_no_gap() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.advance(400)
    _lost(charger)
    charger.advance(3600)
    _leave(charger)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_000_000, False)


def test_a_counter_that_goes_away_with_the_plug_leaves_no_gap() -> None:
    charger = Charger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    with charger.push():
        _lost(charger)
        charger.plug(False)
        charger.lock(False)
        charger.status(CarStatus.IDLE)
    charger.advance(10)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_000_000, False)


def test_a_plug_that_was_unknown_while_the_counter_was_there_leaves_no_gap_in_the_next_session() -> None:
    charger = Charger(settings(PLUG_AND_TOTAL))
    charger.advance(60)
    charger.plug(None)
    charger.advance(600)
    charger.plug(False)
    charger.advance(3600)
    with charger.push():
        # One poll brings both the plug and the energy since then.
        charger.plug(True)
        charger.deliver(0.1)
    charger.charge(1.0)
    charger.plug(False)
    charger.advance(60)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_100_000, False)


def test_power_alone_that_was_unknown_while_it_flowed_leaves_a_gap() -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(3600.0)
    charger.advance(600)
    charger.power(None)
    charger.advance(1800)
    charger.power(3600.0)
    charger.advance(600)
    charger.power(0.0)
    charger.advance(400)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_200_000, True)


def test_power_alone_that_flows_already_when_it_is_known_again_leaves_a_gap() -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(0.0)
    charger.advance(600)
    charger.power(None)
    charger.advance(1800)
    charger.power(3600.0)
    charger.advance(600)
    charger.power(0.0)
    charger.advance(400)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (600_000, True)


@pytest.mark.parametrize(("seconds", "gap"), [(60, False), (3600, True)])
def test_power_alone_that_was_unknown_for_longer_than_a_car_pauses_leaves_a_gap(seconds: float, gap: bool) -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(3600.0)
    charger.advance(600)
    charger.power(0.0)
    charger.advance(30)
    charger.power(None)
    charger.advance(seconds)
    charger.power(0.0)
    charger.advance(400)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (600_000, gap)


def test_power_alone_that_was_unknown_for_a_moment_before_a_car_came_leaves_no_gap() -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(None)
    charger.advance(60)
    charger.power(0.0)
    charger.advance(60)
    charger.power(3600.0)
    charger.advance(600)
    charger.power(0.0)
    charger.advance(400)
    assert not charger.only().data_gap


def test_power_alone_whose_last_seconds_were_lost_with_the_pipeline_leaves_a_gap() -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(3600.0)
    charger.advance(600)
    charger.runner.marker()
    kept = charger.ledger.kept
    charger.advance(25)
    charger.ledger.kept = kept
    charger.restart_pipeline()
    charger.advance(575)
    charger.power(0.0)
    charger.advance(400)
    assert charger.only().data_gap
    assert 1_150_000 <= charger.only().energy_mwh < 1_200_000


def test_power_alone_that_ended_before_the_pipeline_started_over_leaves_a_gap() -> None:
    charger = Charger(settings(POWER_ALONE))
    charger.power(3600.0)
    charger.advance(300)
    charger.runner.marker()
    kept = charger.ledger.kept
    charger.advance(300)
    charger.power(0.0)
    charger.advance(10)
    charger.ledger.kept = kept
    charger.restart_pipeline()
    charger.advance(400)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (300_000, True)


def test_a_car_that_came_while_the_charger_was_away_loses_nothing_whatever_comes_back_first() -> None:
    charger = _after_anna()
    charger.goes_away()
    charger.advance(60)
    charger.truth.plug, charger.truth.locked, charger.truth.status = True, True, CarStatus.CHARGING
    charger.truth.session = 700_000
    charger.advance(1800)
    charger.away = False
    # The counter is read again some seconds before the plug is.
    for role in (Role.SESSION_ENERGY, Role.POWER, Role.CARD, Role.LOCK, Role.PLUG, Role.STATUS):
        charger.tell(role)
        charger.advance(3)
    _leave(charger)
    assert (charger.completed[1].energy_mwh, charger.completed[1].reconstructed) == (700_000, True)


def test_a_car_that_came_while_its_status_was_unknown_loses_nothing() -> None:
    charger = Charger(settings(frozenset({Role.STATUS, Role.SESSION_ENERGY, Role.POWER})))
    charger.status(CarStatus.IDLE)
    charger.advance(60)
    charger.status(None)
    charger.advance(60)
    charger.power(3600.0)
    for _ in range(10):
        charger.advance(60)
        charger.deliver(0.06)
    charger.status(CarStatus.CHARGING)
    charger.advance(60)
    charger.deliver(0.06)
    charger.advance(1)
    charger.status(CarStatus.IDLE)
    charger.advance(10)
    assert (charger.only().energy_mwh, charger.only().reconstructed) == (660_000, True)


def test_a_counter_that_did_not_come_back_after_an_outage_leaves_a_gap() -> None:
    charger = Charger(settings(NO_TOTAL))
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(1.0)
    charger.goes_away()
    charger.advance(60)
    charger.truth.session, charger.truth.status = None, CarStatus.CHARGING
    charger.come_back()
    charger.advance(120)
    charger.power(3600.0)
    charger.advance(900)
    _leave(charger)
    assert (charger.only().energy_mwh, charger.only().data_gap) == (1_000_000, True)
