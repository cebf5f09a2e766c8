"""The result of a scene: the expected and the recorded session."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Without `differences` the record is correct. `notes` are printed before the verdict."""

    expected: str
    recorded: str
    differences: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def equal(self) -> bool:
        """Whether the record is as expected."""
        return not self.differences

    def lines(self, scene: str) -> list[str]:
        """Return the lines to print; the last one states the result."""
        mark = "✗"
        if self.equal:
            mark = "✓"
        notes = [f"  {note}" for note in (*self.notes, *self.differences)]
        return [*notes, f"{mark} {scene}: expected {self.expected} · recorded {self.recorded}"]


def failed(reason: str) -> Verdict:
    """The result of a scene that did not finish."""
    return Verdict("that the scene ends", "nothing to compare", (reason,))
