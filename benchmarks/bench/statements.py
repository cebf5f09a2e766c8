"""Which thread speaks to a database: nobody has to believe that the loop never does."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_watches: list[StatementWatch] = []


class StatementWatch:
    """Counts statements and openings of databases by the name of the thread that they run on."""

    def __init__(self) -> None:
        """The thread that makes this object is the loop's."""
        self.loop = threading.get_ident()
        self.by_thread: Counter[str] = Counter()
        self.on_loop = 0

    @property
    def elsewhere(self) -> int:
        """How many ran on other threads than the loop's."""
        return self.by_thread.total() - self.on_loop

    def count(self) -> None:
        """One more, on the thread that calls."""
        thread = threading.current_thread()
        self.by_thread[thread.name] += 1
        self.on_loop += thread.ident == self.loop


@contextmanager
def watched_statements() -> Generator[StatementWatch]:
    """Count what SQLAlchemy executes on any engine, and every file that sqlite3 opens, while the block runs."""
    watch = StatementWatch()

    def executes(*_: Any) -> None:
        watch.count()

    _watches.append(watch)
    _hear_openings()
    event.listen(Engine, "before_cursor_execute", executes)
    event.listen(Engine, "commit", executes)
    try:
        yield watch
    finally:
        event.remove(Engine, "before_cursor_execute", executes)
        event.remove(Engine, "commit", executes)
        _watches.remove(watch)


_hearing = False


def _hear_openings() -> None:
    """Python has no way to take an audit hook back, so there is one for good."""
    global _hearing  # noqa: PLW0603
    if not _hearing:
        _hearing = True
        sys.addaudithook(_audit)


def _audit(name: str, _: tuple[Any, ...]) -> None:
    if name == "sqlite3.connect":
        for watch in _watches:
            watch.count()
