"""Commits on their way to the disk: those that wait at the same moment share a transaction, one goes after another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...domain.commits import Commit, CommitFailed, Committed, OutboxEntry
from ...ledger.errors import LedgerCorrupt, LedgerError, LedgerFull, LedgerLocked, LedgerReadOnly, LedgerUnresponsive
from ...ledger.ledger import Ledger
from ..clock import watch
from .ledger_health import LedgerHealth

_LOGGER = logging.getLogger(__name__)

# One transaction of all chargers fails for the same reason as one of each.
_OF_THE_DISK = (LedgerCorrupt, LedgerFull, LedgerLocked, LedgerReadOnly)

type Answer = Committed | CommitFailed
type Done = Callable[[Any, BaseException | None], None]
"""Told on the loop what a job came to: its result, or what it raised."""
type Post = Callable[[Callable[[], Any], Done], None]
"""Has a job done on the ledger's thread, without waiting."""


@dataclass(slots=True, eq=False)
class _Waiting:
    commit: Commit
    answer: asyncio.Future[Answer | LedgerError]


class Commits:
    """Belongs to the event loop.

    It moves by callbacks. Every transition and every checkpoint of a charger pays for what lies between it and the
    disk, and tasks and chained futures would be most of that.
    """

    def __init__(self, post: Post, ledger: Ledger, health: LedgerHealth) -> None:
        """Nothing is under way."""
        self._post = post
        self._ledger = ledger
        self._health = health
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._alone: deque[_Waiting] = deque()
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        """How many wait for the one that is under way."""
        return len(self._waiting)

    async def commit(self, commit: Commit, deadline_s: float) -> Answer:
        """Make a commit durable, together with all others that wait. Never raises but when cancelled."""
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
        """Wait until nothing is under way."""
        await self._idle.wait()

    def forget(self) -> None:
        """Begin nothing more."""
        self._waiting.clear()
        self._alone.clear()

    def _add(self, commit: Commit) -> _Waiting:
        waiting = _Waiting(commit, self._loop.create_future())
        self._waiting.append(waiting)
        if self._idle.is_set():
            self._idle.clear()
            # Not at once: what is committed within this turn goes together.
            self._loop.call_soon(self._next)
        return waiting

    def _give_up(self, waiting: _Waiting, after_s: float) -> None:
        """Nobody waits for it any more: its charger comes again with all of it, and what waits must not pile up."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        _answer(waiting, unresponsive(after_s))

    def _next(self) -> None:
        if self._alone:
            self._try([self._alone.popleft()])
        elif self._waiting:
            together, self._waiting = self._waiting, []
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
        self._failed(together, error)
        # In a turn of its own: of hundreds, each may fail at once.
        self._loop.call_soon(self._next)

    def _failed(self, together: list[_Waiting], error: BaseException) -> None:
        """One charger's bad record must not keep its neighbours from the disk: each is tried alone."""
        if not isinstance(error, LedgerError):
            _LOGGER.error("The ledger failed in a way it should not", exc_info=error)
        if len(together) > 1 and not isinstance(error, _OF_THE_DISK):
            self._alone.extend(together)
            return
        refusal = error if isinstance(error, LedgerError) else LedgerError(str(error))
        for waiting in together:
            _answer(waiting, refusal)


def unresponsive(seconds: float) -> LedgerUnresponsive:
    """The error for a disk that did not answer in time."""
    return LedgerUnresponsive(f"The disk did not answer within {seconds:g} s")


def _committed(commit: Commit, entries: tuple[OutboxEntry, ...]) -> Committed:
    return Committed(commit.checkpoint.at, commit.sessions, entries)


def _answer(waiting: _Waiting, answer: Answer | LedgerError) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(answer)
