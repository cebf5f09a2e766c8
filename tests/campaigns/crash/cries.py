"""Forbidden log entries: errors of this integration, and resources that Python found unclosed."""

import re
from collections.abc import Iterator

_LEFT_BEHIND = ("Task was destroyed", "was never awaited", "Unclosed", "could not be drained")
_BEGINS = re.compile(r"(?:\x1b\[\d+m)?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_OURS = "ev_charging_manager"
_BAD = (" ERROR ", " CRITICAL ", "Traceback")


def cries(log: str) -> list[str]:
    """Return the entries that complain. Home Assistant logs errors of other components if a machine lacks their
    requirements.
    """
    return [f"the log contains: {entry.strip()[:2000]}" for entry in entries(log) if _complains(entry)]


def entries(log: str) -> Iterator[str]:
    """Yield the entries of a log, each with its following lines."""
    entry: list[str] = []
    for line in log.splitlines():
        if _BEGINS.match(line) and entry:
            yield "\n".join(entry)
            entry = []
        entry.append(line)
    yield "\n".join(entry)


def _complains(entry: str) -> bool:
    bad = _OURS in entry and any(mark in entry for mark in _BAD)
    return bad or any(mark in entry for mark in _LEFT_BEHIND)
