"""Rules of quality_scale.yaml about the documentation: each rule that is done has a section in a page."""

from __future__ import annotations

import pytest
from homeassistant.util.yaml import load_yaml_dict

from tests.docs.pages import PACKAGE, page

RULES = load_yaml_dict(str(PACKAGE / "quality_scale.yaml"))["rules"]
# The page and heading that fulfil each rule.
SECTIONS = {
    "docs-actions": [
        ("identity.md", "Choose the user of a running session"),
        ("identity.md", "Correct a recorded session"),
    ],
    "docs-configuration-parameters": [("configuration.md", "Options")],
    "docs-data-update": [("README.md", "How fresh it is")],
    "docs-examples": [("automations.md", "Examples"), ("automations.md", "Blueprints")],
    "docs-high-level-description": [("README.md", "EV Charging Manager")],
    "docs-installation-instructions": [("README.md", "Installation")],
    "docs-installation-parameters": [("configuration.md", "Charger"), ("configuration.md", "Entities")],
    "docs-known-limitations": [("README.md", "Known limits"), ("pricing.md", "Known limits")],
    "docs-removal-instructions": [("README.md", "Removing it")],
    "docs-supported-devices": [("README.md", "Supported chargers")],
    "docs-supported-functions": [("README.md", "What you get"), ("sensors.md", "Each charger")],
    "docs-triggers": [("automations.md", "Device triggers")],
    "docs-troubleshooting": [("troubleshooting.md", "Troubleshooting")],
    "docs-use-cases": [("README.md", "What it is for")],
}


def test_every_rule_about_the_documentation_has_a_section() -> None:
    of_docs = {name: rule for name, rule in RULES.items() if name.startswith("docs-")}
    assert {name for name, rule in of_docs.items() if rule == "done"} <= SECTIONS.keys()
    assert [name for name, rule in of_docs.items() if rule == "todo"] == []


@pytest.mark.parametrize("rule", SECTIONS)
def test_the_sections_of_a_rule_exist_and_are_not_empty(rule: str) -> None:
    for name, heading in SECTIONS[rule]:
        assert page(name).section(heading).strip(), f"{rule}: nothing below {heading}"
