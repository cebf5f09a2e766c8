"""The simulated chargers in a separate process, and its control port."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from .errors import DemoError
from .motion import FastMotion
from .process import ChildProcess

_REPOSITORY = Path(__file__).resolve().parents[2]
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class ChargerAddress:
    """The address of a simulated charger."""

    serial: str
    name: str
    host: str
    port: int


class SimulatorProcess:
    """An async context manager in which the chargers run. No driver comes before `begin`."""

    def __init__(self, scenario: Path, motion: FastMotion, seed: int, log: Path) -> None:
        """Use `scenario`, a file."""
        self.chargers: tuple[ChargerAddress, ...] = ()
        self._command = [
            sys.executable,
            "-m",
            "benchmarks.simulator",
            f"--seed={seed}",
            f"--config={scenario}",
            *motion.arguments(),
        ]
        self._log = log
        self._process: ChildProcess | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Start the process. Raises DemoError if it does not get ready."""
        process = await ChildProcess.start(
            "The simulator", self._command, directory=_REPOSITORY, log=self._log, talks=True
        )
        self._process = process
        try:
            await self._ready()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        if self._session is not None:
            await self._session.close()
        if self._process is not None and not self._process.ended:
            await self._process.stop(_PATIENCE_S)

    @property
    def process(self) -> ChildProcess:
        """The process."""
        assert self._process is not None, "used outside of its context"
        return self._process

    async def begin(self) -> None:
        """Let the visits begin."""
        await self._ask("POST", "start")

    async def visit(self, serial: str, driver: str, **visit: Any) -> None:
        """Send this driver to a charger next; the other arguments are fields of the simulator's `Visit`."""
        await self._ask("POST", "visit", {"charger": serial, "driver": driver, **visit})

    async def leave(self, serial: str) -> None:
        """Let the driver at a charger unplug within seconds of house time."""
        await self._ask("POST", "leave", {"charger": serial})

    async def outage(self, serial: str, seconds: float) -> None:
        """Make a charger unreachable for this number of elapsed seconds."""
        await self._ask("POST", "outage", {"charger": serial, "seconds": seconds})

    async def mix(self) -> None:
        """Let random visits follow without end."""
        await self._ask("POST", "then", {"then": "mix"})

    async def finished(self) -> list[dict[str, Any]]:
        """Return the true sessions that have ended, in the order of their ends."""
        answer = await self._ask("GET", "truth")
        finished: list[dict[str, Any]] = answer["finished"]
        return finished

    async def state(self) -> dict[str, Any]:
        """Return the present state of the chargers."""
        return await self._ask("GET", "state")

    async def _ready(self) -> None:
        ready = await self.process.line()
        if not ready:
            await self.process.wait()
            raise self.process.failure("did not start")
        addresses = json.loads(ready)
        self.chargers = tuple(ChargerAddress(**each) for each in addresses["chargers"])
        control = addresses["control"]
        self._session = aiohttp.ClientSession(f"http://{control['host']}:{control['port']}")

    async def _ask(self, method: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        assert self._session is not None, "used outside of its context"
        async with self._session.request(method, f"/simulator/{what}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            if response.status != 200:
                raise DemoError(f"The simulator refuses {what}: {answer.get('error')}")
            return answer
