"""One thread that does one thing after another, and that nobody has to wait for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread


@dataclass(slots=True)
class _Job:
    """What is to be done, and what is told where it is not begun any more. It must not raise."""

    run: Callable[[], None]
    drop: Callable[[], object]


class Worker:
    """Runs jobs in order on a thread of its own.

    The thread is a daemon: a job that hangs, on a disk that does not answer, must not keep the process from ending.
    """

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._shut = False
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def post(self, run: Callable[[], None], drop: Callable[[], object] = lambda: None) -> None:
        """Have `run`, which must not raise, called on the thread when everything before it is done.

        RuntimeError after `shutdown`.
        """
        if self._shut:
            raise RuntimeError("the ledger is closed")
        self._jobs.put(_Job(run, drop))

    def submit[R](self, function: Callable[[], R]) -> Future[R]:
        """The same, with an answer that any thread may wait for."""
        answer: Future[R] = Future()
        self.post(partial(_into, answer, function), answer.cancel)
        return answer

    def shutdown(self, wait: bool = True) -> None:
        """Take nothing more; the thread ends when it is done."""
        self._shut = True
        self._jobs.put(None)
        if wait:
            self._thread.join()

    def abandon(self, last: Callable[[], None]) -> None:
        """Drop what has not begun, and let the thread end by itself, after a last job."""
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
    """Do it, unless nobody wants it any more."""
    if not answer.set_running_or_notify_cancel():
        return
    try:
        result = function()
    except BaseException as error:
        answer.set_exception(error)
    else:
        answer.set_result(result)
