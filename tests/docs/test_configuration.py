"""docs/configuration.md against the forms: each field by its label, each option with its default and range."""

from __future__ import annotations

import re

import pytest

from custom_components.ev_charging_manager.domain.profile import Profile
from custom_components.ev_charging_manager.flows.charger.price import LARGEST_VAT, SMALLEST_VAT
from custom_components.ev_charging_manager.flows.entities import LARGEST_SESSION_KWH
from custom_components.ev_charging_manager.flows.fields import LARGEST_POWER_KW
from custom_components.ev_charging_manager.flows.vehicle import (
    DEFAULT_EFFICIENCY,
    LARGEST_EFFICIENCY,
    LEAST_EFFICIENCY,
)
from custom_components.ev_charging_manager.options import OPTIONS, Option, Page, SwitchOption
from tests.docs.pages import WORDS, page, ticked

PAGE = page("configuration.md")
OF_OPTIONS = WORDS["options"]["step"]
SUBENTRIES = WORDS["config_subentries"]
SWITCH = {True: "on", False: "off"}

# The steps of a form that each table documents: section, number of the table in it, form, steps.
FORMS = [
    ("Choose a charger", 0, "charger", ("choose",)),
    ("Name the charger", 0, "charger", ("charger",)),
    ("Entities", 0, "charger", ("entities",)),
    ("Price", 0, "charger", ("pricing", "spot", "price_preview")),
    ("User", 0, "user", ("details",)),
    ("User", 1, "user", ("billing",)),
    ("Vehicle", 0, "vehicle", ("details",)),
    ("RFID card", 0, "rfid_mapping", ("kind", "source", "cards", "reporting", "tap", "slot", "uid")),
]


def labels(form: str, steps: tuple[str, ...]) -> list[str]:
    """Return the labels of the fields; the ten slots are one label."""
    found = [label for step in steps for label in SUBENTRIES[form]["step"][step]["data"].values()]
    return ["Slot 1 … Slot 10" if re.fullmatch(r"Slot \d+", label) else label for label in found]


@pytest.mark.parametrize(("section", "number", "form", "steps"), FORMS, ids=str)
def test_a_table_documents_every_field_of_its_form_and_no_other(
    section: str, number: int, form: str, steps: tuple[str, ...]
) -> None:
    documented = [row[0] for row in PAGE.table(section, number)]

    assert len(documented) == len(set(documented))
    assert set(documented) == set(labels(form, steps))


def test_every_step_of_every_form_has_its_table() -> None:
    documented = {(form, step) for _, _, form, steps in FORMS for step in steps}
    assert documented == {(form, step) for form, words in SUBENTRIES.items() for step in words["step"]}


def plain(value: float) -> str:
    """Return a number without trailing zeros."""
    return f"{value:g}"


def as_documented(option: Option) -> list[str]:
    """Return an option's label, key, default and range, as the table shows them."""
    label = OF_OPTIONS[option.page]["data"][option.key]
    if isinstance(option, SwitchOption):
        return [label, f"`{option.key}`", SWITCH[option.default], "on, off"]
    default, low, high = plain(option.default), plain(option.low), plain(option.high)
    return [label, f"`{option.key}`", f"{default} {option.unit}", f"{low}–{high} {option.unit}"]


def test_every_option_is_documented_with_its_default_and_its_range() -> None:
    documented = {ticked(row[1])[0]: row[:4] for row in PAGE.table("Options")}
    assert documented == {option.key: as_documented(option) for option in OPTIONS}


def test_every_option_has_a_label_on_its_page() -> None:
    labelled = {(step, key) for step, words in OF_OPTIONS.items() for key in words["data"]}
    assert labelled == {(option.page, option.key) for option in OPTIONS}
    assert set(OF_OPTIONS) == set(Page)


def row(section: str, name: str) -> str:
    """Return a field's default and explanation."""
    return next(" | ".join(cells[1:]) for cells in PAGE.table(section) if cells[0] == name)


def test_documented_defaults_and_limits_are_those_of_the_forms() -> None:
    assert f"{LARGEST_SESSION_KWH:,.0f} kWh" in row("Entities", "Session energy")
    assert f"at most {LARGEST_POWER_KW:.0f} kW" in row("Entities", "Maximum charging power")
    assert row("Entities", "Maximum charging power").startswith(f"{Profile('', '').max_power_w / 1000:.0f} kW")
    assert f"{SMALLEST_VAT} to {LARGEST_VAT:g};" in row("Price", "VAT multiplier")
    assert f"{LEAST_EFFICIENCY:.2f} to {LARGEST_EFFICIENCY:.2f}:" in row("Vehicle", "Charging efficiency")
    assert row("Vehicle", "Charging efficiency").startswith(f"{DEFAULT_EFFICIENCY:.2f} ")


def test_documented_choices_have_the_labels_of_the_forms() -> None:
    selectors = WORDS["selector"]
    for selector, where in (
        ("billing_method", row("RFID card", "Card") + PAGE.section("User")),
        ("card_kind", row("RFID card", "Card")),
        ("pricing_method", row("Price", "Price")),
        ("user_type", row("User", "User type")),
    ):
        for words in selectors[selector]["options"].values():
            assert f"*{words}*" in where, words
