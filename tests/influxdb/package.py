"""The package as a user installs it: copied into `packages/`, with the documented lines in secrets.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml
from homeassistant.config import async_hass_config_yaml
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.ev_charging_manager.const import DOMAIN

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "automations" / "ev_charging_manager_influxdb_export.yaml"
GUIDE = ROOT / "docs" / "influxdb.md"
QUERIES = ROOT / "docs" / "grafana-queries.md"

COMPLETED = f"{DOMAIN}_session_completed"
URL = f"{DOMAIN}_influxdb_url"
AUTHORIZATION = f"{DOMAIN}_influxdb_authorization"
TEST_SCRIPT = f"{DOMAIN}_influxdb_test"

BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)


def blocks(document: Path, language: str) -> list[str]:
    """Return the code blocks of a document in one language."""
    found = BLOCK.finditer(document.read_text(encoding="utf-8"))
    return [dedent(block["text"]) for block in found if block["language"] == language]


def documented_secrets(path: str, **replacements: str) -> dict[str, str]:
    """Return the lines for secrets.yaml with a URL that contains `path`, with the given values instead
    of the examples.
    """
    (text,) = (block for block in blocks(GUIDE, "yaml") if URL in block and path in block)
    for example, own in replacements.items():
        assert example in text
        text = text.replace(example, own)
    secrets = yaml.safe_load(text)
    assert secrets.keys() == {URL, AUTHORIZATION}
    return dict(secrets)


async def install(hass: HomeAssistant, directory: Path, secrets: Mapping[str, str]) -> None:
    """Install the package as described in the guide, and set up its integrations."""
    hass.config.config_dir = str(directory)
    (directory / "packages").mkdir()
    (directory / "packages" / PACKAGE.name).write_bytes(PACKAGE.read_bytes())
    (directory / "secrets.yaml").write_text(yaml.safe_dump(dict(secrets), allow_unicode=True), encoding="utf-8")
    (line,) = (block for block in blocks(GUIDE, "yaml") if "packages:" in block)
    (directory / "configuration.yaml").write_text(line, encoding="utf-8")
    configuration: dict[str, Any] = await async_hass_config_yaml(hass)
    for domain in ("persistent_notification", "rest_command", "script", "automation"):
        assert await async_setup_component(hass, domain, configuration)
    await hass.async_block_till_done()
