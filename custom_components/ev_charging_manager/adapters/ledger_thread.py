"""The ledger on a thread of its own: a disk that is slow holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from ..domain.durability import Commit, CommitFailed, Committed, OutboxEntry
from ..ledger.errors import LedgerError
from ..ledger.ledger import Ledger

_LOGGER = logging.getLogger(__name__)
# Longer than any healthy disk takes. A commit that comes through later all the same does no harm: repeating is safe.
COMMIT_DEADLINE_S = 10.0

type Answer = Committed | CommitFailed


@dataclass(slots=True)
class _Waiting:
    commit: Commit
    answer: asyncio.Future[Answer]


class LedgerThread:
    """Runs the ledger's calls one after another, outside the event loop."""

    def __init__(self, ledger: Ledger, executor: ThreadPoolExecutor) -> None:
        """Use `open`."""
        self._ledger = ledger
        self._executor = executor
        self._waiting: list[_Waiting] = []
        self._worker: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path, zone: ZoneInfo) -> LedgerThread:
        """Open or make the file; LedgerError when that cannot be done."""
        executor = ThreadPoolExecutor(1, thread_name_prefix="ev_charging_ledger")
        try:
            ledger = await asyncio.get_running_loop().run_in_executor(executor, Ledger.open, path, zone)
        except BaseException:
            executor.shutdown(wait=False)
            raise
        return cls(ledger, executor)

    async def call[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one call of the ledger on its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))

    @property
    def ledger(self) -> Ledger:
        """The ledger, for naming its methods in `call`."""
        return self._ledger

    async def commit(self, commit: Commit) -> Answer:
        """Make a commit durable, together with all others that wait at this moment. Never raises but when cancelled."""
        waiting = _Waiting(commit, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="ev_charging_ledger commits")
        try:
            async with asyncio.timeout(COMMIT_DEADLINE_S):
                return await asyncio.shield(waiting.answer)
        except TimeoutError:
            return CommitFailed(commit.checkpoint.at, f"no answer within {COMMIT_DEADLINE_S:.0f} s")

    async def close(self) -> None:
        """Let what waits go through, close the file, and end the thread."""
        if self._worker is not None:
            await asyncio.wait([self._worker])
        try:
            await self.call(self._ledger.close)
        finally:
            # Waited for, on another thread: whoever opens the file next must not find this one still at work.
            await asyncio.get_running_loop().run_in_executor(None, self._executor.shutdown)

    async def _work(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            if len(together) > 1 and not await self._try(together, last=False):
                for alone in together:
                    await self._try([alone], last=True)
            elif len(together) == 1:
                await self._try(together, last=True)

    async def _try(self, together: list[_Waiting], last: bool) -> bool:
        """Commit together; one charger's bad record must not keep its neighbours from the disk."""
        try:
            events = await self.call(self._ledger.commit, [waiting.commit for waiting in together])
        except Exception as error:
            if not isinstance(error, LedgerError):
                _LOGGER.exception("The ledger failed in a way it should not")
            if last:
                self._refuse(together, error)
            return False
        for waiting, entries in zip(together, events, strict=True):
            _answer(waiting, _committed(waiting.commit, entries))
        return True

    def _refuse(self, together: list[_Waiting], error: Exception) -> None:
        for waiting in together:
            _answer(waiting, CommitFailed(waiting.commit.checkpoint.at, str(error)))


def _committed(commit: Commit, entries: tuple[OutboxEntry, ...]) -> Committed:
    return Committed(commit.checkpoint.at, commit.sessions, entries)


def _answer(waiting: _Waiting, answer: Answer) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(answer)
