"""What quality_scale.yaml says about the documentation: each rule that is done has a place that is there."""

from __future__ import annotations

import pytest
from homeassistant.util.yaml import load_yaml_dict

from tests.docs.pages import PACKAGE, page

RULES = load_yaml_dict(str(PACKAGE / "quality_scale.yaml"))["rules"]
# Where each rule is kept: page and heading.
KEPT = {
    "docs-actions": [("identity.md", "Saying it oneself"), ("identity.md", "Sessions that are over")],
    "docs-configuration-parameters": [("configuration.md", "Options")],
    "docs-data-update": [("README.md", "How fresh it is")],
    "docs-examples": [("automations.md", "Examples"), ("automations.md", "Blueprints")],
    "docs-high-level-description": [("README.md", "EV Charging Manager")],
    "docs-installation-instructions": [("README.md", "Installation")],
    "docs-installation-parameters": [("configuration.md", "Charger"), ("configuration.md", "Entities")],
    "docs-known-limitations": [("README.md", "Known limits"), ("pricing.md", "Known limits")],
    "docs-removal-instructions": [("README.md", "Removing it")],
    "docs-supported-devices": [("README.md", "Supported chargers")],
    "docs-supported-functions": [("README.md", "What you see"), ("sensors.md", "Each charger")],
    "docs-triggers": [("automations.md", "Device triggers")],
    "docs-troubleshooting": [("troubleshooting.md", "Troubleshooting")],
    "docs-use-cases": [("README.md", "What it is for")],
}


def test_every_rule_about_the_documentation_is_kept() -> None:
    of_docs = {name: rule for name, rule in RULES.items() if name.startswith("docs-")}
    assert {name for name, rule in of_docs.items() if rule == "done"} <= KEPT.keys()
    assert [name for name, rule in of_docs.items() if rule == "todo"] == []


@pytest.mark.parametrize("rule", KEPT)
def test_what_a_rule_asks_for_is_where_it_is_looked_for(rule: str) -> None:
    for name, heading in KEPT[rule]:
        assert page(name).section(heading).strip(), f"{rule}: nothing below {heading}"
