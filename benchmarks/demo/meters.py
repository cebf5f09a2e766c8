"""The chargers' total counters from one run to the next: a counter that falls would look like another meter."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.simulator import Scenario

from .simulator_process import SimulatorProcess


def with_meters(scenario: Scenario, file: Path) -> Scenario:
    """Return the chargers with the counters that `save_meters` stored; without stored values they are unchanged."""
    if not file.exists():
        return scenario
    read: dict[str, float] = json.loads(file.read_text())
    chargers = (replace(each, eto_wh=round(read.get(each.serial, each.eto_wh))) for each in scenario.chargers)
    return replace(scenario, chargers=tuple(chargers))


async def save_meters(simulator: SimulatorProcess, file: Path) -> None:
    """Store the counters; do nothing if the simulator has ended."""
    with suppress(aiohttp.ClientError):
        _write(file, await simulator.state())


def _write(file: Path, state: dict[str, Any]) -> None:
    file.write_text(json.dumps({each["serial"]: each["eto"] for each in state["chargers"]}))
