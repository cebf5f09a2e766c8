"""Messages that a step could not handle, and the decision when a pipeline has failed too often."""

import logging
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .health import ActorHealth, PutAside

_LOGGER = logging.getLogger(__name__)

KEPT = 20
"""Entries that one pipeline keeps; a new entry replaces the oldest."""
LONGEST_MESSAGE = 300
LONGEST_TRACEBACK = 2000
"""Characters, so that one huge message cannot fill the memory or the diagnostics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a pipeline restarts and when it stops. Seconds of the house clock unless a field states otherwise."""

    faults: int = 5
    fault_window: float = 60.0
    """This many faults within this time restart the pipeline from its checkpoint."""
    restarts: int = 3
    restart_window: float = 600.0
    """More restarts than this within this time stop the pipeline."""
    restart_pause: float = 5.0
    """Pause before a restart: the cause may pass, for example while a charger boots and sends invalid values."""
    resync_spacing: float = 1.0
    """Time between two snapshots, because a snapshot that raises requests the next one."""
    rewake: float = 5.0
    """Delay of a new wake after a wake that raised. Without it, the actor's deadline would never be handled."""
    finest: float = 0.01
    """Time between two wakes of one actor or two polls, so that a deadline in the past cannot cause a busy loop."""
    last_write: float = 3.0
    """Seconds of the event loop that a running effect gets when its pipeline is cancelled."""


class FaultBudget:
    """At most `limit - 1` events within `window` seconds."""

    __slots__ = ("_spent", "_window")

    def __init__(self, limit: int, window: float) -> None:
        """Start without events."""
        self._spent: deque[float] = deque(maxlen=limit)
        self._window = window

    def spend(self, mono: float) -> bool:
        """Count an event at this monotonic second; True when the budget is used up."""
        self._spent.append(mono)
        return len(self._spent) == self._spent.maxlen and mono - self._spent[0] <= self._window

    def clear(self) -> None:
        """Forget all events."""
        self._spent.clear()


class FaultDesk:
    """Handles the faults of one pipeline: keeps them as text, counts them, and escalates."""

    def __init__(
        self,
        pipeline: str,
        limits: Limits,
        now: Callable[[], float],
        redact: Callable[[str], str] | None,
        escalate: Callable[[bool], None],
    ) -> None:
        """Start without faults.

        `now` returns monotonic seconds; `redact` removes private data from all text that is kept or logged.
        `escalate` gets True when the chain must not continue, False when it has failed too often.
        """
        self.entries: deque[PutAside] = deque(maxlen=KEPT)
        self._pipeline = pipeline
        self._budget = FaultBudget(limits.faults, limits.fault_window)
        self._now = now
        self._redact = redact
        self._escalate = escalate

    def report(self, health: ActorHealth, message: Any, error: Exception, *, spends: bool = True) -> float:
        """Keep a message that raised, and return the monotonic second.

        `spends=False` counts the fault without escalating.
        """
        mono = self._now()
        entry = self._entry(health.name, mono, message, error)
        self.entries.append(entry)
        health.faults += 1
        health.last_fault = entry.error
        _LOGGER.error(
            "%s: %s failed, message put aside: %s\n%s", self._pipeline, entry.actor, entry.message, entry.traceback
        )
        if spends and self._budget.spend(mono):
            self._escalate_now(must=False)
        return mono

    def restart(self) -> None:
        """Escalate after a single fault, because no later message may be handled."""
        self._escalate_now(must=True)

    def _escalate_now(self, *, must: bool) -> None:
        self._budget.clear()
        self._escalate(must)

    def describe(self, error: Exception) -> str:
        """Return an exception with its traceback as redacted text."""
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
        """Return the redacted text; a `repr` that raises is no second fault.

        The callers shorten the result. Shortening first could leave half a card number, which is not recognised.
        """
        try:
            if self._redact is None:
                return text()
            return self._redact(text())
        except Exception as error:
            return f"<not shown: {type(error).__name__}>"
