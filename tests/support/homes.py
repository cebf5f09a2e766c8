"""Fixtures of a household in a real Home Assistant, in fast motion."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from tests.support.garage import SPEED, Garage, person


@pytest.fixture(autouse=True)
def _fast_motion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let house time run faster than the wall clock from now on."""
    now = time.time()
    monkeypatch.setenv(FAST_MOTION, f"{SPEED},{now},{now}")


@pytest.fixture(autouse=True)
def _own_configuration(hass: HomeAssistant, tmp_path: Any) -> None:
    """Give each test a separate directory for the ledger."""
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
async def garage(hass: HomeAssistant) -> AsyncIterator[Garage]:
    """Two chargers, Anna with a card for slot 1 of the left one."""
    garage = Garage(hass, ("left", "right"), [person("Anna"), person("Ben")])
    await garage.set_up()
    yield garage
    if garage.entry.state.recoverable and hass.config_entries.async_get_entry(garage.entry.entry_id):
        await garage.unload()


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncIterator[Garage]:
    """Anna with slot 1, the guest Gita with slot 2, both at the left charger."""
    garage = Garage(hass, ("left", "right"), [person("Anna"), person("Gita", "guest")])
    await garage.set_up()
    await garage.add_card("left", 1, "Anna")
    await garage.add_card("left", 2, "Gita")
    yield garage
    if garage.entry.state.recoverable:
        await garage.unload()
