"""Set-up, stop and failure, with a real Home Assistant and a real ledger file."""

from __future__ import annotations

from pathlib import Path

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CoreState, HomeAssistant

from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE
from custom_components.ev_charging_manager.domain.records import Outcome
from tests.support.garage import Garage


async def test_a_session_is_durable_before_its_events_are_fired(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    (started,) = await garage.events.wait("session_started")

    ledger = garage.entry.runtime_data.ledger
    record = await ledger.call(ledger.ledger.session, started["session_id"])

    assert record is not None
    assert record.outcome is Outcome.RUNNING


async def test_stopping_home_assistant_drains_and_leaves_a_checkpoint(hass: HomeAssistant, garage: Garage) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.charge(300)

    await hass.async_stop(force=True)

    with garage.reopen_ledger() as ledger:
        states = garage.checkpoint(ledger, "left")
    assert states["session"].running.energy_mwh == 300_000


async def test_a_ledger_that_cannot_be_opened_is_tried_again(hass: HomeAssistant, tmp_path: Path) -> None:
    (tmp_path / LEDGER_FILE).mkdir()
    garage = Garage(hass, ("left",), [])
    garage.chargers["left"].idle()
    garage.entry.add_to_hass(hass)

    assert not await hass.config_entries.async_setup(garage.entry.entry_id)

    assert garage.entry.state is ConfigEntryState.SETUP_RETRY
    assert garage.entry.error_reason_translation_key == "ledger_unavailable"


async def test_unloading_leaves_no_pipeline_behind(hass: HomeAssistant, garage: Garage) -> None:
    household = garage.entry.runtime_data
    await garage.unload()

    assert garage.entry.state is ConfigEntryState.NOT_LOADED
    assert all(charger.health().status == "ended" for charger in household.chargers.values())


async def test_events_wait_until_automations_can_hear_them(hass: HomeAssistant) -> None:
    hass.set_state(CoreState.not_running)
    garage = Garage(hass, ("left",), [])
    await garage.set_up()
    garage.chargers["left"].plug_in()
    await garage.pass_house_seconds(60)
    assert garage.events.named("session_started") == []

    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")

    (started,) = await garage.events.wait("session_started")
    assert started["redelivered"] is False
    await garage.unload()
