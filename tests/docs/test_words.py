"""Every name in the pages for users exists in the code, in its translations or in a file that users install."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.device_trigger import TRIGGER_TYPES
from tests.docs.pages import PACKAGE, ROOT, WORDS, Page, for_users, page, pages

NAME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
# Names of Home Assistant and of chargers' integrations.
ELSEWHERE = {
    "api_version",
    "binary_sensor",
    "car_0",
    "custom_components",
    "entity_registry",
    "input_boolean",
    "input_number",
    "verify_ssl",
}
# Prefixes of entity names in the examples.
EXAMPLES = ("garage_left", "left", "anna")


def named_in(value: Any) -> Iterator[str]:
    """Yield all names in the keys and texts of a translation."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from named_in(inner)
    elif isinstance(value, str):
        yield from NAME.findall(value)


def known() -> set[str]:
    """Return the names in the code and in the files that users install."""
    words = set(named_in(WORDS))
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words |= set(NAME.findall(node.value))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words.add(node.target.id)
    for path in [*(ROOT / "automations").rglob("*.yaml"), *PACKAGE.glob("*.yaml")]:
        words |= set(NAME.findall(path.read_text(encoding="utf-8"))) | {path.stem}
    return words


KNOWN = known() | ELSEWHERE


def unknown_names(text: str) -> set[str]:
    """Return the unknown names in a text. The domain or an example's prefix may precede a known name."""
    bare = {name: re.sub(rf"^(?:{DOMAIN}|{'|'.join(EXAMPLES)})_?", "", name) for name in NAME.findall(text)}
    return {name for name, rest in bare.items() if not {name, rest} & KNOWN and rest}


@pytest.mark.parametrize("one", for_users(), ids=lambda one: one.name)
def test_every_name_in_a_page_for_users_exists(one: Page) -> None:
    assert {name for code in one.code for name in unknown_names(code)} == set()


@pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)
def test_every_event_that_a_page_names_exists(one: Page) -> None:
    named = set(re.findall(rf"{DOMAIN}_(session_\w+|charging_\w+|card_\w+)", one.text))
    assert named - {"sessions"} <= set(TRIGGER_TYPES)


@pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)
def test_every_field_that_an_example_reads_is_a_field_of_an_event(one: Page) -> None:
    words = WORDS["entity"]["event"]
    fields = {field for entity in words.values() for field in entity["state_attributes"]}
    read = set(re.findall(r"trigger\.event\.data\.(\w+)|trigger\.to_state\.attributes\.(\w+)", one.text))
    assert {name for pair in read for name in pair if name} <= fields


def test_the_readme_names_every_event() -> None:
    assert {f"{DOMAIN}_{name}" for name in TRIGGER_TYPES} <= page("README.md").code


def test_an_unknown_name_is_found() -> None:
    assert unknown_names("session_completed") == set()
    assert unknown_names("ev_charging_manager_session_finished") == {"ev_charging_manager_session_finished"}
    assert unknown_names("sensor.anna_total_energies") == {"anna_total_energies"}
