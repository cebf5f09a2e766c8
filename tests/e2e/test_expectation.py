"""The expected record depends on the household: a wrong expectation would make the comparison meaningless."""

from typing import Any

import pytest

from benchmarks.demo.expectation import Expectation
from benchmarks.demo.prices import SpotPrice, cost_micro, slack_micro
from benchmarks.demo.stand_in.demo_spot_market.prices import price_at

NOON = 1_772_366_400
STRANGER: dict[str, Any] = {
    "charger_name": "Garage right",
    "who": "Unknown",
    "unknown_reason": "card_unmapped",
    "vehicle": "Leaf",
    "card": 4,
    "plugged_at": NOON,
    "unplugged_at": NOON + 1800.0,
    "max_power_w": 6_000,
}


def test_session_of_a_card_that_is_named_meanwhile_is_its_owners() -> None:
    expectation = Expectation()
    expectation.name("Garage right", 4, "Ben", NOON + 900)
    told = expectation.of(STRANGER)
    assert (told["who"], told["unknown_reason"], told["vehicle"]) == ("Ben", None, None)


@pytest.mark.parametrize(
    "other", [{"unplugged_at": NOON + 800.0}, {"charger_name": "Garage left"}, {"card": 6}, {"card": None}]
)
def test_other_sessions_keep_their_user(other: dict[str, Any]) -> None:
    expectation = Expectation()
    expectation.name("Garage right", 4, "Ben", NOON + 900)
    truth = STRANGER | other
    assert expectation.of(truth) == truth


def test_default_user_has_every_session_of_a_charger_without_cards() -> None:
    carport = STRANGER | {"charger_name": "Carport"}
    assert Expectation({"Carport": "Clara"}).of(carport)["who"] == "Clara"
    assert Expectation({"Carport": "Clara"}).of(STRANGER)["who"] == "Unknown"


def test_spot_cost_is_the_sum_of_the_quarter_hours() -> None:
    price = SpotPrice(additional=0.145, vat=1.25)
    assert {price_at(NOON + 899.9), price_at(NOON)} == {price_at(NOON)}
    assert price_at(NOON) != price_at(NOON + 900)
    truth = STRANGER | {"counter_mwh": 3_000_000, "quarters_mwh": {str(NOON): 1_000_000, str(NOON + 900): 2_000_000}}
    first, second = ((price_at(NOON + at) / 1000 + 0.145) * 1.25 for at in (0, 900))
    assert cost_micro(price, truth) == pytest.approx((first + 2 * second) * 1e6)
    # 6 kW for one minute at the wrong price: 0.1 kWh.
    assert slack_micro(price, truth, 60.0) == pytest.approx(0.1 * abs(second - first) * 1e6)


def test_fixed_price_leaves_no_slack() -> None:
    truth = STRANGER | {"counter_mwh": 3_000_000, "quarters_mwh": {str(NOON): 3_000_000}}
    assert cost_micro(0.25, truth) == 750_000
    assert slack_micro(0.25, truth, 60.0) == 0
