"""Entities with arbitrary states: a session at the charger keeps exactly the delivered energy."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import InvalidStateError

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from custom_components.ev_charging_manager.diagnostics import async_get_config_entry_diagnostics
from tests.campaigns.garbage import TEXTS, UNITS, data, text
from tests.support.garage import SPEED, Garage

CHARGING_WORDS = ("on", "off", "true", "false", "locked", "unlocked", "unavailable", "unknown")
SAMPLED = (("sensor", "wh"), ("sensor", "eto"), ("sensor", "power"))
DISCRETE = (("sensor", "status"), ("select", "trx"))


@pytest.fixture
async def garage(hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Garage]:
    """One charger, in fast motion, with a separate ledger."""
    now = time.time()
    monkeypatch.setenv(FAST_MOTION, f"{SPEED},{now},{now}")
    hass.config.config_dir = str(tmp_path)
    garage = Garage(hass, ("left",), ())
    await garage.set_up()
    yield garage
    await garage.unload()


def is_number(said: str) -> bool:
    try:
        return abs(float(said)) < 1e4 and float(said) >= 0
    except ValueError:
        return False


class Nuisance:
    """Sets invalid states for a charger's entities, and counts them."""

    def __init__(self, hass: HomeAssistant, draw: Random) -> None:
        self._hass = hass
        self._draw = draw
        self.said = 0

    def speak(self, name: str) -> None:
        """Set one entity to one invalid state."""
        domain, key = self._draw.choice(SAMPLED + DISCRETE)
        attributes = {"unit_of_measurement": self._draw.choice(UNITS)} if (domain, key) in SAMPLED else {}
        attributes[self._draw.choice(("options", "device_class", "friendly_name"))] = data(self._draw, 1)
        said = self._nonsense((domain, key) in SAMPLED)
        try:
            self._hass.states.async_set(f"{domain}.{name}_{key}", said, attributes)
        except InvalidStateError:
            # Home Assistant accepts at most 255 characters.
            return
        self.said += 1

    def _nonsense(self, sampled: bool) -> str:
        while True:
            said = self._draw.choice(TEXTS) if sampled and self._draw.random() < 0.7 else text(self._draw)
            if not is_number(said) and said.strip().lower() not in CHARGING_WORDS:
                return said


async def charged(garage: Garage, nuisance: Nuisance, drops: int) -> float:
    """Play a session with invalid states between any two valid ones; return the delivered energy in Wh."""
    charger, count = garage.chargers["left"], len(garage.events.named("session_completed")) + 1
    charger.plug_in()
    charger.power(11_000)
    for _ in range(4):
        for _ in range(drops):
            nuisance.speak("left")
        charger.plug_again()
        charger.charge(100)
        await garage.pass_house_seconds(20)
    charger.unplug()
    await garage.events.wait("session_completed", count)
    return charger.session_wh


@pytest.mark.timeout(1_800)
async def test_no_state_of_any_entity_raises_or_is_billed(
    hass: HomeAssistant,
    garage: Garage,
    caplog: pytest.LogCaptureFixture,
    long: bool,
    tell: Callable[[str], None],
) -> None:
    caplog.set_level(logging.ERROR)
    nuisance = Nuisance(hass, Random(1))
    delivered = [await charged(garage, nuisance, drops=25) for _ in range(400 if long else 12)]

    completed = garage.events.named("session_completed")
    assert [event["energy_kwh"] for event in completed] == pytest.approx([wh / 1_000 for wh in delivered])
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    diagnostics = await async_get_config_entry_diagnostics(hass, garage.entry)
    aside = diagnostics["chargers"][garage.id_of("left")]["ingestor"]["not_a_number"]
    assert aside > nuisance.said / 4, "what was put aside has to be counted"
    tell(f"bad states: {nuisance.said} states, {aside} numbers put aside, {len(completed)} sessions, energy exact")
