"""The repair of a stopped pipeline, and the entities of its charger."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import PATIENCE_S, Garage

SHOWN = (
    ("sensor", "status"),
    ("sensor", "phase"),
    ("select", "driver"),
    ("binary_sensor", "charging"),
    ("sensor", "current_user"),
    ("sensor", "session_energy"),
    ("sensor", "session_duration"),
)


def broken(*_: object) -> NoReturn:
    raise ValueError("a source that fails each time")


async def stopped(hass: HomeAssistant, charger_id: str) -> None:
    """Wait for the repair of a stopped pipeline."""
    async with asyncio.timeout(PATIENCE_S):
        while ir.async_get(hass).async_get_issue(DOMAIN, f"pipeline_stopped_{charger_id}") is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_a_session_is_not_shown_as_running_at_a_charger_whose_recording_was_stopped(
    hass: HomeAssistant, garage: Garage
) -> None:
    charger, charger_id = garage.chargers["left"], garage.id_of("left")
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.charge(400)
    await garage.until_state("sensor", "left", "session_energy", "0.4")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ingestor, "poll", broken)
        charger.charge(1)
        await stopped(hass, charger_id)
    assert {garage.state(domain, "left", key) for domain, key in SHOWN} == {"unavailable"}

    await garage.entry.runtime_data.restart(charger_id)
    await garage.until_state("sensor", "left", "status", "tracking")
    assert garage.state("select", "left", "driver") == "automatic"
