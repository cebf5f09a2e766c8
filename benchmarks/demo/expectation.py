"""The expected record of a session, which depends on the household and on the course of events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Truth = Mapping[str, Any]


@dataclass(slots=True)
class Expectation:
    """Start without owners for cards. `defaults`: the default user of each charger without a card reader, by name."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    _named: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)

    def name(self, charger: str, slot: int, who: str, at: float = 0.0) -> None:
        """Expect this owner of the card in this slot, for sessions that run at that house time or begin later."""
        self._named[charger, slot] = who, at

    def of(self, truth: Truth) -> Truth:
        """Return the truth as the record should show it."""
        who = self.defaults.get(truth["charger_name"]) or self._owner(truth)
        if who is None:
            return truth
        # A default user or the new owner of a card does not identify the vehicle.
        return {**truth, "who": who, "unknown_reason": None, "vehicle": None}

    def _owner(self, truth: Truth) -> str | None:
        who, at = self._named.get((truth["charger_name"], truth["card"]), (None, 0.0))
        if truth["unplugged_at"] > at:
            return who
        return None
