"""Prints each session as it ends, and finally compares all sessions with the truth."""

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Self

from .api import ApiSocket
from .comparison import Comparison, Truth, Yardstick, compare
from .expectation import Expectation
from .home_assistant_process import HomeAssistantProcess
from .narrator import EVENTS, Narrator
from .recorded import recorded_sessions
from .simulator_process import SimulatorProcess
from .terminal import say

_LOOK_EVERY_S = 0.25
# Elapsed seconds after its end in which a session must be recorded.
_RECORDED_WITHIN_S = 15.0


class Watch:
    """An async context manager that listens to the events. `earlier`: ids of the sessions of earlier runs."""

    def __init__(
        self,
        home_assistant: HomeAssistantProcess,
        simulator: SimulatorProcess,
        config: Path,
        yardstick: Yardstick,
        expectation: Expectation,
        earlier: Collection[str] = (),
    ) -> None:
        self._home_assistant = home_assistant
        self._simulator = simulator
        self._config = config
        self._yardstick = yardstick
        self._expectation = expectation
        self._earlier = earlier
        self._narrator = Narrator([each.name for each in simulator.chargers], yardstick.zone, earlier)
        self._socket: ApiSocket | None = None
        self._telling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Subscribe to the events."""
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        await self.look_away()

    async def listen(self) -> None:
        """Print the events from now on."""
        self._socket = await self._home_assistant.api.socket()
        for event_type in EVENTS:
            await self._socket.command("subscribe_events", event_type=event_type)
        self._telling = asyncio.create_task(self._tell(self._socket), name="narrator")

    async def look_away(self) -> None:
        """Stop listening, and expect the end of Home Assistant, until `listen`."""
        telling, self._telling = self._telling, None
        socket, self._socket = self._socket, None
        if telling is not None:
            telling.cancel()
            await asyncio.wait([telling])
        if socket is not None:
            await socket.close()

    async def until(self, enough: asyncio.Event, sessions: int | None) -> int:
        """Wait until `enough` is set or this number of sessions ended; return the exit code."""
        overdue: float | None = None
        while not enough.is_set() and not (sessions and len(self._narrator.told) >= sessions):
            self.check()
            if sessions and overdue is None and len(await self._over()) >= sessions:
                overdue = time.monotonic() + _RECORDED_WITHIN_S
            if overdue is not None and time.monotonic() > overdue:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await enough.wait()
        return await self.conclude()

    @property
    def told(self) -> Collection[str]:
        """The ids of the sessions that have ended."""
        return self._narrator.told

    def check(self) -> None:
        """Raise DemoError if a process has ended unexpectedly."""
        if self._simulator.process.ended:
            raise self._simulator.process.failure("ended unexpectedly")
        if self._telling is None:
            return
        if self._home_assistant.process.ended:
            raise self._home_assistant.process.failure("ended unexpectedly")
        if self._telling.done():
            self._telling.result()
            raise self._home_assistant.process.failure("closed the connection")

    async def _tell(self, socket: ApiSocket) -> None:
        async for event in socket.events():
            line = self._narrator.line(event["event_type"], event["data"])
            if line is not None:
                say(line)

    async def _over(self) -> list[Truth]:
        """Return the true sessions that have ended and should be recorded."""
        return [truth for truth in await self._simulator.finished() if not truth["micro"]]

    async def conclude(self) -> int:
        """Compare all sessions so far with the truth; return 0 if they are equal."""
        comparison = await self._compare()
        if not comparison.pairs and comparison.settled:
            return 0
        for difference in comparison.differences:
            say(f"  {difference}")
        say(comparison.closing_line())
        if comparison.equal:
            return 0
        return 1

    async def _compare(self) -> Comparison:
        """Wait a moment until the last sessions are recorded."""
        deadline = time.monotonic() + _RECORDED_WITHIN_S
        while True:
            truths = [self._expectation.of(each) for each in await self._simulator.finished()]
            records = recorded_sessions(self._config, besides=self._earlier)
            comparison = compare(truths, records, self._yardstick)
            if comparison.settled or time.monotonic() > deadline:
                return comparison
            await asyncio.sleep(_LOOK_EVERY_S)
