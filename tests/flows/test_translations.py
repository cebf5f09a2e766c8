"""The texts of the forms: everything that a form can show has a text, and no text is unused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectSelector

from benchmarks.simulator import CardSlot
from custom_components.ev_charging_manager import config_flow, options
from tests.support.goe_host import goe_host

from .house import add, charger, fields, household, meter, offered, start, submit, user, vehicle

ROOT = Path(config_flow.__file__).parent
WORDS = json.loads((ROOT / "translations" / "en.json").read_text(encoding="utf-8"))
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "flows").rglob("*.py"))
SOURCE += Path(config_flow.__file__).read_text(encoding="utf-8")
SOURCE += Path(options.__file__).read_text(encoding="utf-8")


def flows_words() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each flow's part of the translations."""
    yield "config", WORDS["config"]
    yield "options", WORDS["options"]
    yield from WORDS["config_subentries"].items()


async def forms_of_charger(hass: HomeAssistant, shown: Any) -> list[Any]:
    forms: list[Any] = [shown]
    power = {"power": meter(hass, "sensor.power", "5", "W")}
    goe = {"status": meter(hass, "sensor.car", "Idle"), "session_energy": meter(hass, "sensor.wh", "5", "Wh")}
    spot = {"entity": meter(hass, "sensor.spot", "8.4", "ct/kWh"), "additional": 0.145, "vat": 1.25, "fallback": 0.4}
    name = {"name": "X", "serial": "X"}
    for typed in ({"source": "goe_api2"}, name, {**power, **goe}, {"method": "spot"}, spot):
        forms.append(await submit(hass, forms[-1], typed))
    return forms


async def forms_of_cards(hass: HomeAssistant, entry: ConfigEntry[Any]) -> list[Any]:
    """Return the forms for manual entry, and those for reading from one of two chargers."""
    by_hand = [await submit(hass, await add(hass, entry, "rfid_mapping"), {"kind": kind}) for kind in ("slot", "uid")]
    ways = await add(hass, entry, "rfid_mapping")
    source = await submit(hass, ways, {"kind": "read"})
    cards = await submit(hass, source, {"charger_id": "1"})
    tapping = await submit(hass, await add(hass, entry, "rfid_mapping"), {"kind": "tap"})
    reporting = await submit(hass, tapping, {"charger_id": "3"})
    tap = await submit(hass, reporting, {"report_numbers": False})
    return [*by_hand, ways, source, cards, reporting, tap]


async def every_form(hass: HomeAssistant) -> dict[str, list[Any]]:
    """Return each form of each flow, with all its fields."""
    async with goe_host(*(CardSlot(slot, "n/a") for slot in range(1, 11))) as goe:
        return await forms_of_household(hass, goe.host)


async def forms_of_household(hass: HomeAssistant, host: str) -> dict[str, list[Any]]:
    """Return the forms of a household with one subentry of each type and two chargers that can be read."""
    asked = (charger(name, name, profile="goe_api2", host=host) for name in ("1", "3"))
    chargers = *asked, charger("Right", "2")
    entry = household(hass, *chargers, user("Anna"), vehicle("Zoe"))
    reconfigured = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "charger"), context={"source": "reconfigure", "subentry_id": "1"}
    )
    guest = {"name": "Ben", "user_type": "guest"}
    first_page = await hass.config_entries.options.async_init(entry.entry_id)
    second_page = await hass.config_entries.options.async_configure(first_page["flow_id"], {})
    person = await add(hass, entry, "user")
    return {
        "config": await forms_of_charger(hass, await start(hass)),
        "charger": await forms_of_charger(hass, reconfigured),
        "user": [person, await submit(hass, person, guest)],
        "vehicle": [await add(hass, entry, "vehicle")],
        "rfid_mapping": await forms_of_cards(hass, entry),
        "options": [first_page, second_page],
    }


@pytest.mark.usefixtures("socket_enabled")
async def test_every_form_and_field_has_texts_and_no_text_is_unused(hass: HomeAssistant) -> None:
    forms = await every_form(hass)
    for flow, words in flows_words():
        assert {shown["step_id"] for shown in forms[flow]} == set(words["step"])
        for shown in forms[flow]:
            step = words["step"][shown["step_id"]]
            # "Paused" is a field of an existing charger only.
            assert fields(shown) | ({"paused", "area_id"} & set(step["data"])) == set(step["data"])
            assert set(step["data"]) == set(step["data_description"])
            assert step["title"]
            assert step["description"]


@pytest.mark.usefixtures("socket_enabled")
async def test_every_placeholder_of_the_texts_is_given(hass: HomeAssistant) -> None:
    forms = await every_form(hass)
    for flow, words in flows_words():
        for shown in forms[flow]:
            used = set(re.findall(r"\{(\w+)\}", json.dumps(words["step"][shown["step_id"]])))
            assert used <= set(shown["description_placeholders"] or {})


@pytest.mark.usefixtures("socket_enabled")
async def test_every_choice_has_a_text(hass: HomeAssistant) -> None:
    forms = await every_form(hass)
    named: dict[str, set[str]] = {}
    for shown in (shown for shown_of_flow in forms.values() for shown in shown_of_flow):
        for field, selector in shown["data_schema"].schema.items():
            key = selector.config.get("translation_key") if isinstance(selector, SelectSelector) else None
            if key:
                named.setdefault(key, set()).update(offered(shown, str(field)))
    assert set(named) == set(WORDS["selector"])
    for key, choices in named.items():
        # Chargers are listed by name, without a translated text.
        by_name = {option for option in choices if option.startswith("same_as_") or ":" in option}
        assert choices - by_name == set(WORDS["selector"][key]["options"])


@pytest.mark.parametrize("kind", ["error", "abort"])
def test_every_error_text_has_its_key_in_the_code(kind: str) -> None:
    from_core = {"already_in_progress", "reconfigure_successful"}
    for _, words in flows_words():
        for key in set(words.get(kind, {})) - from_core:
            assert f'"{key}"' in SOURCE


def test_both_ways_into_the_charger_wizard_use_the_same_texts() -> None:
    for part in ("step", "error"):
        assert WORDS["config"][part] == WORDS["config_subentries"]["charger"][part]


def test_every_kind_of_subentry_can_be_added_and_edited() -> None:
    for words in WORDS["config_subentries"].values():
        assert words["entry_type"]
        assert set(words["initiate_flow"]) == {"user", "reconfigure"}
        assert words["abort"]["reconfigure_successful"]
