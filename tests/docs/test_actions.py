"""docs/identity.md and the actions: the page documents every field, and its examples run."""

from __future__ import annotations

import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script
from homeassistant.util.yaml import load_yaml_dict, parse_yaml

from custom_components.ev_charging_manager.adapters.household.lookup import LITERALS
from custom_components.ev_charging_manager.const import DOMAIN
from tests.docs.pages import PACKAGE, WORDS, page, pages, ticked
from tests.support.garage import Garage
from tests.support.shown import charge, plug_in

PAGE = page("identity.md")
SERVICES = load_yaml_dict(str(PACKAGE / "services.yaml"))
IDENTIFY, ASSIGN = PAGE.blocks("yaml")
IDENTIFYING = "Choose the user of a running session"
# The documented fields of each action; the first table of the section about the select lists its choices.
FIELDS = {"identify_session": PAGE.table(IDENTIFYING, 1), "assign_session": PAGE.table("Correct a recorded session")}


def test_every_field_of_an_action_is_documented_and_no_other() -> None:
    documented = {action: {name for row in rows for name in ticked(row[0])} for action, rows in FIELDS.items()}
    assert documented == {name: set(action["fields"]) for name, action in SERVICES.items()}


def test_every_special_value_of_user_is_documented() -> None:
    (row,) = (row for row in FIELDS["identify_session"] if ticked(row[0]) == ["user"])
    assert set(ticked(row[1])) == set(LITERALS)


def test_the_choices_of_the_driver_select_have_the_names_of_the_interface() -> None:
    choices = WORDS["entity"]["select"]["driver"]["state"].values()
    assert {row[0] for row in PAGE.table(IDENTIFYING)} == {"a user", *(f"*{choice}*" for choice in choices)}


def test_every_action_that_a_page_names_exists() -> None:
    ours = re.compile(rf"(?<![\w.]){DOMAIN}\.(?!db|damaged-)([a-z_]+)")
    assert {name for one in pages() for name in ours.findall(one.text)} == SERVICES.keys()


async def run(hass: HomeAssistant, example: str) -> None:
    """Run an example as the only step of a script."""
    await Script(hass, cv.SCRIPT_SCHEMA([parse_yaml(example)]), "example", DOMAIN).async_run(context=None)


async def test_the_example_identifies_the_session_and_returns_the_documented_keys(garage: Garage) -> None:
    garage.add("vehicle", "ID.4", {"capacity_kwh": 77.0, "usable_kwh": 77.0, "efficiency": 0.9})
    await plug_in(garage, "left")

    await run(garage.hass, IDENTIFY)

    assert garage.state("sensor", "left", "current_user") == "Anna"
    assert garage.state("sensor", "left", "current_vehicle") == "ID.4"
    answer = await garage.hass.services.async_call(
        DOMAIN, "identify_session", {"charger": "left", "user": "Ben"}, blocking=True, return_response=True
    )
    listed = PAGE.section(IDENTIFYING).split("With a response variable")[1]
    assert answer is not None
    assert set(ticked(listed)) == answer.keys()


async def test_the_example_assigns_the_last_session(garage: Garage) -> None:
    await charge(garage, "left", None, 1000)

    await run(garage.hass, ASSIGN)
    await garage.hass.async_block_till_done()

    assert garage.state("sensor", "Anna", "session_count") == "1"
    assert garage.attribute("sensor", "left", "last_session", "user") == "Anna"
