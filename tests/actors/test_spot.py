"""Spot prices through the real chain: changes while cars charge, faults, restarts and edits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from custom_components.ev_charging_manager.domain.commits import EventKind
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.domain.tariff import CostMethod, SpotTariff, StaticTariff

from ..domain.household import ANNAS_SLOT, UTC, card_of, settings
from .driver import Charger

FALLBACK = 400_000
SPOT = settings(tariff=SpotTariff(0, Fraction(1), FALLBACK))
QUARTER = 900


class SpotCharger(Charger):
    """A charger with a price sensor that is there from the start."""

    price: int | None = 100_000

    def __init__(self) -> None:
        """Start at a quarter-hour."""
        assert UTC % QUARTER == 0
        super().__init__(SPOT)

    def tell_price(self, price: int | None) -> None:
        """The sensor shows another price, or none."""
        self.price = price
        if self.ingestor is not None:
            self.ingestor.price(price)

    def come_back(self) -> None:
        """The price feed looks at its sensor first."""
        assert self.ingestor is not None
        self.ingestor.watch_price()
        self.ingestor.price(self.price)
        super().come_back()

    def draw(self, minutes: int, kwh_per_minute: float = 0.1) -> None:
        """The car draws energy; the counter steps once a minute."""
        self.status(CarStatus.CHARGING)
        for _ in range(minutes):
            self.advance(60)
            self.deliver(kwh_per_minute)


# The chain receives energy up to a second after it flowed.
A_SECOND = 0.002
A_SECONDS_COST = 2_000


def shares(record: SessionRecord) -> dict[tuple[int, int | None, bool], float]:
    """Return kWh by the minute of the quarter-hour's start, the price, and whether it is the fallback price."""
    return {
        (round((part.quarter - UTC) / 60), part.price_micro, part.fallback): part.energy_mwh / 1_000_000
        for part in record.intervals
    }


def test_a_session_over_three_quarters_pays_each_at_its_price() -> None:
    charger = SpotCharger()
    charger.plug_in(card=ANNAS_SLOT, settle=0)
    charger.draw(15)
    charger.tell_price(200_000)
    charger.draw(15)
    charger.tell_price(-50_000)
    charger.draw(15)
    charger.leave()
    record = charger.only()
    expected = {(0, 100_000, False): 1.5, (15, 200_000, False): 1.5, (30, -50_000, False): 1.5}
    assert shares(record) == pytest.approx(expected, abs=A_SECOND)
    assert record.cost_micro == pytest.approx(150_000 + 300_000 - 75_000, abs=A_SECONDS_COST)
    assert record.cost_micro == sum(part.cost_micro or 0 for part in record.intervals)
    (completed,) = [entry.payload for entry in charger.ledger.events if entry.kind is EventKind.COMPLETED]
    assert (completed["cost_method"], completed["price_fallback_kwh"]) == ("spot", 0.0)
    assert completed["cost"] == pytest.approx(0.375, abs=0.002)


def test_a_price_that_comes_late_corrects_what_people_were_shown() -> None:
    charger = SpotCharger()
    charger.plug_in(settle=0)
    charger.draw(16)
    charger.advance(1)
    assert charger.live is not None
    assert charger.live.record is not None
    assert charger.live.record.cost_micro == 160_000
    charger.advance(30)
    charger.tell_price(300_000)
    charger.draw(1)
    charger.advance(1)
    assert charger.live.record is not None
    assert charger.live.record.cost_micro == pytest.approx(150_000 + 60_000, abs=A_SECONDS_COST)
    charger.leave()
    assert shares(charger.only()) == pytest.approx({(0, 100_000, False): 1.5, (15, 300_000, False): 0.2}, abs=A_SECOND)


def test_a_sensor_that_is_away_at_the_boundary_leaves_the_quarter_to_the_fallback() -> None:
    charger = SpotCharger()
    charger.plug_in(settle=0)
    charger.draw(10)
    charger.tell_price(None)
    charger.draw(10)
    charger.leave()
    record = charger.only()
    assert shares(record) == pytest.approx({(0, 100_000, False): 1.5, (15, FALLBACK, True): 0.5}, abs=A_SECOND)
    assert record.price_fallback_mwh == pytest.approx(500_000, abs=A_SECOND * 1_000_000)
    assert record.cost_method is CostMethod.SPOT


