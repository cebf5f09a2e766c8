"""docs/session-model.md and the code: every value that a session can have, every option and every fixed number."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from custom_components.ev_charging_manager import options
from custom_components.ev_charging_manager.domain.household import BillingMethod, UserType
from custom_components.ev_charging_manager.domain.identity import car_match as plugging
from custom_components.ev_charging_manager.domain.messages import Phase, Status
from custom_components.ev_charging_manager.domain.metering import accumulator, fold, integrator, validation
from custom_components.ev_charging_manager.domain.pricing import prices
from custom_components.ev_charging_manager.domain.profile import Profile
from custom_components.ev_charging_manager.domain.quantity import MWH_PER_WH
from custom_components.ev_charging_manager.domain.records import IdentifiedBy, Outcome, UnknownReason
from custom_components.ev_charging_manager.domain.session import (
    assignment as choosing,
    continuity,
    ending as closing,
    recovery,
)
from custom_components.ev_charging_manager.domain.tariff import CostMethod
from tests.docs.pages import WORDS, page, ticked

NUMBER_OPTIONS = [option for option in options.OPTIONS if isinstance(option, options.NumberOption)]
PAGE = page("session-model.md")
VALUES: dict[str, type[StrEnum]] = {
    "Status": Status,
    "Phase": Phase,
    "Outcome, in the ledger": Outcome,
    "`identified_by`": IdentifiedBy,
    "`user_type`": UserType,
    "`unknown_reason`": UnknownReason,
    "`cost_method`": CostMethod,
}
NUMBERS = {
    "Time for counters and card reader to come back after the plug": f"{recovery.WAIT_S:.0f} s",
    "Time in which another card or a reset after a replug means another car": f"{closing.WATCH_S:.0f} s",
    "Tolerance for the growth of the counters over an absence": (
        f"{continuity.TOLERANCE * 100:.0f} % or {continuity.TOLERANCE_MWH // MWH_PER_WH} Wh"
    ),
    "Deviation from the total counter that causes a warning": (
        f"{validation.LIMIT_PCT:.0f} % and {validation.LIMIT_MWH // MWH_PER_WH} Wh"
    ),
    "Step back of a counter that is rounding": f"{fold.JITTER_MWH // MWH_PER_WH} Wh",
    "Tolerance above the maximum charging power": f"{accumulator.TOLERANCE} times",
    "Longest lump of energy reported together": f"{accumulator.LUMP_S:.0f} s",
    "Consecutive outliers that set a new level": f"{accumulator.AGREEING}",
    "Noise of a power meter below zero": f"{integrator.NOISE_W:.0f} W",
    "Validity of a choice made while no car is connected": f"{choosing.AHEAD_S:.0f} s",
    "Time between a car's own plug and a session that match": f"{plugging.WINDOW_S:.0f} s",
    "Delay up to which a price counts from the boundary": f"{prices.LATE_S:.0f} s",
}
TITLE = "Sessions: begin, end and content"
# The options that decide about the begin and end of a session.
OPTIONS = (
    "shortest_session_s", "least_energy_wh", "idle_timeout_min", "grace_min", "debounce_s", "power_threshold_w",
    "checkpoint_s",
)  # fmt: skip
UNITS = {"minutes": "min", "s": "s", "W": "W", "Wh": "Wh"}


def values() -> dict[str, list[str]]:
    """Return the documented values by name. The first code of each part of a cell is the value."""
    return {name: [ticked(part)[0] for part in cell.split(";")] for name, cell in PAGE.table("All values")}


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_documented_and_no_other(name: str) -> None:
    assert values()[name] == list(VALUES[name])


def test_every_charge_price_method_is_documented() -> None:
    assert values().keys() == {*VALUES, "`charge_price_method`"}
    assert values()["`charge_price_method`"] == [way for way in BillingMethod if way is not BillingMethod.NONE]


def test_documented_fixed_numbers_are_those_of_the_code() -> None:
    assert dict(PAGE.table("Fixed numbers")) == NUMBERS


def test_the_first_table_has_the_labels_and_defaults_of_the_options() -> None:
    labels = {key: label for step in WORDS["options"]["step"].values() for key, label in step["data"].items()}
    defaults = {labels[option.key]: f"{option.default:g} {option.unit}" for option in NUMBER_OPTIONS}
    documented = {label: default for _, label, default in PAGE.table(TITLE)}

    assert documented.items() <= defaults.items()
    assert {labels[key] for key in OPTIONS} == documented.keys()


def test_numbers_in_the_text_are_the_defaults_of_the_options() -> None:
    default = {short: number for short, _, number in PAGE.table(TITLE)}
    mentioned = re.findall(r"\*([a-z ]+?) of ([\d.]+) (\w+)\*", " ".join(PAGE.text.split()))

    assert {name for name, _, _ in mentioned} == default.keys()
    for name, number, unit in mentioned:
        assert f"{number} {UNITS[unit]}" == default[name], name


def test_the_maximum_power_in_the_text_is_the_default_of_the_profiles() -> None:
    assert f"({Profile('', '').max_power_w / 1000:.0f} kW unless you" in " ".join(PAGE.text.split())
