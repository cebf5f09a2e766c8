"""Any input into a form is refused at its field, or stored so that the household runs with it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import InvalidData
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    EntitySelector,
    NumberSelector,
    SelectSelector,
    TextSelector,
)

from custom_components.ev_charging_manager.const import DOMAIN
from tests.campaigns.garbage import number, text
from tests.flows.house import add, edit, start, submit
from tests.support.garage import Garage, person

SUBENTRIES = ("charger", "user", "vehicle", "rfid_mapping")
ENTITIES = (
    "sensor.left_wh", "sensor.left_eto", "sensor.left_status", "sensor.left_power", "binary_sensor.left_plug",
    "select.left_trx", "sensor.spot", "person.nobody", "sensor.no_such", "sun.sun",
)  # fmt: skip
STEPS = 12


@pytest.fixture
async def garage(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Garage]:
    """A household that runs while its forms are filled in, with a spot price to choose."""
    hass.config.config_dir = str(tmp_path)
    hass.states.async_set("sensor.spot", "0.084", {"unit_of_measurement": "EUR/kWh"})
    garage = Garage(hass, ("left",), [person("Anna"), person("Gita", "guest")])
    await garage.set_up()
    yield garage
    await garage.unload()


def filled(draw: Random, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Fill each field with a value that its selector accepts, and now and then with nothing."""
    fields = shown["data_schema"].schema if shown.get("data_schema") else {}
    return {
        str(marker): _typed(draw, str(marker), selector, marker)
        for marker, selector in fields.items()
        if marker.__class__.__name__ == "Required" or draw.random() < 0.5
    }


def _typed(draw: Random, name: str, selector: Any, marker: Any) -> Any:
    """Half of the input are the form's suggestions; without them, no flow would get far."""
    proposed = (marker.description or {}).get("suggested_value") if marker.description else None
    if proposed is not None and draw.random() < 0.5:
        return proposed
    match selector:
        case NumberSelector():
            return number(draw)
        case BooleanSelector():
            return draw.random() < 0.5
        case SelectSelector():
            return _chosen(draw, selector)
        case EntitySelector():
            return draw.choice(ENTITIES)
        case AreaSelector():
            return draw.choice(("garage", text(draw)))
        case TextSelector():
            return draw.choice((text(draw), f"{name} {draw.randrange(1_000)}"))
        case _:
            return text(draw)


def _chosen(draw: Random, selector: SelectSelector) -> Any:
    offered = [item if isinstance(item, str) else item["value"] for item in selector.config["options"]]
    if selector.config.get("multiple"):
        return [text(draw) for _ in range(draw.randrange(3))]
    if offered and draw.random() < 0.9:
        return draw.choice(offered)
    return text(draw)


async def _opened(draw: Random, garage: Garage) -> Any:
    hass, entry = garage.hass, garage.entry
    way = draw.randrange(4)
    if way == 0:
        return await hass.config_entries.options.async_init(entry.entry_id)
    if way == 1:
        return await start(hass)
    if way == 2:
        return await edit(hass, entry, draw.choice([*entry.subentries]))
    return await add(hass, entry, draw.choice(SUBENTRIES))


async def walked(draw: Random, garage: Garage) -> str:
    """Run one flow from its first form to its end, or up to a random step; return how it ended."""
    shown = await _opened(draw, garage)
    for _ in range(STEPS):
        if shown["type"] != "form":
            return str(shown["type"])
        try:
            typed = filled(draw, shown)
            if shown["handler"] == garage.entry.entry_id:
                shown = await garage.hass.config_entries.options.async_configure(shown["flow_id"], typed)
            else:
                shown = await submit(garage.hass, shown, typed)
        except InvalidData:
            # The frontend does not send input that the form's schema refuses.
            continue
    return "left"


def standing_still(garage: Garage) -> list[str]:
    """Return the active chargers without any data."""
    chargers = [one for one in garage.entry.subentries.values() if one.subentry_type == "charger"]
    return [one.title for one in chargers if not one.data.get("paused") and not _seen(garage.hass, one.subentry_id)]


def _seen(hass: HomeAssistant, charger_id: str) -> bool:
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{charger_id}_status")
    state = hass.states.get(entity_id) if entity_id else None
    return state is not None and state.state not in ("unavailable", "unknown")


@pytest.mark.timeout(1_800)
async def test_nothing_typed_into_a_form_raises_or_stops_the_household(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture, long: bool, tell: Callable[[str], None]
) -> None:
    caplog.set_level(logging.ERROR)
    draw, ends = Random(1), Counter[str]()
    for _ in range(1_500 if long else 150):
        ends[await walked(draw, garage)] += 1
        await hass.async_block_till_done()

    assert min(ends["create_entry"], ends["abort"]) > 0, f"the flows have to come to their ends: {ends}"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert await hass.config_entries.async_reload(garage.entry.entry_id), "what was stored cannot be set up again"
    assert standing_still(garage) == []
    ends_in_words = ", ".join(f"{count} × {end}" for end, count in ends.most_common())
    tell(f"bad forms: {ends.total()} flows ({ends_in_words}), household still runs")
