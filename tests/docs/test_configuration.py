"""docs/configuration.md and the forms: every field by its label, every option with its default and range."""

from __future__ import annotations

import re
from typing import Any

import pytest

from custom_components.ev_charging_manager.const import OPT_NOTIFY_UNMAPPED
from custom_components.ev_charging_manager.domain.household import Options
from custom_components.ev_charging_manager.domain.profile import Profile
from custom_components.ev_charging_manager.flows.entities import LARGEST_SESSION_KWH
from custom_components.ev_charging_manager.flows.fields import LARGEST_POWER_KW
from custom_components.ev_charging_manager.flows.options import RECORDING, SESSION, NumberOption
from custom_components.ev_charging_manager.flows.pricing import LARGEST_VAT, SMALLEST_VAT
from custom_components.ev_charging_manager.flows.vehicle import DEFAULTS, LARGEST_EFFICIENCY, LEAST_EFFICIENCY
from tests.docs.pages import WORDS, page, ticked

PAGE = page("configuration.md")
OF_OPTIONS = WORDS["options"]["step"]
SUBENTRIES = WORDS["config_subentries"]

# The steps that each table documents: section, number of the table, form, steps.
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
NUMBERS = (*SESSION, *RECORDING)


def labels(form: str, steps: tuple[str, ...]) -> list[str]:
    """Return the labels of the fields in these steps. The ten slots share one row of the table."""
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


def as_documented(option: NumberOption, label: str) -> list[str]:
    """Return the label, key, default and range of an option in the notation of the table."""
    default, low, high = plain(option.default), plain(option.low), plain(option.high)
    return [label, f"`{option.key}`", f"{default} {option.unit}", f"{low}–{high} {option.unit}"]


def test_every_option_is_documented_with_its_default_and_its_range() -> None:
    label: dict[str, Any] = OF_OPTIONS["init"]["data"] | OF_OPTIONS["recording"]["data"]
    notify = "on" if Options().notify_unmapped else "off"
    expected = [as_documented(option, label[option.key]) for option in NUMBERS]
    expected.append([label[OPT_NOTIFY_UNMAPPED], f"`{OPT_NOTIFY_UNMAPPED}`", notify, "on, off"])

    assert {row[1]: row[:4] for row in PAGE.table("Options")} == {row[1]: row for row in expected}
    assert label.keys() == {ticked(row[1])[0] for row in expected}


def row(section: str, name: str) -> str:
    """Return the default and the explanation of a field."""
    return next(" | ".join(cells[1:]) for cells in PAGE.table(section) if cells[0] == name)


def test_documented_defaults_and_limits_are_those_of_the_forms() -> None:
    assert f"{LARGEST_SESSION_KWH:,.0f} kWh" in row("Entities", "Session energy")
    assert f"at most {LARGEST_POWER_KW:.0f} kW" in row("Entities", "Maximum charging power")
    assert row("Entities", "Maximum charging power").startswith(f"{Profile('', '').max_power_w / 1000:.0f} kW")
    assert f"{SMALLEST_VAT} to {LARGEST_VAT:g};" in row("Price", "VAT multiplier")
    assert f"{LEAST_EFFICIENCY:.2f} to {LARGEST_EFFICIENCY:.2f}:" in row("Vehicle", "Charging efficiency")
    assert row("Vehicle", "Charging efficiency").startswith(f"{DEFAULTS['efficiency']:.2f} ")
    assert row("Vehicle", "Maximum charging power").startswith(f"{DEFAULTS['max_charge_kw']:.0f} kW")
    assert f"at most {LARGEST_POWER_KW:.0f} kW" in row("Vehicle", "Maximum charging power")
    assert row("Vehicle", "Phases").startswith(WORDS["selector"]["phases"]["options"][str(DEFAULTS["phases"])])


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
