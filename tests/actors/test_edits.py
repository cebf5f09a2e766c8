"""Edited settings: what was counted before an edit keeps the settings from before it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.household import Billing, BillingMethod, Options, Role, Settings
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import Outcome, UnknownReason
from custom_components.ev_charging_manager.domain.tariff import SpotTariff, StaticTariff

from ..domain.household import ANNAS_SLOT, GITA, GITAS_SLOT, POWER_ALONE, settings
from .driver import Charger

CHEAP = settings(tariff=StaticTariff(100_000))
DEAR = StaticTariff(900_000)


def _edited(house: Settings, **fields: Any) -> Settings:
    return replace(house, charger=replace(house.charger, **fields))


def _with_options(house: Settings, **fields: Any) -> Settings:
    return replace(house, options=replace(house.options, **fields))


def _charging(house: Settings = CHEAP, card: int = ANNAS_SLOT) -> Charger:
    """Return a charger where a car charges, with all samples sent."""
    charger = Charger(house)
    charger.plug_in(card=card)
    charger.status(CarStatus.CHARGING)
    charger.advance(120)
    return charger


def test_energy_that_was_gathered_before_an_edit_has_the_price_from_before_it() -> None:
    charger = _charging()
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.leave()
    assert charger.only().cost_micro == 10_000


def test_energy_of_the_same_second_is_split_at_the_edit() -> None:
    charger = _charging()
    charger.deliver(0.1)
    charger.advance(0.4)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.deliver(0.2)
    charger.leave()
    assert charger.only().cost_micro == 10_000 + 180_000


def test_integrated_power_is_split_at_the_edit() -> None:
    house = settings(POWER_ALONE, tariff=StaticTariff(100_000))
    charger = Charger(house)
    charger.power(3_600.0)
    charger.advance(1000.5)
    charger.configure(_edited(house, tariff=DEAR))
    charger.advance(999.5)
    charger.power(0.0)
    charger.advance(400)
    assert charger.only().cost_micro == pytest.approx(1.0005 * 100_000 + 0.9995 * 900_000, abs=2)


def test_an_act_of_the_same_turn_is_sent_before_the_edit() -> None:
    charger = _charging()
    charger.deliver(0.1)
    with charger.push():
        charger.plug(False)
        charger.configure(_edited(CHEAP, tariff=DEAR))
        charger.status(CarStatus.IDLE)
        charger.lock(False)
    charger.advance(60)
    assert (charger.only().cost_micro, charger.ingestor and charger.ingestor.overflows) == (10_000, 0)


def test_energy_that_the_debouncer_holds_back_has_the_price_from_before_the_edit() -> None:
    charger = _charging()
    charger.plug(False)
    charger.deliver(0.1)
    charger.advance(1)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    assert charger.runner.states()["pricing"].settings.charger.tariff == CHEAP.charger.tariff
    charger.advance(0.5)
    charger.plug(True)
    assert charger.runner.states()["pricing"].settings.charger.tariff == DEAR
    charger.deliver(0.1)
    charger.advance(10)
    charger.leave()
    assert charger.only().cost_micro == 10_000 + 90_000


def test_of_two_edits_behind_held_evidence_the_later_one_counts() -> None:
    charger = _charging()
    charger.plug(False)
    charger.deliver(0.1)
    charger.advance(1)
    charger.configure(_edited(CHEAP, tariff=StaticTariff(500_000)))
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.advance(10)
    charger.lock(False)
    charger.advance(10)
    assert {state.settings.charger.tariff for state in charger.runner.states().values()} == {DEAR}
    assert charger.only().cost_micro == 10_000


def test_an_edit_without_room_in_the_chain_loses_nothing_and_can_be_sent_again() -> None:
    charger = _charging()
    charger.deliver(0.1)
    charger.full = True
    assert charger.ingestor is not None
    assert not charger.ingestor.configure(_edited(CHEAP, tariff=DEAR))
    charger.full = False
    assert charger.ingestor.configure(_edited(CHEAP, tariff=DEAR))
    charger.deliver(0.1)
    charger.leave()
    record = charger.only()
    assert (record.cost_micro, record.energy_mwh, record.data_gap) == (10_000 + 90_000, 200_000, False)


def test_an_edit_before_the_first_snapshot_waits_for_it() -> None:
    charger = _charging()
    charger.runner.marker()
    charger.crash()
    charger.start(back=False)
    assert charger.ingestor is not None
    charger.ingestor.connect(_Nowhere())
    assert not charger.ingestor.configure(_edited(CHEAP, tariff=DEAR))


class _Nowhere:
    """A pipeline that does not run."""

    def offer(self, message: object) -> bool:
        """Refuse."""
        return False

    def nudge(self) -> None:
        """Do nothing."""

    def resync(self) -> None:
        """Do nothing."""


def test_a_pipeline_that_restarts_after_an_edit_prices_the_energy_from_before_it_without_it() -> None:
    charger = _charging()
    charger.deliver(0.1)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.restart_pipeline()
    charger.deliver(0.1)
    charger.leave()
    assert charger.only().cost_micro == 10_000 + 90_000


def test_a_crash_after_an_edit_leaves_the_energy_from_before_it_at_its_price() -> None:
    charger = _charging()
    charger.deliver(0.1)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.crash()
    charger.start()
    charger.advance(30)
    charger.leave()
    assert charger.only().cost_micro == 10_000


def test_every_actor_has_the_edited_settings_after_its_pipeline_restarted() -> None:
    charger = _charging()
    charger.configure(_edited(CHEAP, name="Carport"))
    charger.restart_pipeline()
    assert {state.settings.charger.name for state in charger.runner.states().values()} == {"Carport"}


def test_energy_that_a_coarse_counter_shows_after_an_edit_is_split_at_the_edit() -> None:
    # 300 of the 320 s in which the second step was delivered were before the edit.
    charger = _charging(settings(frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD}), tariff=CHEAP.charger.tariff))
    charger.deliver(0.3)
    charger.advance(300)
    charger.configure(_edited(charger.settings, tariff=DEAR))
    charger.advance(20)
    charger.deliver(0.3)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(30_000 + 0.3 * (300 * 100_000 + 20 * 900_000) / 320, rel=0.005)


def test_a_coarse_counters_step_over_two_edits_has_each_price_for_its_time() -> None:
    charger = _charging(settings(frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD}), tariff=CHEAP.charger.tariff))
    charger.deliver(0.3)
    charger.advance(100)
    charger.configure(_edited(charger.settings, tariff=DEAR))
    charger.advance(100)
    charger.configure(_edited(charger.settings, tariff=StaticTariff(200_000)))
    charger.advance(100)
    charger.deliver(0.3)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(30_000 + 0.1 * (100_000 + 900_000 + 200_000), rel=0.005)


def test_a_step_over_an_edit_survives_a_crash_between_them() -> None:
    charger = _charging(settings(frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD}), tariff=CHEAP.charger.tariff))
    charger.deliver(0.3)
    charger.advance(300)
    charger.configure(_edited(charger.settings, tariff=DEAR))
    charger.restart_pipeline()
    charger.advance(20)
    charger.deliver(0.3)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(30_000 + 0.3 * (300 * 100_000 + 20 * 900_000) / 320, rel=0.005)


SPOT = settings(tariff=SpotTariff(0, Fraction(1), 400_000))
MARKET = 100_000


def _at_the_market(seconds: float) -> Charger:
    """A car charges at the market's price, so many seconds after the start of a quarter-hour."""
    charger = Charger(SPOT)
    assert charger.ingestor is not None
    charger.ingestor.watch_price()
    charger.ingestor.price(MARKET)
    charger.plug_in(card=ANNAS_SLOT, settle=0)
    charger.status(CarStatus.CHARGING)
    charger.advance(seconds)
    charger.deliver(0.0)
    charger.advance(1)
    return charger


