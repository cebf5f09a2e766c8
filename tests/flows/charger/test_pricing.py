"""The price of a charger: fixed, a spot price, or that of another charger."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.adapters.configuration import price_entity_of, settings_of
from custom_components.ev_charging_manager.domain.tariff import SpotTariff
from custom_components.ev_charging_manager.flows.charger.price_forms import sum_of

from ..house import add, charger, edit, fields, household, kept, labels, meter, offered, only, submit

SPOT = {"method": "spot", "entity": "sensor.market", "additional": 0.145, "vat": 1.25, "fallback": 0.4}


@pytest.fixture(autouse=True)
def _euro(hass: HomeAssistant) -> None:
    hass.config.currency = "EUR"


def market(hass: HomeAssistant, state: str = "0.084", unit: str | None = "EUR/kWh", **attributes: Any) -> str:
    """Set the state of a price sensor."""
    return meter(hass, "sensor.market", state, unit, **attributes)


async def pricing_step(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Any:
    """Add a charger up to the step of its price."""
    power = meter(hass, "sensor.power", "5", "W")
    shown = await add(hass, entry, "charger")
    for typed in ({"source": "generic"}, {"name": "Carport", "serial": "7"}, {"power": power}):
        shown = await submit(hass, shown, typed)
    return shown


async def spot_step(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Any:
    """Add a charger up to the step of its spot price."""
    shown = await submit(hass, await pricing_step(hass, entry), {"method": "spot"})
    assert (shown["step_id"], shown["errors"]) == ("spot", {})
    return shown


def typed(**other: Any) -> dict[str, Any]:
    """Return the values that a person enters for a spot price."""
    return {key: value for key, value in SPOT.items() if key != "method"} | other


async def test_a_spot_price_is_previewed_with_its_calculation_and_then_stored(hass: HomeAssistant) -> None:
    entry = household(hass)
    market(hass)
    shown = await spot_step(hass, entry)
    assert fields(shown) == {"entity", "additional", "vat", "fallback"}
    assert kept(shown) == {"additional": 0, "vat": 1}

    shown = await submit(hass, shown, typed())
    assert (shown["step_id"], shown["last_step"]) == ("price_preview", True)
    assert shown["description_placeholders"]["sum"] == "(0.084 + 0.145) × 1.25 = 0.286 €/kWh"

    done = await submit(hass, shown, {})
    assert done["type"] == "create_entry"
    carport = only(entry, "charger", "Carport")
    assert carport.data["pricing"] == SPOT
    tariff = settings_of(hass, entry, carport).charger.tariff
    assert isinstance(tariff, SpotTariff)
    assert (tariff.additional_micro, float(tariff.vat), tariff.fallback_micro) == (145_000, 1.25, 400_000)


async def test_the_price_entity_is_stored_by_its_registry_id(hass: HomeAssistant) -> None:
    entry = household(hass)
    entity = er.async_get(hass).async_get_or_create("sensor", "nordpool", "price", suggested_object_id="market")
    shown = await submit(hass, await spot_step(hass, entry), typed(entity=market(hass)))
    await submit(hass, shown, {})
    assert price_entity_of(only(entry, "charger", "Carport")) == entity.id


@pytest.mark.parametrize(
    ("state", "unit", "currency", "shown_sum"),
    [
        ("8.4", "ct/kWh", "EUR", "(0.084 + 0.145) × 1.25 = 0.286 €/kWh"),
        ("84.0", "EUR/MWh", "EUR", "(0.084 + 0.145) × 1.25 = 0.286 €/kWh"),
        ("8.4", "öre/kWh", "SEK", "(0.084 + 0.145) × 1.25 = 0.286 SEK/kWh"),
        ("0.084", "SEK/kWh", "SEK", "(0.084 + 0.145) × 1.25 = 0.286 SEK/kWh"),
        ("8.4", "p/kWh", "GBP", "(0.084 + 0.145) × 1.25 = 0.286 £/kWh"),
        ("8.4", "c/kWh", "USD", "(0.084 + 0.145) × 1.25 = 0.286 $/kWh"),
        ("-0.2", "EUR/kWh", "EUR", "(-0.2 + 0.145) × 1.25 = -0.069 €/kWh"),
        ("unavailable", "EUR/kWh", "EUR", "(– + 0.145) × 1.25 = – €/kWh"),
    ],
)
async def test_the_preview_is_in_currency_units_per_kwh_for_every_unit_of_the_sensor(
    hass: HomeAssistant, state: str, unit: str, currency: str, shown_sum: str
) -> None:
    hass.config.currency = currency
    shown = await submit(hass, await spot_step(hass, household(hass)), typed(entity=market(hass, state, unit)))
    assert shown["description_placeholders"]["sum"] == shown_sum


def test_a_negative_additional_cost_is_shown_with_a_minus_sign(hass: HomeAssistant) -> None:
    market(hass)
    assert sum_of(hass, SPOT | {"additional": -0.004}, "EUR") == "(0.084 − 0.004) × 1.25 = 0.100 €/kWh"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"entity": "sensor.missing"}, {"entity": "entity_not_found"}),
        ({"entity": "binary_sensor.window"}, {"entity": "wrong_kind"}),
        ({"entity": "sensor.words"}, {"entity": "not_numeric"}),
        ({"entity": "sensor.energy"}, {"entity": "wrong_price_unit"}),
        ({"entity": "sensor.crowns"}, {"entity": "wrong_price_unit"}),
        ({"entity": "sensor.bare"}, {"entity": "wrong_price_unit"}),
        ({"entity": "sensor.money"}, {"entity": "wrong_price_unit"}),
        ({"entity": "sensor.away"}, {"entity": "entity_unavailable"}),
        ({"vat": 25}, {"vat": "vat_as_factor"}),
        ({"vat": 0.25}, {"vat": "vat_as_factor"}),
        ({"vat": 0}, {"vat": "vat_as_factor"}),
        ({"vat": float("nan")}, {"vat": "vat_as_factor"}),
        ({"additional": float("inf")}, {"additional": "price_required"}),
        ({"additional": -1e7}, {"additional": "price_too_high"}),
        ({"fallback": -0.1}, {"fallback": "negative_price"}),
        ({"fallback": float("nan")}, {"fallback": "price_required"}),
        ({"vat": 25, "fallback": -1}, {"vat": "vat_as_factor", "fallback": "negative_price"}),
    ],
)
async def test_a_wrong_spot_price_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, wrong: dict[str, Any], error: dict[str, str]
) -> None:
    market(hass)
    meter(hass, "binary_sensor.window", "on")
    meter(hass, "sensor.words", "dear", "EUR/kWh")
    meter(hass, "sensor.energy", "5", "kWh")
    meter(hass, "sensor.crowns", "0.9", "SEK/kWh")
    meter(hass, "sensor.bare", "0.9")
    meter(hass, "sensor.money", "0.9", "EUR")
    meter(hass, "sensor.away", "unavailable")
    shown = await spot_step(hass, household(hass))

    shown = await submit(hass, shown, typed(**wrong))
    assert (shown["step_id"], shown["errors"]) == ("spot", error)
    assert kept(shown) == pytest.approx(typed(**wrong), nan_ok=True)

    shown = await submit(hass, shown, typed())
    assert shown["step_id"] == "price_preview"


async def test_a_unit_that_cannot_be_converted_is_shown(hass: HomeAssistant) -> None:
    shown = await submit(hass, await spot_step(hass, household(hass)), typed(entity=market(hass, "9", "öre/kWh")))
    placeholders = shown["description_placeholders"]
    assert (placeholders["price_unit"], placeholders["wanted_unit"]) == ("öre/kWh", "€/kWh")


async def test_a_disabled_price_entity_is_refused(hass: HomeAssistant) -> None:
    disabled = er.async_get(hass).async_get_or_create(
        "sensor", "x", "y", unit_of_measurement="EUR/kWh", disabled_by=er.RegistryEntryDisabler.USER
    )
    shown = await submit(hass, await spot_step(hass, household(hass)), typed(entity=disabled.entity_id))
    assert shown["errors"] == {"entity": "entity_disabled"}


async def test_a_previewed_price_can_be_changed_before_it_is_stored(hass: HomeAssistant) -> None:
    entry = household(hass)
    market(hass)
    shown = await submit(hass, await spot_step(hass, entry), typed(additional=1.45))
    shown = await submit(hass, shown, {"change": True})
    assert (shown["step_id"], kept(shown)) == ("spot", typed(additional=1.45))

    shown = await submit(hass, shown, typed())
    await submit(hass, shown, {"change": False})
    assert only(entry, "charger", "Carport").data["pricing"] == SPOT


async def test_the_spot_price_of_another_charger_is_offered_and_taken_over(hass: HomeAssistant) -> None:
    entry = household(hass, charger("Left", "1", pricing=SPOT))
    market(hass)
    shown = await pricing_step(hass, entry)
    assert labels(shown, "method") == ["Left: (sensor.market + 0.145) × 1.25 EUR/kWh", "static", "spot"]

    done = await submit(hass, shown, {"method": offered(shown, "method")[0]})
    assert done["type"] == "create_entry"
    assert only(entry, "charger", "Carport").data["pricing"] == SPOT


async def test_a_fixed_price_entered_with_the_choice_of_a_spot_price_shows_an_error(hass: HomeAssistant) -> None:
    shown = await submit(hass, await pricing_step(hass, household(hass)), {"method": "spot", "price": 0.3})
    assert (shown["step_id"], shown["errors"]) == ("pricing", {"price": "price_or_same"})
    assert kept(shown) == {"method": "spot", "price": 0.3}


async def to_pricing(hass: HomeAssistant, entry: ConfigEntry[Any], charger_id: str) -> Any:
    """Edit a charger up to the step of its price, without changes."""
    shown = await edit(hass, entry, charger_id)
    for _ in range(3):
        shown = await submit(hass, shown, kept(shown))
    return shown


async def test_editing_a_spot_price_opens_with_what_is_stored(hass: HomeAssistant) -> None:
    power = {"power": meter(hass, "sensor.power", "5", "W")}
    market(hass)
    entry = household(hass, charger("Left", "1", entities=power, pricing=SPOT))
    shown = await to_pricing(hass, entry, "1")
    assert shown["data_schema"]({})["method"] == "spot"

    shown = await submit(hass, shown, {"method": "spot"})
    assert kept(shown) == typed()
    shown = await submit(hass, shown, {**kept(shown), "vat": 1.19})
    done = await submit(hass, shown, {})

    assert done["reason"] == "reconfigure_successful"
    assert entry.subentries["1"].data["pricing"] == SPOT | {"vat": 1.19}


async def test_a_fixed_price_that_becomes_a_spot_price_is_proposed_as_its_fallback_and_back(
    hass: HomeAssistant,
) -> None:
    power = {"power": meter(hass, "sensor.power", "5", "W")}
    market(hass)
    entry = household(hass, charger("Left", "1", entities=power))
    shown = await to_pricing(hass, entry, "1")
    assert kept(shown) == {"price": 0.3}
    # The field still holds the stored price, which is not an error.
    shown = await submit(hass, shown, {"method": "spot", "price": 0.3})
    assert kept(shown)["fallback"] == 0.3
    await submit(hass, await submit(hass, shown, typed()), {})
    assert entry.subentries["1"].data["pricing"] == SPOT

    shown = await to_pricing(hass, entry, "1")
    await submit(hass, shown, {"method": "static", "price": 0.5})
    assert entry.subentries["1"].data["pricing"] == {"method": "static", "price": 0.5}
