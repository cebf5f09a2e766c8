"""A thread that runs jobs one after another, without a caller that waits for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread


@dataclass(slots=True)
class _Job:
    """A function to run, and one to call if the job is dropped before it begins. Neither may raise."""

    run: Callable[[], None]
    drop: Callable[[], object]


class Worker:
    """Runs jobs in order on a separate thread.

    It is a daemon thread, so that a job that hangs on an unresponsive disk does not keep the process from ending.
    """

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._shut = False
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def post(self, run: Callable[[], None], drop: Callable[[], object] = lambda: None) -> None:
        """Call `run`, which must not raise, on the thread after all earlier jobs.

        Raises RuntimeError after `shutdown`.
        """
        if self._shut:
            raise RuntimeError("the ledger is closed")
        self._jobs.put(_Job(run, drop))

    def submit[R](self, function: Callable[[], R]) -> Future[R]:
        """Like `post`, but return a future with the result that any thread may wait for."""
        answer: Future[R] = Future()
        self.post(partial(_into, answer, function), answer.cancel)
        return answer

    def shutdown(self, wait: bool = True) -> None:
        """Accept no more jobs; the thread ends after the last one."""
        self._shut = True
        self._jobs.put(None)
        if wait:
            self._thread.join()

    def abandon(self, last: Callable[[], None]) -> None:
        """Drop the jobs that have not begun, run `last`, and let the thread end without waiting for it."""
        try:
            while True:
                if (job := self._jobs.get_nowait()) is not None:
                    job.drop()
        except Empty:
            self.submit(last)
            self.shutdown(wait=False)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()


def _into[R](answer: Future[R], function: Callable[[], R]) -> None:
    """Put the result of a function into a future, unless the future was cancelled."""
    if not answer.set_running_or_notify_cancel():
        return
    try:
        result = function()
    except BaseException as error:
        answer.set_exception(error)
    else:
        answer.set_result(result)