def test_the_next_session_knows_the_price_that_the_last_one_had() -> None:
    charger = SpotCharger()
    charger.advance(120)
    charger.plug_in(settle=0)
    charger.draw(2)
    charger.leave()
    charger.plug_in(settle=0)
    charger.draw(2)
    charger.leave()
    assert [record.cost_micro for record in charger.completed] == [20_000, 20_000]


def test_an_absence_over_a_change_of_price_uses_the_fallback_only_for_unseen_quarters() -> None:
    charger = SpotCharger()
    charger.plug_in(settle=0)
    charger.draw(10)
    charger.runner.marker()
    charger.crash()
    # The car goes on for 50 minutes, 35 of them in quarter-hours without a seen price.
    charger.advance(3000)
    charger.truth.session = 6_000_000
    assert charger.truth.total is not None
    charger.truth.total += 5_000_000
    charger.price = 250_000
    charger.start(awake=True, back=False)
    charger.draw(5)
    charger.leave()
    record = charger.only()
    assert shares(record) == {
        (0, 100_000, False): 1.5,
        (15, FALLBACK, True): 1.5,
        (30, FALLBACK, True): 1.5,
        (45, FALLBACK, True): 1.5,
        (60, 250_000, False): 0.5,
    }
    assert record.reconstructed


def test_a_reload_in_the_middle_of_a_quarter_changes_no_price() -> None:
    charger = SpotCharger()
    charger.plug_in(settle=0)
    charger.draw(5)
    charger.reload()
    charger.draw(5)
    charger.leave()
    assert shares(charger.only()) == pytest.approx({(0, 100_000, False): 1.0}, abs=A_SECOND)


def test_a_price_that_found_no_room_comes_again_with_the_snapshot() -> None:
    charger = SpotCharger()
    charger.plug_in(settle=0)
    charger.draw(14)
    charger.advance(60)
    charger.full = True
    charger.tell_price(300_000)
    charger.full = False
    charger.deliver(0.1)
    charger.draw(5)
    charger.leave()
    assert shares(charger.only()) == pytest.approx({(0, 100_000, False): 1.5, (15, 300_000, False): 0.5}, abs=A_SECOND)


def test_a_charger_that_was_away_pays_for_each_quarter_of_its_absence_what_it_cost() -> None:
    charger = SpotCharger()
    charger.plug_in(settle=0)
    charger.draw(10)
    charger.goes_away()
    for seconds, price in ((300, 200_000), (900, 300_000), (300, 300_000)):
        charger.advance(seconds)
        charger.tell_price(price)
    charger.truth.session = 4_000_000
    assert charger.truth.total is not None
    charger.truth.total += 3_000_000
    charger.away = False
    for role in Role:
        charger.tell(role)
    charger.advance(1)
    charger.leave()
    record = charger.only()
    expected = {(0, 100_000, False): 1.6, (15, 200_000, False): 1.8, (30, 300_000, False): 0.6}
    assert shares(record) == pytest.approx(expected, rel=0.01)


def test_from_a_fixed_price_to_the_market_and_back_within_one_session() -> None:
    charger = SpotCharger()
    fixed = replace(SPOT, charger=replace(SPOT.charger, tariff=StaticTariff(600_000)))
    charger.configure(fixed)
    charger.plug_in(settle=0)
    charger.draw(5)
    charger.configure(SPOT)
    charger.draw(5)
    charger.configure(fixed)
    charger.draw(2)
    charger.leave()
    record = charger.only()
    assert record.cost_micro == 300_000 + 50_000 + 120_000
    assert record.cost_method is CostMethod.STATIC


def test_what_was_there_before_the_first_snapshot_is_not_taken_for_the_old_session() -> None:
    charger = SpotCharger()
    charger.plug_in(card=ANNAS_SLOT)
    charger.charge(5.0)
    charger.runner.marker()
    charger.crash()
    # Another car, which the charger has on its counters before Home Assistant is back.
    charger.advance(7200)
    charger.truth.card = card_of(2)
    charger.truth.session = 3_000_000
    assert charger.truth.total is not None
    charger.truth.total += 3_000_000
    charger.start(awake=True, back=False)
    charger.advance(5)
    charger.leave()
    assert [(record.identity.user_id, record.energy_mwh) for record in charger.completed] == [
        ("anna", 5_000_000),
        ("ben", 3_000_000),
    ]
