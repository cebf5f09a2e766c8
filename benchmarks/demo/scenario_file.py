"""The demo's scenario as a file for the simulator."""

import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.simulator import Scenario


def write_scenario(scenario: Scenario, file: Path) -> Path:
    """Write the scenario in the format of the simulator's `--config`."""
    content = {
        "chargers": [asdict(each) for each in scenario.chargers],
        "cars": [asdict(each) for each in scenario.cars.values()],
        "drivers": [asdict(each) for each in scenario.drivers.values()],
        "visits": {serial: [asdict(visit) for visit in visits] for serial, visits in scenario.opening.items()},
        "then": scenario.then,
    }
    file.write_text(json.dumps(content, indent=2))
    return file
