"""The chargers' total counters from one run to the next: a meter that falls back would be another meter."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.simulator import Scenario

from .simulator_process import SimulatorProcess


def with_meters(scenario: Scenario, file: Path) -> Scenario:
    """The same chargers, whose counters go on where `save_meters` saw them; as they are where it saw none."""
    if not file.exists():
        return scenario
    read: dict[str, float] = json.loads(file.read_text())
    chargers = (replace(each, eto_wh=round(read.get(each.serial, each.eto_wh))) for each in scenario.chargers)
    return replace(scenario, chargers=tuple(chargers))


async def save_meters(simulator: SimulatorProcess, file: Path) -> None:
    """Notes what the counters say; nothing when the simulator is gone already."""
    with suppress(aiohttp.ClientError):
        _write(file, await simulator.state())


def _write(file: Path, state: dict[str, Any]) -> None:
    file.write_text(json.dumps({each["serial"]: each["eto"] for each in state["chargers"]}))
