"""The ledger on a separate thread, so that a slow, full or damaged disk does not block the event loop."""

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
from ...ledger.errors import LedgerCorrupt, LedgerError, LedgerMoved
from ...ledger.ledger import Ledger
from ..clock import house_clock, watch
from .backup_mode import BackupMode
from .commits import Answer, Commits, Done, unresponsive
from .ledger_health import LedgerHealth
from .worker import Worker

_LOGGER = logging.getLogger(__name__)
CLOSE_S = 1.0
# A disk that damages one file after another must not be filled with replacements.
MEND_SPACING_S = 600.0

type _Opened = tuple[Ledger, Mended | None]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long to wait for the disk, in seconds; longer than any healthy disk takes.

    A commit that succeeds after its deadline does no harm, because repeating it is safe. Opening can take longest: the
    rows of a damaged ledger with a hundred thousand sessions are read one by one.
    """

    commit_s: float = 10.0
    call_s: float = 30.0
    open_s: float = 900.0


class LedgerThread:
    """Runs the calls of the ledger one after another, outside the event loop.

    The first call that finds the file damaged replaces it, and is then repeated on the new file.
    """

    def __init__(self, ledger: Ledger, worker: Worker, now: Callable[[], float]) -> None:
        """Do not call this; use `open`."""
        self.health = LedgerHealth()
        self.deadlines = Deadlines()
        self.mend_spacing_s = MEND_SPACING_S
        self._ledger = ledger
        self._worker = worker
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._commits = Commits(self._post, ledger, self.health)
        self._mended_at = float("-inf")
        self._replaced_at = float("-inf")
        self._backup = BackupMode(lambda: self._submit(ledger.move_again))

    @classmethod
    async def open(cls, path: Path, zone: ZoneInfo, now: Callable[[], float] | None = None) -> Self:
        """Open or create the file; raises LedgerError. `now` returns UTC epoch seconds."""
        now = now or _utc
        worker = Worker("ev_charging_ledger")
        ledger, mended = await _opened(worker, partial(Ledger.open_or_mend, path, zone, now()))
        thread = cls(ledger, worker, now)
        if mended is not None:
            thread.health.was_mended(mended)
        return thread

    async def call[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function on the ledger's thread; raises LedgerUnresponsive after the deadline."""
        answer = self._submit(partial(function, *args, **kwargs))
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
        """How many commits wait for the running transaction; at most one for each charger."""
        return len(self._commits)

    async def commit(self, commit: Commit) -> Answer:
        """Make a commit durable, in one transaction with all others that wait. Raises only if it is cancelled."""
        return await self._commits.commit(commit, self.deadlines.commit_s)

    async def keep_still(self, already: bool = False) -> None:
        """Leave the file unchanged while a backup copies it, for two hours at most; commits are kept in the WAL.

        `already`: the backup began before the file was opened here. Raises LedgerError.
        """
        await self.call(self._ledger.keep_still, already)
        self._backup.begin()

    async def move_again(self) -> None:
        """Allow changes of the file again: the backup has ended."""
        self._backup.cancel()
        await self.call(self._ledger.move_again)

    async def close(self, deadline_s: float = CLOSE_S) -> None:
        """Finish the waiting commits, close the file, and end the thread.

        After the deadline the thread is left alone. The file is intact at any moment, and missing energy is found again
        from the chargers' counters.
        """
        self._backup.cancel()
        try:
            async with asyncio.timeout(deadline_s):
                await self._commits.over()
                await asyncio.shield(self._submit(self._close_in_place))
        except LedgerError as error:
            self._submit(self._ledger.release)
            # All commits are durable: they are in the WAL.
            _LOGGER.warning("Could not close the ledger properly; no session is lost: %s", error)
        except TimeoutError:
            _LOGGER.warning("The ledger did not close within %s s; it closes when the disk answers", deadline_s)
            self._abandon()
            return
        # Wait on another thread: the next one to open the file must not find this thread still at work.
        await self._loop.run_in_executor(None, self._worker.shutdown)

    def _close_in_place(self) -> None:
        self._ledger.refuse_moved()
        self._ledger.close()

    def _abandon(self) -> None:
        self._commits.forget()
        self._worker.abandon(self._ledger.close)

    def _submit[R](self, job: Callable[[], R]) -> asyncio.Future[R]:
        """Run a job on the ledger thread; the caller may be gone when it fails."""
        answer: asyncio.Future[R] = self._loop.create_future()
        answer.add_done_callback(_retrieve)
        self._post(job, partial(_settle, answer), answer.cancel)
        return answer

    def _post(self, job: Callable[[], Any], done: Done, drop: Callable[[], object] = lambda: None) -> None:
        """Run a job on the ledger thread and call `done` on the event loop; call `drop` if the job never begins."""
        self._worker.post(partial(self._run, job, done), drop)

    def _run(self, job: Callable[[], Any], done: Done) -> None:
        """On the ledger thread: run a job and report its result or exception."""
        try:
            result = self._run_repaired(job)
        except BaseException as error:
            self._call_on_loop(done, None, error)
        else:
            self._call_on_loop(done, result, None)

    def _call_on_loop[*Ts](self, function: Callable[[*Ts], object], *args: *Ts) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(function, *args)

    def _run_repaired[R](self, job: Callable[[], R]) -> R:
        """On the ledger thread: run a job; if the file is damaged or gone, repair that and run the job again."""
        try:
            return job()
        except LedgerMoved as error:
            self._restore(error)
            return job()
        except LedgerCorrupt as error:
            if watch() - self._mended_at < self.mend_spacing_s:
                raise
            mended = self._ledger.mend(error, self._now())
            self._mended_at = watch()
        self._call_on_loop(self.health.was_mended, mended)
        return job()

    def _restore(self, error: LedgerMoved) -> None:
        """On the ledger thread: write the file back to its path. Raises LedgerError."""
        replaced = self._ledger.path.exists()
        if replaced and watch() - self._replaced_at < self.mend_spacing_s:
            # A program that replaces the file again and again must not fill the disk with files put aside.
            raise error
        restored = self._ledger.restore(self._now())
        if replaced:
            self._replaced_at = watch()
        self._call_on_loop(self.health.was_restored, restored)


def _utc() -> float:
    return house_clock().now().utc


async def _opened(worker: Worker, job: Callable[[], _Opened]) -> _Opened:
    """Open the file on the worker's thread; on an error or after the deadline leave no open file and no thread."""
    late = worker.submit(job)
    opening = asyncio.wrap_future(late)
    try:
        done, _ = await asyncio.wait([opening], timeout=Deadlines().open_s)
        if not done:
            raise unresponsive(Deadlines().open_s)
        return opening.result()
    except BaseException:
        opening.add_done_callback(_retrieve)
        worker.submit(partial(_close_late, late))
        worker.shutdown(wait=False)
        if opening.done():
            # The thread has nothing more to do: wait for its end.
            await asyncio.get_running_loop().run_in_executor(None, worker.shutdown)
        raise


def _close_late(opening: Future[_Opened]) -> None:
    """On the ledger thread: close a file that was opened too late. The event loop can have ended."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].close()


def _retrieve(answer: asyncio.Future[Any]) -> None:
    """Mark an exception as retrieved, so that asyncio does not log it."""
    if not answer.cancelled():
        answer.exception()


def _settle[R](answer: asyncio.Future[R], result: R, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
