"""Scenarios from a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.simulator import Pause, load_scenario
from benchmarks.simulator.config import ConfigError, scenario_from

from .scenes import play


def config(**changed: Any) -> dict[str, Any]:
    return {
        "chargers": [{"serial": "1", "name": "Yard", "cards": [{"slot": 1, "name": "Anna"}], "firmware": "59.4"}],
        "cars": [{"name": "ID.4", "battery_wh": 77000, "max_w": 11000}],
        "drivers": [{"name": "Anna", "car": "ID.4", "card": 1, "who": "Anna", "kind": "resident"}],
        "visits": {"1": [{"driver": "Anna", "stay_s": 1800, "pauses": [{"after_s": 60, "for_s": 60}]}]},
    } | changed


def test_visits_of_a_scenario_file_use_the_drivers_card(tmp_path: Path) -> None:
    file = tmp_path / "yard.json"
    file.write_text(json.dumps(config()))
    scenario = load_scenario(file)
    (visit,) = scenario.opening["1"]
    assert (visit.card, visit.pauses) == (1, (Pause(60, 60),))
    garage, _ = play(scenario)
    assert [each.who for each in garage.book.finished] == ["Anna"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"chargers": [{"serial": "1", "name": "Yard", "colour": "red"}]}, "chargers[0].colour"),
        ({"chargers": [{"serial": 1, "name": "Yard"}]}, "chargers[0].serial"),
        ({"chargers": [{"serial": "1", "name": "Yard", "encoding": "xml"}]}, "chargers[0]"),
        ({"chargers": [{"serial": "1", "name": "Yard", "firmware": "new"}]}, "chargers[0]"),
        ({"chargers": None}, "chargers"),
        ({"cars": [{"name": "ID.4"}]}, "cars[0]"),
        ({"cars": []}, "unknown cars"),
        ({"drivers": [{"name": "Anna", "car": "ID.4", "card": 1, "kind": "ghost"}]}, "drivers[0]"),
        ({"visits": {"2": []}}, "unknown chargers"),
        ({"visits": {"1": [{"driver": "Ben"}]}}, "visits.1[0].driver"),
        ({"visits": {"1": [{"driver": "Anna", "card": 11}]}}, "visits.1[0]"),
        ({"visits": {"1": [{"driver": "Anna", "card_s": 9000}]}}, "visits.1[0]"),
        ({"visits": {"1": [{"driver": "Anna", "pauses": [{"after_s": 1}]}]}}, "visits.1[0].pauses[0]"),
        ({"visits": {"1": [{"driver": "Anna", "lags": {"lock_s": -1}}]}}, "visits.1[0].lags"),
        ({"then": "stay"}, "scenario"),
        ({"weather": "fine"}, "scenario.weather"),
    ],
)
def test_mistake_in_a_file_is_named_with_its_place(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        scenario_from(config(**changed))
    assert said in str(caught.value)


def test_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "yard.json"
    file.write_text("{")
    with pytest.raises(ConfigError, match=r"yard\.json"):
        load_scenario(file)
