"""How the ledger fares: what fails at present, and what was counted since the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ledger.damage.replacement import Mended
from ...ledger.errors import CodecError, LedgerError


class LedgerHealth:
    """Belongs to the event loop. Listeners hear of each change of what fails, and of each mend."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.commits = 0
        self.failures = 0
        self.slowest_s = 0.0
        self.last_failure: str | None = None
        self.mended: list[Mended] = []
        self._failing: dict[str, LedgerError] = {}
        self._listeners: list[Callable[[], None]] = []

    @property
    def trouble(self) -> LedgerError | None:
        """Why sessions cannot be written at present; None while all is well."""
        return next(iter(self._failing.values()), None)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of changes; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def took(self, charger_id: str, seconds: float) -> None:
        """A charger's commit is durable: the disk takes commits, whoever's failed before."""
        self.commits += 1
        self.slowest_s = max(self.slowest_s, seconds)
        if not self._failing:
            return
        failing: dict[str, LedgerError] = {
            key: error for key, error in self._failing.items() if isinstance(error, CodecError)
        }
        failing.pop(charger_id, None)
        self._change(failing)

    def failed(self, charger_id: str, error: LedgerError) -> None:
        """A charger's commit is not durable, and is tried again."""
        self.failures += 1
        self.last_failure = type(error).__name__
        self._change(self._failing | {charger_id: error})

    def was_mended(self, mended: Mended) -> None:
        """A damaged file was put aside."""
        self.mended.append(mended)
        self._tell()

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, without any path: it names people."""
        return {
            "commits": self.commits,
            "failures": self.failures,
            "slowest_commit_s": round(self.slowest_s, 3),
            "failing": None if self.trouble is None else type(self.trouble).__name__,
            "last_failure": self.last_failure,
            "mended": [
                {
                    "file": mended.aside.name,
                    "sessions_saved": mended.salvaged.saved,
                    "sessions_lost": mended.salvaged.lost,
                    "sessions_incomplete": mended.salvaged.incomplete,
                }
                for mended in self.mended
            ],
        }

    def _change(self, failing: dict[str, LedgerError]) -> None:
        before = self.trouble
        self._failing = failing
        after = self.trouble
        if type(before) is not type(after) or str(before) != str(after):
            self._tell()

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
