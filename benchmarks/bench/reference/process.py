"""A worker process as one of the compared variants."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..frame import Lap

ROOT = Path(__file__).parents[3]
_STARTS_WITHIN_S = 60.0
_ENDS_WITHIN_S = 20.0


class WorkerError(Exception):
    """A worker ended; its standard error contains the reason."""


class Worker:
    """A process with one integration."""

    def __init__(self, process: Process) -> None:
        """Use `worker`."""
        self._process = process
        self.found: Mapping[str, Any] = {}

    async def lap(self, whose: str) -> Lap:
        """Run one lap in the process."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{whose}\n".encode())
        await self._process.stdin.drain()
        return Lap(**await self.line())

    async def line(self) -> dict[str, Any]:
        """Return its next line. Raises WorkerError if the process has ended."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise WorkerError(f"the worker ended with exit code {await self._process.wait()}")
        said: dict[str, Any] = json.loads(line)
        return said


@dataclass(frozen=True, slots=True)
class Lapping:
    """One of the listeners of a worker."""

    name: str
    worker: Worker
    whose: str

    async def lap(self) -> Lap:
        """Run once."""
        return await self.worker.lap(self.whose)


@asynccontextmanager
async def worker(folder: Path, file: Path) -> AsyncGenerator[Worker]:
    """Start a worker with the integration in `folder`, set up from `file`, and wait until it is ready."""
    command = (sys.executable, "-m", "benchmarks.bench.reference.worker", str(folder), str(file))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    try:
        started = Worker(process)
        async with asyncio.timeout(_STARTS_WITHIN_S):
            started.found = await started.line()
        yield started
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(_ENDS_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
