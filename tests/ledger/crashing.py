"""The process that the crash tests start and kill: `python -m tests.ledger.crashing how folder`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Engine, event

from custom_components.ev_charging_manager.domain.commits import Commit
from custom_components.ev_charging_manager.domain.records import Outcome

from .making import MARCH_NOON, commit, completed, opened, session

MOMENTS = ("before_cursor_execute", "commit")


def first_commit() -> Commit:
    """A running session."""
    return commit(replace(session("old", quarters=2), outcome=Outcome.RUNNING), step=1)


def next_commits() -> list[Commit]:
    """The session ends, and another charger has a session."""
    return [
        commit(session("old", quarters=3), events=[completed("old")], step=2),
        commit(session("new", quarters=4), events=[completed("new")], charger_id="yard", step=2),
    ]


def pair(number: int) -> Commit:
    """Two sessions and an event in one transaction."""
    sides = (session(f"{number}-{side}", MARCH_NOON + number, quarters=1) for side in ("left", "right"))
    return commit(*sides, events=[completed(f"{number}-left")], step=number)


def at_every_statement(folder: Path) -> None:
    """For each moment of a transaction, start a process with a new file that kills itself at that moment."""
    for moment in MOMENTS:
        for at in range(1, 1_000):
            path = folder / f"{moment}-{at}.db"
            with opened(path) as ledger:
                ledger.commit([first_commit()])
            child = os.fork()
            if child == 0:
                die_within(path, moment, at)
            if os.waitpid(child, 0)[1] == 0:
                path.rename(folder / f"survived-{moment}.db")
                break


def die_within(path: Path, moment: str, at: int) -> NoReturn:
    """Commit, and die when this moment comes for the n-th time."""
    ledger = opened(path)
    event.listen(Engine, moment, killer(at))
    ledger.commit(next_commits())
    ledger.close()
    os._exit(0)


def killer(at: int) -> Callable[..., None]:
    """Return a listener that kills this process at its n-th call."""
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def until_killed(folder: Path) -> None:
    """Record pairs, and print the number of each one that is on disk."""
    ledger = opened(folder / "ledger.db")
    for number in range(1_000_000):
        ledger.commit([pair(number)])
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    {"statements": at_every_statement, "loop": until_killed}[sys.argv[1]](Path(sys.argv[2]))
