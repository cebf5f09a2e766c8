"""Names and cards that look like markup, formulas, templates or log lines: all outputs show them unchanged."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.diagnostics import async_get_config_entry_diagnostics
from tests.platforms.test_actions import act
from tests.support.garage import SPEED, Charger, Garage, charger_data, person

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://x\",\"y\")",
    "{{ states('sensor.x') }}",
    "'; DROP TABLE sessions; --",
    "[click](javascript:alert(1)) **bold** `code`",
    "%s %(name)s {0} {name} \\n ${x}",
    "Zoë, \"A\"=B 👩\u200d👧",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _alone(hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setenv(FAST_MOTION, f"{SPEED},{now},{now}")
    hass.config.config_dir = str(tmp_path)


@pytest.fixture(params=HOSTILE)
async def home(hass: HomeAssistant, request: pytest.FixtureRequest) -> AsyncIterator[Garage]:
    """Set up a charger, a user and a car with the same hostile name; the charger's entities are called `left`."""
    name = request.param
    charger = ConfigSubentryData(**{**charger_data("left"), "title": name})
    car = ConfigSubentryData(subentry_type="vehicle", title=f"{name} car", unique_id=None, data={"capacity_kwh": 77.0})
    garage = Garage(hass, (), [charger, person(f"{name} user"), car])
    Charger(hass, "left").idle()
    garage.know("left")
    await garage.set_up()
    yield garage
    if garage.entry.state.recoverable:
        await garage.unload()


async def charged(garage: Garage, name: str) -> str:
    """Record a session that was identified by an action with the hostile names; return its id."""
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    (started,) = await garage.events.wait("session_started")
    await act(garage, "identify_session", charger=name, user=f"{name} user", vehicle=f"{name} car")
    for _ in range(4):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    assert garage.state("sensor", name, "current_user") == f"{name} user"
    assert garage.state("select", name, "driver") == f"{name} user"
    charger.unplug()
    await garage.events.wait("session_completed")
    return str(started["session_id"])


async def test_name_is_the_same_in_events_states_history_and_corrections(home: Garage) -> None:
    name = next(one.title for one in home.entry.subentries.values() if one.subentry_type == "charger")
    session_id = await charged(home, name)

    (completed,) = home.events.named("session_completed")
    told = (completed["charger_name"], completed["user_name"], completed["vehicle_name"])
    assert told == (name, f"{name} user", f"{name} car")
    assert home.attribute("sensor", name, "last_session", "user") == f"{name} user"
    answer = await act(home, "assign_session", session_id=session_id, user="guest")
    assert answer["measured"]["user_name"] == f"{name} user"
    await home.unload()
    with home.reopen_ledger() as ledger:
        record = ledger.measured(session_id)
    assert record is not None
    assert (record.charger_name, record.identity.user_name) == (name, f"{name} user")


async def test_name_is_in_no_diagnostics(hass: HomeAssistant, home: Garage) -> None:
    name = next(one.title for one in home.entry.subentries.values() if one.subentry_type == "charger")
    await charged(home, name)
    told = json.dumps(await async_get_config_entry_diagnostics(hass, home.entry), default=str, ensure_ascii=False)
    assert name not in told
    assert json.dumps(name)[1:-1] not in told


async def test_card_and_price_that_look_like_log_lines_forge_none(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components")
    line = "\n2026-01-01 00:00:00 ERROR \x1b[31mforged"
    hass.states.async_set("sensor.spot", f"1{line}", {"unit_of_measurement": f"EUR/kWh{line}"})
    spot = {"method": "spot", "entity": "sensor.spot", "additional": 0, "vat": 1, "fallback": 0.3}
    garage.edit("left", pricing=spot)
    await hass.async_block_till_done()
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.card(f"card{line}")
    for _ in range(4):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    hass.states.async_set("sensor.spot", f"2{line}", {"unit_of_measurement": "EUR/kWh"})
    charger.unplug()
    await garage.events.wait("session_completed")

    said = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components")]
    assert said, "something has to be in the log"
    assert [message for message in said if "\n" in message or "\x1b" in message] == []


async def test_unit_in_a_repair_is_not_rendered_as_markup(hass: HomeAssistant, garage: Garage) -> None:
    hass.states.async_set("sensor.spot", "1", {"unit_of_measurement": "[x](http://x) <b>apples</b>"})
    spot = {"method": "spot", "entity": "sensor.spot", "additional": 0, "vat": 1, "fallback": 0.3}
    garage.edit("left", pricing=spot)
    await hass.async_block_till_done()
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"price_unit_{garage.id_of('left')}")
    assert issue is not None
    assert issue.translation_placeholders is not None
    shown = issue.translation_placeholders["price_unit"]
    assert shown == r"\[x\]\(http://x\) \<b\>apples\</b\>"
