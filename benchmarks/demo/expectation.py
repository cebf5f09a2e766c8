"""What the record should say of a session, which depends on the household and not only on what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Truth = Mapping[str, Any]


@dataclass(slots=True)
class Expectation:
    """`defaults`: the default user of each charger that cannot read cards, by the charger's name."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    _named: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)

    def name(self, charger: str, slot: int, who: str, at: float = 0.0) -> None:
        """From that house time on the card in this slot is somebody's, and so is the session that runs then."""
        self._named[charger, slot] = who, at

    def of(self, truth: Truth) -> Truth:
        """The truth in the words that the record should have."""
        who = self.defaults.get(truth["charger_name"]) or self._owner(truth)
        if who is None:
            return truth
        # Neither a default user nor a card that was only given an owner says which car it is.
        return {**truth, "who": who, "unknown_reason": None, "vehicle": None}

    def _owner(self, truth: Truth) -> str | None:
        who, at = self._named.get((truth["charger_name"], truth["card"]), (None, 0.0))
        return who if truth["unplugged_at"] > at else None
