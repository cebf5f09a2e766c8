"""The times in which Home Assistant watched a charger: from its return until the process died."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of house time (epoch seconds)."""

    begin: float
    end: float

    def holds(self, at: float, margin_s: float) -> bool:
        """Return whether a moment is in the stretch, and at least `margin_s` from both ends."""
        return self.begin + margin_s <= at <= self.end - margin_s


@dataclass(frozen=True, slots=True)
class Watched:
    """All stretches in which one charger was watched."""

    spans: tuple[Span, ...]

    def at(self, at: float, margin_s: float) -> bool:
        """Return whether it was watched at a moment and for a while before and after it."""
        return any(span.holds(at, margin_s) for span in self.spans)

    def within(self, begin: float, end: float, margin_s: float) -> bool:
        """Return whether it was watched between two moments for longer than `margin_s`."""
        return any(min(span.end, end) - max(span.begin, begin) > margin_s for span in self.spans)

    def throughout(self, begin: float, end: float, margin_s: float) -> bool:
        """Return whether it was watched without a break between two moments, and for a while before and after."""
        return any(span.begin + margin_s <= begin and end <= span.end - margin_s for span in self.spans)


def watched(lines: Iterable[dict[str, Any]], deaths: Sequence[float], serial: str) -> Watched:
    """Return the stretches from the witness's lines and the times of all deaths, both in house time and in order."""
    backs = [line["at"] for line in lines if line["what"] == "back" and f"_{serial}_" in line["entity_id"]]
    begins: dict[float, float] = {}
    for back in backs:
        death = next((each for each in deaths if each > back), float("inf"))
        begins.setdefault(death, back)
    return Watched(tuple(Span(begin, death) for death, begin in begins.items()))
