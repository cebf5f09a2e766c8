"""How a scene ended: what was expected, what is on record."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`differences` empty: all is as it should be. `notes` are told before the verdict."""

    expected: str
    recorded: str
    differences: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def equal(self) -> bool:
        """Whether the record is what was expected."""
        return not self.differences

    def lines(self, scene: str) -> list[str]:
        """What people read of it; the last line says whether it went well."""
        mark = "✓" if self.equal else "✗"
        told = [f"  {note}" for note in (*self.notes, *self.differences)]
        return [*told, f"{mark} {scene}: expected {self.expected} · on record {self.recorded}"]


def failed(reason: str) -> Verdict:
    """A scene that did not come to its end."""
    return Verdict("the scene to end", "nothing that could be compared", (reason,))
