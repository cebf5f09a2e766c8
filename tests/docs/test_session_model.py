"""docs/session-model.md against the code: every value that a session can show, every number."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

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
from custom_components.ev_charging_manager.flows.options import RECORDING, SESSION
from tests.docs.pages import WORDS, page, ticked

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
    "Counters and card reader may come back after the plug": f"{recovery.WAIT_S:.0f} s",
    "Another card or a reset after the plug came back in grace tells of another car": f"{closing.WATCH_S:.0f} s",
    "Growth of the counters over an absence agrees within": (
        f"{continuity.TOLERANCE * 100:.0f} % or {continuity.TOLERANCE_MWH // MWH_PER_WH} Wh"
    ),
    "Deviation from the total that is worth a warning": (
        f"{validation.LIMIT_PCT:.0f} % and {validation.LIMIT_MWH // MWH_PER_WH} Wh"
    ),
    "Step back of a counter that is rounding": f"{fold.JITTER_MWH // MWH_PER_WH} Wh",
    "Above the largest charging power, a charger may deliver": f"{accumulator.TOLERANCE} times",
    "Lump that may arrive at once": f"{accumulator.LUMP_S:.0f} s",
    "Odd readings in a row that are a new level": f"{accumulator.AGREEING}",
    "Noise of a power meter below zero": f"{integrator.NOISE_W:.0f} W",
    "A choice made while no car is connected stands for": f"{choosing.AHEAD_S:.0f} s",
    "A car's own plug and the session are matched within": f"{plugging.WINDOW_S:.0f} s",
    "A price that arrives late counts from the boundary for": f"{prices.LATE_S:.0f} s",
}
UNITS = {"minutes": "min", "s": "s", "W": "W", "Wh": "Wh"}


def values() -> dict[str, list[str]]:
    """What the table of all values names, by what it is of; the first word of each part is the value."""
    return {name: [ticked(part)[0] for part in cell.split(";")] for name, cell in PAGE.table("All values")}


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_documented_and_no_other(name: str) -> None:
    assert values()[name] == list(VALUES[name])


def test_how_a_guest_is_charged_is_documented() -> None:
    assert values().keys() == {*VALUES, "`charge_price_method`"}
    assert values()["`charge_price_method`"] == [way for way in BillingMethod if way is not BillingMethod.NONE]


def test_fixed_numbers_are_those_of_the_code() -> None:
    assert dict(PAGE.table("Fixed numbers")) == NUMBERS


def test_numbers_in_the_text_are_the_defaults_of_the_options() -> None:
    label = {key: text for step in WORDS["options"]["step"].values() for key, text in step["data"].items()}
    default = {label[option.key].lower(): (f"{option.default:g}", option.unit) for option in (*SESSION, *RECORDING)}
    mentioned = re.findall(r"\*([a-z ]+?) of ([\d.]+) (\w+)\*", " ".join(PAGE.text.split()))

    assert {name for name, _, _ in mentioned} >= {
        "minimum duration", "minimum energy", "charging idle timeout", "wait before ending",
        "how long to wait when plug and status disagree", "power threshold", "checkpoint interval",
    }  # fmt: skip
    for name, number, unit in mentioned:
        assert (number, UNITS[unit]) == default[name], name


def test_the_largest_power_in_the_text_is_the_families() -> None:
    assert f"({Profile('', '').max_power_w / 1000:.0f} kW unless you" in " ".join(PAGE.text.split())
