"""The ledger on a thread of its own: a disk that is slow, full or torn holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from ...domain.commits import Commit
from ...ledger.damage.replacement import Mended
from ...ledger.errors import LedgerCorrupt, LedgerError
from ...ledger.ledger import Ledger
from ..clock import house_clock, watch
from .commits import Answer, Commits, Done, unresponsive
from .ledger_health import LedgerHealth
from .worker import Worker

_LOGGER = logging.getLogger(__name__)
CLOSE_S = 1.0
# A disk that tears one file after another is not mended by more files.
MEND_SPACING_S = 600.0
STILL_AT_MOST_S = 2 * 3600.0


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the disk may take for an answer, in seconds; more than any healthy one does.

    A commit that comes through later all the same does no harm: repeating is safe. To open may take longest: a damaged
    ledger of a hundred thousand sessions is read row by row.
    """

    commit_s: float = 10.0
    call_s: float = 30.0
    open_s: float = 900.0


class LedgerThread:
    """Runs the ledger's calls one after another, outside the event loop.

    A damaged file is put aside by the first call that finds it so, and the call is repeated on what could be saved.
    """

    def __init__(self, ledger: Ledger, worker: Worker, now: Callable[[], float]) -> None:
        """Use `open`."""
        self.health = LedgerHealth()
        self.deadlines = Deadlines()
        self.mend_spacing_s = MEND_SPACING_S
        self._ledger = ledger
        self._worker = worker
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._commits = Commits(self._post, ledger, self.health)
        self._mended_at = float("-inf")
        self._still: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, path: Path, zone: ZoneInfo, now: Callable[[], float] | None = None) -> Self:
        """Open or make the file; LedgerError when that cannot be done. `now` tells UTC epoch seconds."""
        worker = Worker("ev_charging_ledger")
        now = now or _utc
        late = worker.submit(partial(Ledger.open_or_mend, path, zone, now()))
        opening = asyncio.wrap_future(late)
        try:
            done, _ = await asyncio.wait([opening], timeout=Deadlines().open_s)
            if not done:
                raise unresponsive(Deadlines().open_s)
            ledger, mended = opening.result()
        except BaseException:
            opening.add_done_callback(_seen)
            worker.submit(partial(_close_late, late))
            worker.shutdown(wait=False)
            if opening.done():
                # It has an answer, and nothing more to do: a refused file leaves no thread behind.
                await asyncio.get_running_loop().run_in_executor(None, worker.shutdown)
            raise
        thread = cls(ledger, worker, now)
        if mended is not None:
            thread._was_mended(mended)
        return thread

    async def call[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one call of the ledger on its thread; LedgerUnresponsive when no answer comes in time."""
        answer = self._ask(partial(function, *args, **kwargs))
        done, _ = await asyncio.wait([answer], timeout=self.deadlines.call_s)
        if not done:
            raise unresponsive(self.deadlines.call_s)
        return answer.result()

    @property
    def ledger(self) -> Ledger:
        """The ledger, for naming its methods in `call`."""
        return self._ledger

    @property
    def waiting(self) -> int:
        """How many commits wait for the one that is under way; never more than there are chargers."""
        return len(self._commits)

    async def commit(self, commit: Commit) -> Answer:
        """Make a commit durable, together with all others that wait at this moment. Never raises but when cancelled."""
        return await self._commits.commit(commit, self.deadlines.commit_s)

    async def keep_still(self, already: bool = False) -> None:
        """Leave the file as it is from now on, while a backup copies it; what is committed gathers beside it.

        `already`: the backup began before the file was opened here. A backup that never ends does not hold it up for
        ever. LedgerError when it cannot be.
        """
        await self.call(self._ledger.keep_still, already)
        self._cancel_still()
        self._still = self._loop.call_later(STILL_AT_MOST_S, self._still_too_long)

    async def move_again(self) -> None:
        """The backup is over."""
        self._cancel_still()
        await self.call(self._ledger.move_again)

    def _still_too_long(self) -> None:
        _LOGGER.warning(
            "The backup did not end within %.0f h; the ledger does not wait any longer", STILL_AT_MOST_S / 3600
        )
        self._ask(self._ledger.move_again)

    def _cancel_still(self) -> None:
        if self._still is not None:
            self._still.cancel()
            self._still = None

    async def close(self, deadline_s: float = CLOSE_S) -> None:
        """Let what waits go through, close the file, and end the thread.

        What does not answer in time is left to itself: the file is whole at any moment, and what is not in it is
        found again from the chargers' counters.
        """
        self._cancel_still()
        try:
            async with asyncio.timeout(deadline_s):
                await self._commits.over()
                await asyncio.shield(self._ask(self._ledger.close))
        except LedgerError as error:
            # The file is whole all the same: what was committed stands beside it.
            _LOGGER.warning("The ledger could not be closed in order: %s", error)
        except TimeoutError:
            _LOGGER.warning("The ledger did not close within %s s; it closes when the disk answers", deadline_s)
            self._abandon()
            return
        # Waited for, on another thread: whoever opens the file next must not find this one still at work.
        await self._loop.run_in_executor(None, self._worker.shutdown)

    def _abandon(self) -> None:
        self._commits.forget()
        self._worker.abandon(self._ledger.close)

    def _ask[R](self, job: Callable[[], R]) -> asyncio.Future[R]:
        """Have a job done on the thread. Whoever asked may not be there any more when it fails."""
        answer: asyncio.Future[R] = self._loop.create_future()
        answer.add_done_callback(_seen)
        self._post(job, partial(_settle, answer), answer.cancel)
        return answer

    def _post(self, job: Callable[[], Any], done: Done, drop: Callable[[], object] = lambda: None) -> None:
        """Have a job done on the thread, and tell the loop what it came to; `drop` where it is not begun any more."""
        self._worker.post(partial(self._do, job, done), drop)

    def _do(self, job: Callable[[], Any], done: Done) -> None:
        """On the thread: do a job, whatever comes of it."""
        try:
            result = self._mending(job)
        except BaseException as error:
            self._tell(done, None, error)
        else:
            self._tell(done, result, None)

    def _tell(self, told: Callable[..., None], *what: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(told, *what)

    def _mending[R](self, job: Callable[[], R]) -> R:
        """On the thread: do a job, on a mended ledger if the file turns out to be damaged."""
        try:
            return job()
        except LedgerCorrupt as error:
            if watch() - self._mended_at < self.mend_spacing_s:
                raise
            mended = self._ledger.mend(error, self._now())
            self._mended_at = watch()
        self._tell(self._was_mended, mended)
        return job()

    def _was_mended(self, mended: Mended) -> None:
        self.health.was_mended(mended)


def _utc() -> float:
    return house_clock().now().utc


def _close_late(opening: Future[tuple[Ledger, Mended | None]]) -> None:
    """Nobody waited for the file to open: close it, on the thread that has opened it. The loop may be gone by then."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].close()


def _seen(answer: asyncio.Future[Any]) -> None:
    if not answer.cancelled():
        answer.exception()


def _settle[R](answer: asyncio.Future[R], result: R, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