def test_a_spot_price_that_changes_between_two_seals_is_split_by_time() -> None:
    charger = _at_the_market(420 - 1.5)
    assert charger.ingestor is not None
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.ingestor.price(900_000)
    charger.advance(0.5)
    charger.deliver(0.1)
    charger.leave()
    prices = {part.price_micro: part.energy_mwh for part in charger.only().intervals}
    assert prices.keys() == {MARKET, 900_000}
    assert sum(prices.values()) == 200_000


@pytest.mark.parametrize(
    "tariff", [SpotTariff(50_000, Fraction(1), 400_000), SpotTariff(0, Fraction(5, 4), 400_000), StaticTariff(900_000)]
)
def test_edited_terms_of_a_spot_price_count_from_the_edit_on(tariff: SpotTariff | StaticTariff) -> None:
    charger = _at_the_market(300)
    assert charger.ingestor is not None
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.configure(_edited(SPOT, tariff=tariff))
    charger.ingestor.price(tariff.price_of(Fraction(1, 10)) if isinstance(tariff, SpotTariff) else None)
    charger.leave()
    assert charger.only().cost_micro == 10_000


def test_terms_that_are_edited_within_two_minutes_of_a_boundary_count_from_it() -> None:
    # Documented in docs/pricing.md.
    charger = _at_the_market(60)
    assert charger.ingestor is not None
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.configure(_edited(SPOT, tariff=SpotTariff(0, Fraction(2), 400_000)))
    charger.ingestor.price(2 * MARKET)
    charger.leave()
    assert charger.only().cost_micro == 20_000


