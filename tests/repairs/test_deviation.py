"""The repair of a charger that keeps deviating from its total counter."""

from __future__ import annotations

import pytest
from homeassistant.core import HomeAssistant

from tests.repairs.forms import RepairForm, issues, until_issues
from tests.support.garage import Garage

KIND = "deviation"


async def sessions(garage: Garage, count: int, elsewhere_wh: float = 50.0) -> list[float | None]:
    """Record `count` sessions of 0.8 kWh in four steps; return their deviations in percent.

    `elsewhere_wh` is added to the total counter alone in each step.
    """
    before = len(garage.events.named("session_completed"))
    for number in range(before, before + count):
        garage.chargers["left"].plug_in()
        garage.chargers["left"].power(40_000)
        await garage.events.wait("session_started", number + 1)
        for _ in range(4):
            garage.chargers["left"].charge(200, elsewhere_wh)
            await garage.pass_house_seconds(20)
        garage.chargers["left"].unplug()
        await garage.events.wait("session_completed", number + 1)
    return [event["deviation_pct"] for event in garage.events.named("session_completed")][before:]


async def test_one_deviation_is_a_warning_and_three_are_a_repair(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture
) -> None:
    assert await sessions(garage, 2) == [-20.0, -20.0]
    assert caplog.text.count("0.200 kWh less than the total counter") == 2
    assert issues(hass, KIND) == []
    await sessions(garage, 1)
    (issue,) = await until_issues(hass, KIND, 1)
    assert issue.translation_placeholders == {
        "charger": "left",
        "count": "3",
        "deviation": "-20.0",
        "tracked": "0.800",
        "metered": "1.000",
    }
    await sessions(garage, 1)
    assert len(issues(hass, KIND)) == 1


async def test_sessions_that_agree_cause_no_repair_and_withdraw_it(hass: HomeAssistant, garage: Garage) -> None:
    assert await sessions(garage, 3, elsewhere_wh=0) == [0.0, 0.0, 0.0]
    await sessions(garage, 3)
    await until_issues(hass, KIND, 1)
    await sessions(garage, 1, elsewhere_wh=0)
    assert len(issues(hass, KIND)) == 1
    await sessions(garage, 1, elsewhere_wh=0)
    await until_issues(hass, KIND, 0)


async def test_the_repair_exists_again_after_a_reload(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    assert await hass.config_entries.async_reload(garage.entry.entry_id)
    (again,) = await until_issues(hass, KIND, 1)
    assert again.translation_placeholders == issue.translation_placeholders


async def test_checked_sessions_do_not_count_again(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    form = RepairForm(hass, issue)
    assert await form.open() == ["other_counter", "stop_comparing", "checked", "ignore"]
    assert (await form.pick("checked"))["type"] == "create_entry"
    await until_issues(hass, KIND, 0)
    assert await hass.config_entries.async_reload(garage.entry.entry_id)
    await sessions(garage, 2)
    assert issues(hass, KIND) == []
    await sessions(garage, 1)
    (issue,) = await until_issues(hass, KIND, 1)
    assert (issue.translation_placeholders or {})["count"] == "3"


async def test_stopping_the_comparison_unmaps_the_total_and_withdraws_the_repair(
    hass: HomeAssistant, garage: Garage
) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    form = RepairForm(hass, issue)
    assert (await form.pick("stop_comparing"))["type"] == "form"
    await form.submit({})
    await until_issues(hass, KIND, 0)
    stored = garage.entry.subentries[garage.id_of("left")].data
    assert set(stored["entities"]) == {"status", "plug", "lock", "session_energy", "power", "card"}
    assert await sessions(garage, 3) == [None, None, None]
    assert issues(hass, KIND) == []


async def test_another_entity_replaces_the_wrong_total(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    hass.states.async_set("sensor.meter", "7", {"unit_of_measurement": "V"})
    form = RepairForm(hass, issue)
    await form.pick("other_counter")
    for wrong, error in (("sensor.left_wh", "entity_used_twice"), ("sensor.meter", "wrong_unit")):
        assert (await form.submit({"total_energy": wrong}))["errors"] == {"total_energy": error}
    assert form.shown["description_placeholders"]["wrong_units"] == "sensor.meter: V"
    hass.states.async_set("sensor.meter", "7", {"unit_of_measurement": "kWh"})
    assert (await form.submit({"total_energy": "sensor.meter"}))["type"] == "create_entry"
    await until_issues(hass, KIND, 0)
    assert garage.entry.subentries[garage.id_of("left")].data["entities"]["total_energy"] == "sensor.meter"


async def test_an_ignored_deviation_is_not_shown_again(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    assert (await RepairForm(hass, issue).pick("ignore"))["reason"] == "issue_ignored"
    await sessions(garage, 1)
    (issue,) = issues(hass, KIND)
    assert issue.dismissed_version is not None


async def test_the_repair_is_withdrawn_with_its_charger(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    form = RepairForm(hass, issue)
    await form.pick("stop_comparing")
    hass.config_entries.async_remove_subentry(garage.entry, garage.id_of("left"))
    await until_issues(hass, KIND, 0)
    assert (await form.submit({}))["reason"] == "charger_gone"


async def test_total_that_sessions_are_measured_with_is_never_unmapped(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    (issue,) = await until_issues(hass, KIND, 1)
    form = RepairForm(hass, issue)
    await form.pick("stop_comparing")
    entities = dict(garage.entry.subentries[garage.id_of("left")].data["entities"])
    del entities["session_energy"]
    garage.edit("left", entities=entities)
    await until_issues(hass, KIND, 0)
    await form.submit({})
    assert garage.entry.subentries[garage.id_of("left")].data["entities"]["total_energy"] == "sensor.left_eto"


async def test_deleting_the_household_withdraws_its_repairs(hass: HomeAssistant, garage: Garage) -> None:
    await sessions(garage, 3)
    await until_issues(hass, KIND, 1)
    await hass.config_entries.async_remove(garage.entry.entry_id)
    assert issues(hass, KIND) == []
