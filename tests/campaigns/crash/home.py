"""One household for a whole campaign, and the Home Assistant processes that use it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Self

from benchmarks.demo.config_directory import prepare
from benchmarks.demo.home_assistant_process import HomeAssistantProcess
from benchmarks.demo.household import connect_chargers, set_up_household
from benchmarks.demo.motion import FastMotion
from benchmarks.demo.ports import HOST, free_port
from benchmarks.demo.process import ChildProcess
from benchmarks.demo.simulator_process import SimulatorProcess
from benchmarks.simulator import Scenario

from .witness import HOME_ASSISTANT_STARTED, Witness

_WITNESS = Path(__file__).parent / "event_witness"
_STARTS_WITHIN_S = 90.0
STOPS_WITHIN_S = 60.0

# The minimum that Home Assistant starts with, so that most of the time is spent charging. No recorder, no dashboards.
_CONFIGURATION = """\
http:
  server_host: {host}
  server_port: {port}
logger:
  default: warning
  logs:
    custom_components.ev_charging_manager: info
event_witness:
  file: {witness}
"""
# The login, for tests that use Home Assistant's API.
_DOORS = """\
homeassistant:
  auth_providers:
    - type: trusted_networks
      trusted_networks: ["127.0.0.1"]
      allow_bypass_login: true
api:
config:
"""


@dataclass(slots=True)
class Life:
    """One process of Home Assistant. `since`: the first line of the witness that may be from it.

    `first`: no process with a witness ran before it.
    """

    process: ChildProcess
    since: int
    first: bool


class Home:
    """A configuration directory with its household. The chargers run independently of Home Assistant."""

    def __init__(self, root: Path, simulator: SimulatorProcess, scenario: Scenario, motion: FastMotion) -> None:
        self.config = root / "config"
        self.log = root / "home-assistant.log"
        self.witness = Witness(root / "witness.jsonl")
        self.simulator = simulator
        self.motion = motion
        self.scenario = scenario
        self.port = free_port(0)

    def accessible(self) -> HomeAssistantProcess:
        """The API of a Home Assistant, if the household was set up with `doors`."""
        return HomeAssistantProcess(self.config, f"http://{HOST}:{self.port}", self.motion, self.log)

    async def set_up(self, *, doors: bool = False) -> Self:
        """Create the household through its flows, in a Home Assistant that ends in order and has stored everything."""
        prepare(self.config, self.port, keep=False)
        async with self.accessible() as first:
            await connect_chargers(first.api, self.simulator.chargers, self.scenario)
            await set_up_household(first.api, self.simulator.chargers, self.scenario)
        content = _CONFIGURATION.format(host=HOST, port=self.port, witness=self.witness.file)
        (self.config / "configuration.yaml").write_text(content + (_DOORS if doors else ""))
        self._keep_integrations()
        return self

    def _keep_integrations(self) -> None:
        """Copies instead of links: an edit of the integration during the run must not affect the test."""
        directory = self.config / "custom_components"
        for link in list(directory.iterdir()):
            source = link.resolve()
            link.unlink()
            copytree(source, directory / link.name)
        copytree(_WITNESS, directory / _WITNESS.name)

    async def start(self) -> Life:
        """Start Home Assistant without waiting."""
        self.witness.read()
        process = await ChildProcess.start(
            "Home Assistant",
            [sys.executable, "-m", "homeassistant", "--config", str(self.config), "--skip-pip"],
            directory=self.config,
            log=self.log,
            environment=self.motion.environment(),
        )
        return Life(process, len(self.witness.lines), not self.witness.lines)

    async def started(self, life: Life) -> None:
        """Wait until Home Assistant has started. Raises DemoError with the end of its log if it fails."""
        line = await self.witness.until(
            lambda line: line["what"] == HOME_ASSISTANT_STARTED, life.since, _STARTS_WITHIN_S
        )
        if line is None:
            raise life.process.failure("did not start")

    @asynccontextmanager
    async def living(self) -> AsyncIterator[Life]:
        """Run a Home Assistant that has started, and stop it in order at the end."""
        life = await self.start()
        try:
            await self.started(life)
            yield life
        finally:
            if not life.process.ended:
                await life.process.stop(STOPS_WITHIN_S)

    def house_time(self, wall: float) -> float:
        """Return the house time (epoch seconds) at a wall time."""
        return self.motion.house_origin + (wall - self.motion.wall_origin) * self.motion.rate

    def wall_time(self, house: float) -> float:
        """Return the wall time at a house time (both epoch seconds)."""
        return self.motion.wall_origin + (house - self.motion.house_origin) / self.motion.rate