def test_an_edited_fallback_price_counts_from_the_edit_on() -> None:
    charger = _charging(SPOT)
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.configure(_edited(SPOT, tariff=SpotTariff(0, Fraction(1), 800_000)))
    charger.deliver(0.1)
    charger.leave()
    assert charger.only().cost_micro == 40_000 + 80_000


def test_another_price_entity_counts_from_the_edit_on() -> None:
    charger = _at_the_market(300)
    assert charger.ingestor is not None
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.ingestor.watch_price()
    charger.ingestor.price(900_000)
    charger.advance(60)
    charger.deliver(0.1)
    charger.leave()
    record = charger.only()
    first, second = record.intervals
    assert (first.price_micro, second.price_micro) == (MARKET, 900_000)
    assert first.energy_mwh == pytest.approx(100_000, rel=0.01)


def test_the_terms_of_a_guest_count_for_the_whole_session_as_they_are_at_its_end() -> None:
    # Documented in docs/pricing.md.
    charger = _charging(card=GITAS_SLOT)
    charger.deliver(0.3)
    charger.advance(10)
    household = charger.settings.household
    users = {**household.users, GITA.user_id: replace(GITA, billing=Billing(BillingMethod.PRICE, 700_000))}
    charger.configure(replace(charger.settings, household=replace(household, users=users)))
    charger.leave()
    record = charger.only()
    assert (record.cost_micro, record.charge_price_micro) == (30_000, 210_000)


def test_a_default_user_that_is_set_takes_a_running_session_without_a_user() -> None:
    charger = Charger(CHEAP)
    charger.plug_in()
    charger.configure(_edited(CHEAP, default_user_id="ben"))
    charger.charge(1.0)
    charger.leave()
    assert charger.only().identity.user_id == "ben"


@pytest.mark.parametrize("later", [None, "anna"])
def test_a_default_user_that_is_replaced_keeps_the_running_session(later: str | None) -> None:
    charger = Charger(_edited(CHEAP, default_user_id="ben"))
    charger.plug_in()
    charger.configure(_edited(CHEAP, default_user_id=later))
    charger.charge(1.0)
    charger.leave()
    assert charger.only().identity.user_id == "ben"


