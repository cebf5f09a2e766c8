"""A child process with its output in a file."""

import asyncio
import os
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .errors import DemoError


class ChildProcess:
    """A process that `start` starts. `stop` requests its end, and kills it if it does not end."""

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
        """Start the process. `talks`: its output is read with `line`, and only its errors go into `log`.

        It runs in a separate session, so that Ctrl-C reaches only the demo, which then ends all processes in order.
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
        """The process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.returncode is not None

    async def line(self) -> str:
        """Return the next line of its output; empty after the last one."""
        assert self._process.stdout is not None, "started without talks=True"
        return (await self._process.stdout.readline()).decode()

    async def wait(self) -> int:
        """Wait for its end; return the exit code."""
        return await self._process.wait()

    async def stop(self, patience_s: float) -> None:
        """Request its end, and kill it after a timeout."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(patience_s):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """Kill it, as a power failure would."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def failure(self, what: str) -> DemoError:
        """Return an error that shows the last lines of its log."""
        with self.log.open(errors="replace") as lines:
            last = "".join(deque(lines, maxlen=25))
        return DemoError(f"{self.name} {what}. The end of {self.log}:\n\n{last}")
