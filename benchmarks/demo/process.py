"""A process of its own whose output goes into a file."""

import asyncio
import os
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .errors import DemoError


class ChildProcess:
    """Started by `start`; `stop` asks it to end, and ends it when it does not."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        directory: Path,
        log: Path,
        environment: Mapping[str, str] | None = None,
        talks: bool = False,
    ) -> "ChildProcess":
        """Starts it. `talks`: what it prints is read with `line`, and only its complaints go into `log`.

        It gets a session of its own, so that Ctrl-C reaches us alone and everything ends in order.
        """
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=directory,
                env=os.environ | (environment or {}),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=PIPE if talks else output,
                stderr=output if talks else STDOUT,
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it is no more."""
        return self._process.returncode is not None

    async def line(self) -> str:
        """The next line that it prints; empty when there is none any more."""
        assert self._process.stdout is not None, "started without talks=True"
        return (await self._process.stdout.readline()).decode()

    async def wait(self) -> int:
        """Waits for its end; its exit code."""
        return await self._process.wait()

    async def stop(self, patience_s: float) -> None:
        """Asks it to end, and kills it when it takes longer than that."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(patience_s):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """Ends it at once, as a power failure would."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def failure(self, what: str) -> DemoError:
        """An error that shows the last lines of its log."""
        with self.log.open(errors="replace") as lines:
            last = "".join(deque(lines, maxlen=25))
        return DemoError(f"{self.name} {what}. The end of {self.log}:\n\n{last}")
