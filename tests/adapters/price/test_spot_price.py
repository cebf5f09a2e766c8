"""Spot prices from a price entity to the record, through a real Home Assistant in fast motion."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.domain.pricing.prices import LATE_S
from custom_components.ev_charging_manager.domain.quarters import QUARTER_S
from custom_components.ev_charging_manager.domain.records import Interval
from tests.support.garage import Charger, Garage, charger_data

# A summer noon.
BOUNDARY = 1_751_371_200
# At the boundary two minutes take three seconds; elsewhere the tests do not depend on exact times.
RATE_AT_THE_BOUNDARY = 40.0
RATE = 150.0
MARKET = "sensor.market"
SPOT = {"method": "spot", "entity": MARKET, "additional": 0.0, "vat": 1.0, "fallback": 0.4}

type Open = Callable[..., Awaitable[Market]]


class Market:
    """A garage with one charger at spot prices, and the price entity."""

    def __init__(self, hass: HomeAssistant, pricing: dict[str, Any]) -> None:
        self.hass = hass
        self.garage = Garage(hass, (), [charger_data("left", pricing=pricing)])
        self.charger = self.garage.chargers["left"] = Charger(hass, "left")
        self.began = 0.0

    def price(self, price: float | str, unit: str | None = "EUR/kWh") -> None:
        """Set the state of the price entity."""
        self.hass.states.async_set(MARKET, str(price), {"unit_of_measurement": unit} if unit else {})

    async def until(self, seconds: float) -> None:
        """Wait until `seconds` after the boundary, in house time."""
        clock = self.garage.entry.runtime_data.clock
        await asyncio.sleep(max(0.0, BOUNDARY + seconds - clock.now().utc) / clock.rate)

    async def begin(self) -> None:
        """Plug in a car that charges."""
        self.charger.plug_in()
        self.charger.power(11_000)
        await self.garage.events.wait("session_started")
        self.began = self.garage.entry.runtime_data.clock.now().utc - BOUNDARY

    async def charge(self, until: float, wh: float = 100) -> None:
        """Wait until `until` seconds after the boundary, then deliver energy."""
        await self.until(until)
        self.charger.charge(wh)
        await self.garage.pass_house_seconds(2)

    async def end(self) -> tuple[dict[str, Any], tuple[Interval, ...]]:
        """Unplug the car once the session is long enough to count; return the event and the record's intervals."""
        await self.until(self.began + 65)
        self.charger.unplug()
        completed = (await self.garage.events.wait("session_completed"))[-1]
        ledger = self.garage.reopen_ledger()
        try:
            record = ledger.session(completed["session_id"])
        finally:
            ledger.close()
        assert record is not None
        return completed, record.intervals


