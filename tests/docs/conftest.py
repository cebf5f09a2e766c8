"""A household in a real Home Assistant, in fast motion, to run the examples of the pages."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from tests.support.garage import SPEED, Garage, person


@pytest.fixture
async def garage(hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Garage]:
    """Yield a household with two chargers, left and right, and two residents, Anna and Ben."""
    now = time.time()
    monkeypatch.setenv(FAST_MOTION, f"{SPEED},{now},{now}")
    hass.config.config_dir = str(tmp_path)
    garage = Garage(hass, ("left", "right"), [person("Anna"), person("Ben")])
    await garage.set_up()
    yield garage
    if garage.entry.state.recoverable:
        await garage.unload()
