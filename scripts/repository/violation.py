"""The result of a check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """A file, relative to the repository's root, and the rule it breaks."""

    file: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}"