@pytest.fixture
async def open_market(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Return a function that sets up a market at a house time relative to the boundary, with a first price."""
    opened: list[Market] = []

    async def open_at(seconds: float, price: float | str = 0.1, unit: str = "EUR/kWh", **pricing: Any) -> Market:
        market = Market(hass, SPOT | pricing)
        market.price(price, unit)
        rate = RATE_AT_THE_BOUNDARY if seconds < 0 else RATE
        monkeypatch.setenv(FAST_MOTION, f"{rate},{time.time()},{BOUNDARY + seconds}")
        await market.garage.set_up()
        opened.append(market)
        return market

    yield open_at
    for market in opened:
        if market.garage.entry.state.recoverable:
            await market.garage.unload()


@pytest.fixture(autouse=True)
def _euro(hass: HomeAssistant) -> None:
    hass.config.currency = "EUR"


def prices(parts: tuple[Interval, ...]) -> list[tuple[int, int | None, bool]]:
    """Return the seconds after the boundary, the price and the fallback flag of each interval."""
    return [(part.quarter - BOUNDARY, part.price_micro, part.fallback) for part in parts]


async def test_a_sensor_that_updates_late_at_the_boundary_prices_the_whole_quarter(open_market: Open) -> None:
    market = await open_market(-60, additional=0.1, vat=1.25)
    await market.begin()
    await market.charge(-20)
    await market.charge(20)
    market.price(0.3)
    await market.charge(60)

    completed, parts = await market.end()

    assert prices(parts) == [(-QUARTER_S, 250_000, False), (0, 500_000, False)]
    assert completed["cost_method"] == "spot"
    assert completed["price_fallback_kwh"] == 0
    assert completed["cost"] == pytest.approx(sum(part.cost_micro or 0 for part in parts) / 1e6)
    assert sum(part.energy_mwh for part in parts) == 300_000


async def test_a_sensor_that_is_unavailable_leaves_the_next_quarter_to_the_fallback(
    open_market: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    market = await open_market(-90)
    await market.begin()
    await market.charge(-60)
    market.price("unavailable")
    await market.charge(-20)
    await market.charge(20)

    completed, parts = await market.end()

    assert prices(parts) == [(-QUARTER_S, 100_000, False), (0, 400_000, True)]
    assert completed["price_fallback_kwh"] == pytest.approx(parts[1].energy_mwh / 1e6)
    market.price(0.2)
    await market.hass.async_block_till_done()
    assert [record.message for record in caplog.records if MARKET in record.message] == [
        f"{MARKET} shows unavailable EUR/kWh, which is no price: the fallback price applies until it shows one",
        f"The price of {MARKET} is known again",
    ]


async def test_a_negative_price_in_ore_pays_the_driver(hass: HomeAssistant, open_market: Open) -> None:
    hass.config.currency = "SEK"
    market = await open_market(200, "-12.5", "öre/kWh")
    await market.begin()
    await market.charge(220)
    await market.charge(240)

    completed, parts = await market.end()

    assert prices(parts) == [(0, -125_000, False)]
    assert (completed["cost"], completed["currency"]) == (pytest.approx(-0.025), "SEK")


async def test_a_unit_that_cannot_be_converted_is_no_price_and_causes_a_repair(
    hass: HomeAssistant, open_market: Open
) -> None:
    market = await open_market(-60)
    issues, issue = ir.async_get(hass), f"price_unit_{market.garage.id_of('left')}"
    assert issues.async_get_issue(DOMAIN, issue) is None
    await market.begin()
    await market.charge(-30)
    market.price(1.2, "SEK/kWh")
    await hass.async_block_till_done()
    found = issues.async_get_issue(DOMAIN, issue)
    assert found is not None
    assert found.translation_placeholders == {"entity": MARKET, "price_unit": "SEK/kWh", "currency": "€/kWh"}
    await market.charge(20)

    _, parts = await market.end()

    assert prices(parts) == [(-QUARTER_S, 100_000, False), (0, 400_000, True)]
    market.price(12, "ct/kWh")
    await hass.async_block_till_done()
    assert issues.async_get_issue(DOMAIN, issue) is None


async def test_the_unit_is_read_from_each_state(open_market: Open) -> None:
    market = await open_market(200, 120, "EUR/MWh")
    await market.begin()
    await market.charge(220)
    market.price(12, "ct/kWh")
    await market.charge(240)
    _, parts = await market.end()
    assert prices(parts) == [(0, 120_000, False)]


async def test_a_price_entity_that_is_renamed_is_still_used(hass: HomeAssistant, open_market: Open) -> None:
    entity = er.async_get(hass).async_get_or_create("sensor", "test", "market", suggested_object_id="market")
    market = await open_market(200, entity=entity.id)
    er.async_get(hass).async_update_entity(MARKET, new_entity_id="sensor.exchange")
    await hass.async_block_till_done()
    hass.states.async_set("sensor.exchange", "0.5", {"unit_of_measurement": "EUR/kWh"})
    await market.begin()
    await market.charge(220)
    await market.charge(240)
    _, parts = await market.end()
    assert prices(parts) == [(0, 500_000, False)]


async def test_a_price_entity_that_does_not_exist_leaves_everything_to_the_fallback(open_market: Open) -> None:
    market = await open_market(200, entity="0123456789abcdef0123456789abcdef")
    await market.begin()
    await market.charge(220)
    completed, parts = await market.end()
    assert prices(parts) == [(0, 400_000, True)]
    assert completed["price_fallback_kwh"] == completed["energy_kwh"]


async def test_an_edited_price_applies_from_then_on_without_a_restart(open_market: Open) -> None:
    market = await open_market(200)
    await market.begin()
    await market.charge(220)
    market.garage.edit("left", pricing=SPOT | {"additional": 0.1})
    await market.charge(240)
    market.hass.states.async_set("sensor.other", "0.7", {"unit_of_measurement": "EUR/kWh"})
    market.garage.edit("left", pricing=SPOT | {"entity": "sensor.other"})
    await market.charge(260)
    # This entity is not used any more.
    market.price(9)
    market.garage.edit("left", pricing={"method": "static", "price": 0.9})
    await market.charge(280)

    completed, parts = await market.end()

    assert prices(parts) == [(0, price, False) for price in (100_000, 200_000, 700_000, 900_000)]
    assert completed["cost_method"] == "static"
    assert len(market.garage.events.named("session_started")) == 1


async def test_a_fixed_price_that_becomes_a_spot_price_needs_no_fallback(open_market: Open) -> None:
    market = await open_market(200)
    market.garage.edit("left", pricing={"method": "static", "price": 0.9})
    await market.begin()
    await market.charge(220)
    market.garage.edit("left", pricing=SPOT)
    await market.charge(240)
    completed, parts = await market.end()
    assert prices(parts) == [(0, 900_000, False), (0, 100_000, False)]
    assert completed["price_fallback_kwh"] == 0


async def test_an_unchanged_price_is_known_in_each_quarter(open_market: Open) -> None:
    market = await open_market(-30)
    await market.until(LATE_S + 5)
    await market.garage.unload()
    ledger = market.garage.reopen_ledger()
    try:
        known = market.garage.checkpoint(ledger, "left")["pricing"].prices
    finally:
        ledger.close()
    assert (known.until, known.at(BOUNDARY)) == (BOUNDARY + QUARTER_S, 100_000)
