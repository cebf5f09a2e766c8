"""The config entry of each earlier release is set up and means what it meant."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_manager.adapters.configuration import settings_of, subentries
from custom_components.ev_charging_manager.const import SUBENTRY_CHARGER
from custom_components.ev_charging_manager.domain.household import (
    Billing,
    BillingMethod,
    CardMapping,
    ChargerSettings,
    Household,
    Options,
    Role,
    Settings,
    User,
    UserType,
    Vehicle,
)
from custom_components.ev_charging_manager.domain.tariff import SpotTariff, StaticTariff

RELEASES = sorted(folder for folder in Path(__file__).parent.iterdir() if (folder / "config_entry.json").exists())

PREFIX = "01KE3Q0000000000000000"
ANNA, GITA, MARK, LEFT, CAR = (f"{PREFIX}{name}" for name in ("ANNA", "GITA", "MARK", "LEFT", "CAR4"))
CARPORT = "01KE3Q00000000000000CARPRT"

HOUSEHOLD = Household(
    users={
        ANNA: User(ANNA, "Anna", person="person.anna"),
        GITA: User(GITA, "Gita", UserType.GUEST, billing=Billing(BillingMethod.PRICE, price_micro=500_000)),
        MARK: User(MARK, "Mark", UserType.GUEST, active=False, billing=Billing(BillingMethod.MARKUP, factor=1.1)),
    },
    vehicles={CAR: Vehicle(CAR, "ID.4", 82, 77, efficiency=0.88, user_id=ANNA)},
    cards={
        f"slot:{LEFT}:3": CardMapping(f"{PREFIX}SLT3", f"slot:{LEFT}:3", ANNA, CAR),
        "uid:4A1B2C3": CardMapping(f"{PREFIX}CRD2", "uid:4A1B2C3", MARK, active=False),
    },
)
OPTIONS = Options(
    shortest_session_s=61,
    least_energy_mwh=120_000,
    checkpoint_s=31,
    idle_timeout_s=660.0,
    grace_s=180.0,
    debounce_s=0.5,
    ingest_s=2,
    power_threshold_w=510,
    refresh_s=32,
    notify_unmapped=False,
)
CHARGERS = {
    LEFT: ChargerSettings(
        LEFT,
        "Left",
        roles=frozenset(Role) - {Role.LAST_CARD},
        tariff=SpotTariff(additional_micro=145_000, vat=Fraction("1.25"), fallback_micro=400_000),
        default_user_id=ANNA,
        max_power_w=22_000.0,
        plug_follows_status=True,
    ),
    CARPORT: ChargerSettings(
        CARPORT,
        "Carport",
        roles=frozenset({Role.STATUS, Role.TOTAL_ENERGY, Role.POWER, Role.CARD}),
        tariff=StaticTariff(300_000),
        paused=True,
    ),
}


def stored_entry(folder: Path) -> Any:
    """The entry as it stands in Home Assistant's file `core.config_entries`."""
    return json.loads((folder / "config_entry.json").read_text(encoding="utf-8"))


def entry_of(stored: Any) -> MockConfigEntry:
    names = ("data", "domain", "entry_id", "minor_version", "options", "source", "title", "unique_id", "version")
    return MockConfigEntry(**{name: stored[name] for name in names}, subentries_data=stored["subentries"])


@pytest.mark.parametrize("folder", RELEASES, ids=lambda folder: folder.name)
async def test_the_entry_of_an_earlier_release_gives_the_same_settings(hass: HomeAssistant, folder: Path) -> None:
    hass.config.currency = "EUR"
    entry = entry_of(stored_entry(folder))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED

    found = {charger.subentry_id: settings_of(hass, entry, charger) for charger in subentries(entry, SUBENTRY_CHARGER)}
    assert found == {key: Settings(charger, HOUSEHOLD, OPTIONS) for key, charger in CHARGERS.items()}

    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("folder", RELEASES, ids=lambda folder: folder.name)
async def test_setting_up_an_entry_of_an_earlier_release_loses_none_of_its_data(
    hass: HomeAssistant, folder: Path
) -> None:
    stored = stored_entry(folder)
    entry = entry_of(stored)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert dict(entry.options) == stored["options"]
    assert {key: dict(item.data) for key, item in entry.subentries.items()} == {
        item["subentry_id"]: item["data"] for item in stored["subentries"]
    }
    assert await hass.config_entries.async_unload(entry.entry_id)