def test_a_default_user_that_is_set_while_a_session_ends_does_not_take_it() -> None:
    charger = Charger(CHEAP)
    charger.plug_in()
    charger.charge(1.0)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
        charger.lock(False)
    charger.configure(_edited(CHEAP, default_user_id="ben"))
    charger.advance(60)
    assert charger.only().identity.unknown_reason is UnknownReason.NO_CARD


def test_a_session_is_judged_by_the_minimum_that_is_set_when_it_ends() -> None:
    charger = _charging()
    charger.deliver(0.1)
    charger.configure(_with_options(CHEAP, least_energy_mwh=200_000))
    charger.leave()
    assert [record.outcome for record in charger.ledger.sessions.values()] == [Outcome.DISCARDED]


def test_without_a_grace_time_a_lock_that_opens_after_the_plug_is_no_data_gap() -> None:
    charger = Charger(settings(options=Options(grace_s=0.0)))
    charger.advance(60)
    charger.plug_in()
    charger.charge(5)
    charger.leave()
    assert not charger.only().data_gap


def test_a_grace_that_runs_keeps_its_end() -> None:
    house = settings(options=Options(grace_s=600.0))
    charger = _charging(house)
    charger.deliver(0.3)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
    charger.configure(_with_options(house, grace_s=10.0))
    charger.advance(590)
    assert charger.completed == []
    charger.advance(20)
    assert len(charger.completed) == 1


def test_an_edited_power_threshold_counts_from_the_next_reading_on() -> None:
    house = settings(POWER_ALONE)
    charger = Charger(house)
    charger.power(2_000.0)
    charger.advance(600)
    charger.configure(_with_options(house, power_threshold_w=3_000.0))
    charger.advance(600)
    charger.power(2_001.0)
    charger.advance(1)
    charger.advance(400)
    (window,) = charger.only().windows
    assert window.seconds == 1200


def test_an_edited_idle_timeout_moves_no_end_of_a_charging_window() -> None:
    charger = _charging()
    charger.deliver(0.3)
    charger.advance(60)
    charger.status(CarStatus.CONNECTED)
    quiet = charger.clock.now().utc
    charger.advance(100)
    charger.configure(_with_options(CHEAP, idle_timeout_s=30.0))
    charger.advance(1)
    charger.leave()
    (window,) = charger.only().windows
    assert window.ended_at == quiet


def test_a_late_price_also_replaces_the_fallback_price_from_before_an_edit() -> None:
    charger = Charger(SPOT)
    assert charger.ingestor is not None
    charger.ingestor.watch_price()
    charger.plug_in(card=ANNAS_SLOT, settle=0)
    charger.status(CarStatus.CHARGING)
    charger.advance(900 + 30)
    charger.deliver(0.1)
    charger.configure(_edited(SPOT, tariff=SpotTariff(0, Fraction(1), 800_000)))
    charger.advance(30)
    charger.deliver(0.1)
    charger.advance(1)
    charger.ingestor.price(MARKET)
    charger.leave()
    intervals = charger.only().intervals
    late = {part.price_micro for part in intervals if part.quarter == intervals[-1].quarter}
    assert late == {MARKET}


def test_two_edits_around_a_clock_that_was_set_back_end_with_the_last_tariff() -> None:
    charger = _charging()
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.ahead = -600
    charger.advance(1)
    charger.configure(_edited(CHEAP, tariff=StaticTariff(200_000)))
    charger.advance(100)
    charger.deliver(0.001)
    charger.advance(100)
    charger.deliver(0.1)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(20_000, rel=0.02)


def test_an_edit_while_the_clock_was_years_ahead_counts_after_it_was_corrected() -> None:
    charger = _charging()
    charger.ahead = 3 * 365 * 86_400
    charger.advance(1)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.ahead = 0
    charger.advance(100)
    charger.deliver(0.001)
    charger.advance(100)
    charger.deliver(0.1)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(90_000, rel=0.02)


