"""Every example in the pages is run by a test; those of docs/sensors.md and flow A of docs/influxdb.md run here."""

from __future__ import annotations

from fnmatch import fnmatch

from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
from homeassistant.util.yaml import parse_yaml

from tests.docs.pages import ROOT, page, pages
from tests.support.garage import Garage
from tests.support.shown import charge

# The test or helper that runs the examples of each page. Those for InfluxDB run against a real server.
RUN = {
    "docs/automations.md": "tests/docs/test_automations.py",
    "docs/charger-profiles/README.md": "tests/docs/test_profiles.py",
    "docs/grafana-queries.md": "tests/influxdb/test_queries.py",
    "docs/identity.md": "tests/docs/test_actions.py",
    "docs/influxdb.md": "tests/influxdb/package.py",
    "docs/sensors.md": "tests/docs/test_examples.py",
    "docs/troubleshooting.md": "tests/docs/test_troubleshooting.py",
}
LANGUAGES = ("yaml", "jinja", "python", "influxql", "flux")


def test_every_page_with_examples_has_a_test_that_runs_them() -> None:
    with_examples = {one.name for one in pages() if any(one.blocks(language) for language in LANGUAGES)}
    assert with_examples == RUN.keys()
    assert all((ROOT / path).is_file() for path in RUN.values())


async def test_the_template_renders_the_energy_of_this_month(hass: HomeAssistant, garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    (template,) = page("sensors.md").blocks("jinja")
    assert Template(template, hass).async_render() == 0

    await charge(garage, "left", "1", 1000)

    assert Template(template, hass).async_render() == 1.0


async def test_flow_a_selects_the_entities_of_a_charger_and_a_user(garage: Garage) -> None:
    (influxdb,) = (
        block["influxdb"] for text in page("influxdb.md").blocks("yaml") if "influxdb" in (block := _parsed(text))
    )
    globs = [glob.replace("garage_left", "left") for glob in influxdb["include"]["entity_globs"]]
    selected = [
        entity_id for entity_id in garage.hass.states.async_entity_ids("sensor")
        if any(fnmatch(entity_id, glob) for glob in globs)
    ]  # fmt: skip

    assert garage.entity_id("sensor", "left", "session_power") in selected
    assert garage.entity_id("sensor", "Anna", "total_energy") in selected
    assert garage.entity_id("sensor", "Ben", "total_energy") not in selected
    assert "monthly_breakdown" in influxdb["ignore_attributes"]
    assert garage.attribute("sensor", "Anna", "total_energy", "monthly_breakdown") == {}


def _parsed(text: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    parsed = parse_yaml(text.replace("!include_dir_named", ""))
    assert isinstance(parsed, dict)
    return parsed
