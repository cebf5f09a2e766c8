"""Queue of commits: those that wait at the same moment share a transaction; transactions run one after another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...domain.commits import Commit, CommitFailed, Committed, OutboxEntry
from ...ledger.errors import (
    CodecError,
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerLocked,
    LedgerMoved,
    LedgerReadOnly,
    LedgerUnresponsive,
)
from ...ledger.ledger import Ledger
from ..clock import watch
from .ledger_health import LedgerHealth

_LOGGER = logging.getLogger(__name__)

# Errors that every charger's transaction would have, so that trying each one alone is useless.
_OF_THE_DISK = (LedgerCorrupt, LedgerFull, LedgerLocked, LedgerMoved, LedgerReadOnly)

type Answer = Committed | CommitFailed
type Done = Callable[[Any, BaseException | None], None]
"""Called on the event loop with a job's result and None, or with None and its exception."""
type Post = Callable[[Callable[[], Any], Done], None]
"""Runs a job on the ledger's thread without waiting for it."""


@dataclass(slots=True, eq=False)
class _Waiting:
    commit: Commit
    answer: asyncio.Future[Answer | LedgerError]


class Commits:
    """The queue of commits. Use it on the event loop only.

    Hot path: every checkpoint of a charger passes through here, so it uses callbacks. Tasks and chained futures would
    take most of the time.
    """

    def __init__(self, post: Post, ledger: Ledger, health: LedgerHealth) -> None:
        """Start with an empty queue."""
        self._post = post
        self._ledger = ledger
        self._health = health
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._alone: deque[_Waiting] = deque()
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        """Return how many commits wait for the running transaction."""
        return len(self._waiting)

    async def commit(self, commit: Commit, deadline_s: float) -> Answer:
        """Make a commit durable, in one transaction with all others that wait. Raises only if it is cancelled."""
        began = watch()
        waiting = self._add(commit)
        timer = self._loop.call_later(deadline_s, self._give_up, waiting, deadline_s)
        try:
            answer = await waiting.answer
        finally:
            timer.cancel()
        charger_id = commit.checkpoint.charger_id
        if not isinstance(answer, LedgerError):
            self._health.took(charger_id, watch() - began)
            return answer
        self._health.failed(charger_id, answer)
        return CommitFailed(commit.checkpoint.at, str(answer))

    async def over(self) -> None:
        """Wait until the queue is empty and no transaction runs."""
        await self._idle.wait()

    def forget(self) -> None:
        """Drop the commits that have not begun."""
        self._waiting.clear()
        self._alone.clear()

    def _add(self, commit: Commit) -> _Waiting:
        waiting = _Waiting(commit, self._loop.create_future())
        self._waiting.append(waiting)
        if self._idle.is_set():
            self._idle.clear()
            # In the next turn of the loop: all commits of this turn share a transaction.
            self._loop.call_soon(self._next)
        return waiting

    def _give_up(self, waiting: _Waiting, after_s: float) -> None:
        """Answer that the disk is too slow and drop the commit: its charger repeats it later with all changes."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        _answer(waiting, unresponsive(after_s))

    def _next(self) -> None:
        if self._alone:
            self._try([self._alone.popleft()])
        elif self._waiting:
            together = self._waiting
            self._waiting = []
            self._try(together)
        else:
            self._idle.set()

    def _try(self, together: list[_Waiting]) -> None:
        commits = [waiting.commit for waiting in together]
        try:
            self._post(partial(self._ledger.commit, commits), partial(self._tried, together))
        except RuntimeError as error:
            self._tried(together, None, error)

    def _tried(self, together: list[_Waiting], events: Any, error: BaseException | None) -> None:
        if error is None:
            for waiting, entries in zip(together, events, strict=True):
                _answer(waiting, _committed(waiting.commit, entries))
            self._next()
            return
        if not isinstance(error, LedgerError):
            _LOGGER.error("Unexpected error while sessions were written to the ledger", exc_info=error)
        if len(together) == 1 and _of_the_data(error):
            self._write_parts(together[0])
            return
        self._failed(together, error)

    def _failed(self, together: list[_Waiting], error: BaseException) -> None:
        """Try each commit alone: the invalid record of one charger must not prevent the commits of the others."""
        if len(together) > 1 and not isinstance(error, _OF_THE_DISK):
            self._alone.extend(together)
        else:
            _fail(together, error)
        # In the next turn of the loop: hundreds of commits that fail one by one would be a deep recursion.
        self._loop.call_soon(self._next)

    def _write_parts(self, waiting: _Waiting) -> None:
        """Write what can be written of a commit: an invalid record must not block the later ones of its charger."""
        try:
            self._post(partial(self._ledger.commit_writable, waiting.commit), partial(self._parts_written, waiting))
        except RuntimeError as error:
            self._failed([waiting], error)

    def _parts_written(self, waiting: _Waiting, done: Any, error: BaseException | None) -> None:
        if error is not None:
            self._failed([waiting], error)
            return
        self._health.put_aside(done.aside)
        _answer(waiting, _committed(waiting.commit, tuple(done.entries)))
        self._loop.call_soon(self._next)


def unresponsive(seconds: float) -> LedgerUnresponsive:
    """Return the error for a disk that did not answer within this time."""
    return LedgerUnresponsive(f"The disk with the ledger did not answer within {seconds:g} s; check the disk")


def _of_the_data(error: BaseException) -> bool:
    """Return whether the values to be written cause the error, so that repeating the commit is useless."""
    return isinstance(error, CodecError) or not isinstance(error, LedgerError)


def _fail(together: list[_Waiting], error: BaseException) -> None:
    if not isinstance(error, LedgerError):
        error = LedgerError(str(error))
    for waiting in together:
        _answer(waiting, error)


def _committed(commit: Commit, entries: tuple[OutboxEntry, ...]) -> Committed:
    return Committed(commit.checkpoint.at, commit.sessions, entries)


def _answer(waiting: _Waiting, answer: Answer | LedgerError) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(answer)