def test_an_edit_while_the_charger_is_away_splits_the_energy_of_the_absence() -> None:
    charger = _charging()
    charger.deliver(0.0)
    charger.deliver(0.1)
    charger.advance(1)
    charger.goes_away()
    charger.advance(1000)
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.advance(1000)
    charger.deliver(0.2)
    charger.come_back()
    charger.advance(20)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(10_000 + 10_000 + 90_000, rel=0.01)


def test_an_edit_back_to_the_former_price_leaves_no_energy_at_the_other_price() -> None:
    charger = _charging()
    charger.configure(_edited(CHEAP, tariff=DEAR))
    charger.configure(CHEAP)
    charger.deliver(0.1)
    charger.advance(5)
    charger.leave()
    assert charger.only().cost_micro == 10_000


def test_an_edit_during_grace_prices_only_the_energy_after_it() -> None:
    house = settings(tariff=CHEAP.charger.tariff, options=Options(grace_s=600.0))
    charger = _charging(house)
    charger.deliver(0.1)
    with charger.push():
        charger.plug(False)
        charger.status(CarStatus.IDLE)
    charger.advance(30)
    charger.configure(_edited(house, tariff=DEAR))
    with charger.push():
        charger.plug(True)
        charger.status(CarStatus.CHARGING)
    charger.advance(600)
    charger.deliver(0.1)
    charger.leave()
    charger.advance(700)
    # The counter shows one step for 630 s, of which 30 s were before the edit.
    assert charger.only().cost_micro == pytest.approx(10_000 + 0.1 * (30 * 100_000 + 600 * 900_000) / 630, rel=0.01)


@pytest.mark.parametrize("crash", [False, True])
def test_a_change_from_a_fixed_to_a_spot_price_counts_from_the_edit_on(crash: bool) -> None:
    house = settings(frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD}), tariff=CHEAP.charger.tariff)
    charger = _charging(house)
    assert charger.ingestor is not None
    charger.deliver(0.3)
    charger.advance(300)
    charger.configure(_edited(house, tariff=SPOT.charger.tariff))
    charger.ingestor.watch_price()
    charger.ingestor.price(900_000)
    if crash:
        charger.crash()
        charger.start()
        assert charger.ingestor is not None
        charger.ingestor.watch_price()
        charger.ingestor.price(900_000)
    charger.advance(100)
    charger.deliver(0.4)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(30_000 + 0.3 * 100_000 + 0.1 * 900_000, rel=0.02)


def test_a_change_from_a_spot_to_a_fixed_price_keeps_the_price_of_the_market_before_it() -> None:
    house = settings(frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD}), tariff=SPOT.charger.tariff)
    charger = Charger(house)
    assert charger.ingestor is not None
    charger.ingestor.watch_price()
    charger.ingestor.price(MARKET)
    charger.plug_in(card=ANNAS_SLOT, settle=0)
    charger.advance(300)
    charger.deliver(0.3)
    charger.advance(300)
    charger.configure(_edited(house, tariff=DEAR))
    charger.ingestor.watch_price()
    charger.ingestor.price(None)
    charger.advance(100)
    charger.deliver(0.4)
    charger.leave()
    assert charger.only().cost_micro == pytest.approx(30_000 + 0.3 * 100_000 + 0.1 * 900_000, rel=0.02)


def test_a_change_to_a_fixed_price_soon_after_a_boundary_prices_again_nothing_from_before_it() -> None:
    charger = _at_the_market(900 + 60)
    assert charger.ingestor is not None
    charger.ingestor.price(MARKET)
    charger.deliver(0.1)
    charger.advance(0.5)
    charger.configure(_edited(SPOT, tariff=DEAR))
    charger.ingestor.watch_price()
    charger.ingestor.price(None)
    charger.deliver(0.1)
    charger.leave()
    assert charger.only().cost_micro == 10_000 + 90_000
