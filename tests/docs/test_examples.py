"""The examples that no other test here runs, and that each example is run by one."""

from __future__ import annotations

from fnmatch import fnmatch

from homeassistant.core import HomeAssistant
from homeassistant.helpers.template import Template
from homeassistant.util.yaml import parse_yaml

from tests.docs.pages import ROOT, page, pages
from tests.support.garage import Garage
from tests.support.shown import charge

# Which tests run the examples of a page. Those for InfluxDB are installed as the page says, beside a real server.
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


def test_the_examples_of_every_page_are_run() -> None:
    with_examples = {
        one.path.relative_to(ROOT).as_posix() for one in pages() if any(one.blocks(language) for language in LANGUAGES)
    }
    assert with_examples == RUN.keys()
    assert all((ROOT / path).is_file() for path in RUN.values())


async def test_the_template_tells_the_energy_of_this_month(hass: HomeAssistant, garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    (template,) = page("sensors.md").blocks("jinja")
    assert Template(template, hass).async_render() == 0

    await charge(garage, "left", "1", 1000)

    assert Template(template, hass).async_render() == 1.0


async def test_flow_a_chooses_the_entities_of_a_charger_and_of_a_user(garage: Garage) -> None:
    (influxdb,) = (
        block["influxdb"] for text in page("influxdb.md").blocks("yaml") if "influxdb" in (block := _parsed(text))
    )
    globs = [glob.replace("garage_left", "left") for glob in influxdb["include"]["entity_globs"]]
    chosen = [
        entity_id for entity_id in garage.hass.states.async_entity_ids("sensor")
        if any(fnmatch(entity_id, glob) for glob in globs)
    ]  # fmt: skip

    assert garage.entity_id("sensor", "left", "session_power") in chosen
    assert garage.entity_id("sensor", "Anna", "total_energy") in chosen
    assert garage.entity_id("sensor", "Ben", "total_energy") not in chosen
    assert "monthly_breakdown" in influxdb["ignore_attributes"]
    assert garage.attribute("sensor", "Anna", "total_energy", "monthly_breakdown") == {}


def _parsed(text: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    parsed = parse_yaml(text.replace("!include_dir_named", ""))
    assert isinstance(parsed, dict)
    return parsed
