"""The household's options."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.configuration import options_of
from custom_components.ev_charging_manager.domain.household import Options

from .house import household, kept


async def options(hass: HomeAssistant, entry: Any) -> Any:
    return await hass.config_entries.options.async_init(entry.entry_id)


async def answer(hass: HomeAssistant, shown: Any, typed: dict[str, Any]) -> Any:
    return await hass.config_entries.options.async_configure(shown["flow_id"], typed)


async def test_saving_the_defaults_changes_no_option(hass: HomeAssistant) -> None:
    entry = household(hass)
    assert options_of(entry) == Options()
    shown = await options(hass, entry)
    assert (shown["step_id"], shown["last_step"]) == ("init", False)
    shown = await answer(hass, shown, {})
    assert (shown["step_id"], shown["last_step"]) == ("recording", True)
    done = await answer(hass, shown, {})

    assert done["type"] == "create_entry"
    assert options_of(entry) == Options()


async def test_choices_are_stored_in_the_units_that_are_read(hass: HomeAssistant) -> None:
    entry = household(hass)
    hass.config_entries.async_update_entry(entry, options={"kept": "as it is"})
    session = {
        "shortest_session_s": 0,
        "least_energy_wh": 100,
        "idle_timeout_min": 10,
        "grace_min": 2,
        "power_threshold_w": 500,
    }
    recording = {"checkpoint_s": 5, "debounce_s": 0.5, "ingest_s": 2, "refresh_s": 30, "notify_unmapped": False}
    await answer(hass, await answer(hass, await options(hass, entry), session), recording)

    assert entry.options == {"kept": "as it is", **session, **recording}
    assert options_of(entry) == Options(
        shortest_session_s=0,
        least_energy_mwh=100_000,
        idle_timeout_s=600,
        grace_s=120,
        power_threshold_w=500,
        checkpoint_s=5,
        debounce_s=0.5,
        ingest_s=2,
        refresh_s=30,
        notify_unmapped=False,
    )
    shown = await options(hass, entry)
    assert shown["data_schema"]({}) == session
    assert (await answer(hass, shown, {}))["data_schema"]({}) == recording


@pytest.mark.parametrize(
    ("page", "field", "wrong"),
    [
        (0, "shortest_session_s", -1),
        (0, "shortest_session_s", 3_601),
        (0, "least_energy_wh", -1),
        (0, "least_energy_wh", 5_001),
        (0, "idle_timeout_min", 0),
        (0, "idle_timeout_min", 241),
        (0, "grace_min", -1),
        (0, "grace_min", 121),
        (0, "power_threshold_w", 9),
        (0, "power_threshold_w", float("nan")),
        (1, "checkpoint_s", 4),
        (1, "checkpoint_s", 301),
        (1, "debounce_s", -1),
        (1, "debounce_s", 31),
        (1, "ingest_s", 0),
        (1, "ingest_s", 61),
        (1, "refresh_s", 0),
        (1, "refresh_s", 301),
    ],
)
async def test_number_out_of_range_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, page: int, field: str, wrong: float
) -> None:
    entry = household(hass)
    shown = await options(hass, entry)
    if page:
        shown = await answer(hass, shown, {})

    shown = await answer(hass, shown, {field: wrong})
    assert shown["errors"] == {field: "out_of_range"}
    assert kept(shown)[field] == pytest.approx(wrong, nan_ok=True)
    assert entry.options == {}

    while shown["type"] == "form":
        shown = await answer(hass, shown, {})
    assert options_of(entry) == Options()
