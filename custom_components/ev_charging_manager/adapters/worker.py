"""One thread that does one thing after another, and that nobody has to wait for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any


class _Job[R]:
    """What is to be done, and who waits for the answer."""

    def __init__(self, function: Callable[[], R]) -> None:
        self.answer: Future[R] = Future()
        self._function = function

    def run(self) -> None:
        """Do it, unless nobody wants it any more."""
        if not self.answer.set_running_or_notify_cancel():
            return
        try:
            result = self._function()
        except BaseException as error:
            self.answer.set_exception(error)
        else:
            self.answer.set_result(result)


class Worker(Executor):
    """Runs jobs in order on a thread of its own.

    The thread is a daemon: a job that hangs, on a disk that does not answer, must not keep the process from ending.
    """

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._shut = False
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Run `fn` when everything before it is done; RuntimeError after `shutdown`."""
        if self._shut:
            raise RuntimeError("the ledger is closed")
        job = _Job(partial(fn, *args, **kwargs))
        self._jobs.put(job)
        return job.answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; the thread ends when it is done. `cancel_futures` is for pools and does nothing here."""
        self._shut = True
        self._jobs.put(None)
        if wait:
            self._thread.join()

    def abandon(self, last: Callable[[], None]) -> None:
        """Drop what has not begun, and let the thread end by itself, after a last job."""
        try:
            while True:
                if (job := self._jobs.get_nowait()) is not None:
                    job.answer.cancel()
        except Empty:
            self._jobs.put(_Job(last))
            self.shutdown(wait=False)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
