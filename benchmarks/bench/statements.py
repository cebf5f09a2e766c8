"""A count of database statements by thread, as proof that the event loop executes none."""

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
    """Counts statements and openings of databases by the thread that executes them."""

    def __init__(self) -> None:
        """Start. The thread that creates this object is the event loop's."""
        self.loop = threading.get_ident()
        self.by_thread: Counter[str] = Counter()
        self.on_loop = 0

    @property
    def elsewhere(self) -> int:
        """The count on all threads but the event loop's."""
        return self.by_thread.total() - self.on_loop

    def count(self) -> None:
        """Add one for the calling thread."""
        thread = threading.current_thread()
        self.by_thread[thread.name] += 1
        self.on_loop += thread.ident == self.loop


@contextmanager
def watched_statements() -> Generator[StatementWatch]:
    """Count the statements of all SQLAlchemy engines and the files that sqlite3 opens, while the block runs."""
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
    """Install the audit hook once. Python cannot remove an audit hook."""
    global _hearing  # noqa: PLW0603
    if not _hearing:
        _hearing = True
        sys.addaudithook(_audit)


def _audit(name: str, _: tuple[Any, ...]) -> None:
    if name == "sqlite3.connect":
        for watch in _watches:
            watch.count()
