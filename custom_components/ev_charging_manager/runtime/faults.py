"""What raised is put aside, and too much of it in a short time is an escalation."""

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .health import ActorHealth

_LOGGER = logging.getLogger(__name__)

KEPT = 20
"""Entries that one pipeline keeps; the oldest goes first."""
LONGEST_MESSAGE = 300
LONGEST_TRACEBACK = 2000
"""Characters, so that one huge message cannot fill the memory or the diagnostics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a pipeline restarts and when it gives up. Seconds of the house clock, if none else is named."""

    faults: int = 5
    fault_window: float = 60.0
    """So many faults within this time restart the pipeline from its checkpoint."""
    restarts: int = 3
    restart_window: float = 600.0
    """One restart more than this within this time, and the pipeline stops."""
    restart_pause: float = 5.0
    """Before a restart: what broke it may pass, as a charger that sends nonsense while it boots."""
    resync_spacing: float = 1.0
    """Between two snapshots: a snapshot that raises itself must not bring the next one at once."""
    rewake: float = 5.0
    """After a wake whose step raised: without another, what the actor waited for would never come."""
    finest: float = 0.01
    """Between two wakes of one actor or two polls, so that a deadline in the past cannot spin the loop."""
    last_write: float = 3.0
    """Seconds of the event loop for an effect that is under way when its pipeline is cancelled."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """A message that could not be handled, as text: the objects themselves are let go."""

    actor: str
    mono: float
    message: str
    error: str
    traceback: str


class FaultBudget:
    """At most `limit - 1` events within `window` seconds."""

    __slots__ = ("_spent", "_window")

    def __init__(self, limit: int, window: float) -> None:
        """Start with nothing spent."""
        self._spent: deque[float] = deque(maxlen=limit)
        self._window = window

    def spend(self, mono: float) -> bool:
        """Count an event at this monotonic second; True when the budget is used up."""
        self._spent.append(mono)
        return len(self._spent) == self._spent.maxlen and mono - self._spent[0] <= self._window

    def clear(self) -> None:
        """Forget what was spent."""
        self._spent.clear()


class FaultDesk:
    """Takes the faults of one pipeline: keeps them as text, counts them, and escalates."""

    def __init__(
        self,
        pipeline: str,
        limits: Limits,
        now: Callable[[], float],
        redact: Callable[[str], str] | None,
        escalate: Callable[[bool], None],
    ) -> None:
        """`now` returns monotonic seconds; `redact` takes what is private out of all that is kept.

        `escalate` is told whether the chain must not go on (True), or that it fails too often (False).
        """
        self.entries: deque[PutAside] = deque(maxlen=KEPT)
        self._pipeline = pipeline
        self._budget = FaultBudget(limits.faults, limits.fault_window)
        self._now = now
        self._redact = redact
        self._escalate = escalate

    def report(self, health: ActorHealth, message: Any, error: Exception, *, spends: bool = True) -> float:
        """Put a message aside and return when. What does not spend is counted and escalates nothing."""
        mono = self._now()
        entry = self._entry(health.name, mono, message, error)
        self.entries.append(entry)
        health.faults += 1
        health.last_fault = entry.error
        _LOGGER.error("%s: %s put aside %s\n%s", self._pipeline, entry.actor, entry.message, entry.traceback)
        if spends and self._budget.spend(mono):
            self._escalate_now(must=False)
        return mono

    def restart(self) -> None:
        """Escalate after a single fault: what comes after the message in hand must not be handled."""
        self._escalate_now(must=True)

    def _escalate_now(self, *, must: bool) -> None:
        self._budget.clear()
        self._escalate(must)

    def describe(self, error: Exception) -> str:
        """Return an exception with its traceback as a text that can be kept and logged."""
        return self._clean(lambda: "".join(traceback.format_exception(error)))[-LONGEST_TRACEBACK:]

    def _entry(self, actor: str, mono: float, message: Any, error: Exception) -> PutAside:
        return PutAside(
            actor,
            mono,
            self._clean(lambda: repr(message))[:LONGEST_MESSAGE],
            self._clean(lambda: f"{type(error).__name__}: {error}")[:LONGEST_MESSAGE],
            self.describe(error),
        )

    def _clean(self, text: Callable[[], str]) -> str:
        """Redact before cutting, or half a card number could stay; a failing repr is no second fault."""
        try:
            return text() if self._redact is None else self._redact(text())
        except Exception as error:
            return f"<not shown: {type(error).__name__}>"
