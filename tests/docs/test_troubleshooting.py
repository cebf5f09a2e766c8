"""docs/troubleshooting.md and the code: reasons, repairs, log lines, diagnostics and logger settings."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml

from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.diagnostics import LAST_SESSIONS, async_get_config_entry_diagnostics
from custom_components.ev_charging_manager.domain.records import UnknownReason
from tests.docs.pages import PACKAGE, WORDS, page, ticked
from tests.support.garage import Garage

PAGE = page("troubleshooting.md")
OURS = f"custom_components.{DOMAIN}"


@pytest.mark.parametrize(
    ("name", "section", "number"),
    [
        ("troubleshooting.md", "A session has no user", 0),
        ("identity.md", "Strongest evidence first", 1),
    ],
)
def test_every_unknown_reason_is_explained_and_no_other(name: str, section: str, number: int) -> None:
    documented = [ticked(row[0])[0] for row in page(name).table(section, number)]
    assert sorted(documented) == sorted(UnknownReason)


def test_the_page_on_events_names_every_unknown_reason() -> None:
    rows = {row[0]: row[1] for row in page("automations.md").table("Fields of every session event")}
    assert set(ticked(rows["`unknown_reason`"])) - {"null"} == set(UnknownReason)


def test_the_reasons_have_the_texts_of_the_interface() -> None:
    shown = WORDS["entity"]["sensor"]["current_user"]["state_attributes"]["unknown_reason"]["state"]
    for key, meaning in page("identity.md").table("Strongest evidence first", 1):
        assert meaning == shown[ticked(key)[0]][0].lower() + shown[ticked(key)[0]][1:]


def test_every_repair_is_explained_under_its_title_and_no_other() -> None:
    titles = [re.sub(r"\{\w+\}", "…", issue["title"]) for issue in WORDS["issues"].values()]
    assert sorted(row[0] for row in PAGE.table("Repairs")) == sorted(titles)


def test_the_first_table_links_to_every_section_about_a_symptom() -> None:
    linked = {target for row in PAGE.table("Troubleshooting") for target in re.findall(r"\(#([\w-]+)\)", row[1])}
    assert linked == PAGE.anchors - {"troubleshooting", "what-to-look-at", "report-a-problem"}


def texts_in_the_code() -> Iterator[str]:
    """Yield all string constants in the package, including the constant parts of f-strings."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_documented_log_line_is_in_the_code() -> None:
    texts = set(texts_in_the_code())
    lines = [line for row in PAGE.table("What to look at") for cell in (row[0], row[2]) for line in ticked(cell)]

    assert len(lines) > 10
    for line in lines:
        assert any(line in text for text in texts), line


async def test_the_logger_settings_have_the_documented_effect(hass: HomeAssistant) -> None:
    settings, action = (parse_yaml(block) for block in PAGE.blocks("yaml"))
    assert isinstance(settings, dict)

    assert await async_setup_component(hass, "logger", settings)
    assert logging.getLogger(OURS).level == logging.INFO

    steps = cv.SCRIPT_SCHEMA([action])
    await Script(hass, steps, "level", DOMAIN).async_run(context=None)
    await hass.async_block_till_done()
    assert logging.getLogger(f"{OURS}.adapters.charger").getEffectiveLevel() == logging.DEBUG
    logging.getLogger(OURS).setLevel(logging.NOTSET)


async def test_the_diagnostics_contain_the_documented_keys(hass: HomeAssistant, garage: Garage) -> None:
    diagnostics = await async_get_config_entry_diagnostics(hass, garage.entry)
    rows = {row[0]: row[1] for row in PAGE.table("What to look at", 1)}

    assert {name for cell in rows for name in ticked(cell)} == diagnostics.keys()
    (charger, *_) = diagnostics["chargers"].values()
    assert set(ticked(rows["`chargers`"])) == charger["ingestor"].keys()
    assert f"the last {LAST_SESSIONS} " in rows["`sessions`"]
