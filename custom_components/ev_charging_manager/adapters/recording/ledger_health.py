"""The present error of the ledger, and counts since the start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from homeassistant.core import CALLBACK_TYPE

from ...ledger.damage.replacement import Mended
from ...ledger.damage.restoration import Restored
from ...ledger.errors import CodecError, LedgerError
from ..listeners import Listeners


class LedgerHealth:
    """The health of the ledger. Use it on the event loop only.

    Listeners are called when the present error changes, a file was replaced or written back, or a value was put aside.
    """

    def __init__(self) -> None:
        """Start without errors."""
        self.commits = 0
        self.failures = 0
        self.slowest_s = 0.0
        self.last_failure: str | None = None
        self.mended: list[Mended] = []
        self.restored: list[Restored] = []
        self.aside: set[str] = set()
        self._failing: dict[str, LedgerError] = {}
        self._listeners: Listeners[[]] = Listeners()

    @property
    def trouble(self) -> LedgerError | None:
        """Why sessions cannot be written at present; None without a problem."""
        return next(iter(self._failing.values()), None)

    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` on each change; return the function that ends this."""
        return self._listeners.add(listener)

    def took(self, charger_id: str, seconds: float) -> None:
        """Note that a commit succeeded: the disk works, so only errors in the data of other chargers remain."""
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
        """Note that a charger's commit failed; it will be tried again."""
        self.failures += 1
        self.last_failure = type(error).__name__
        self._change(self._failing | {charger_id: error})

    def was_mended(self, mended: Mended) -> None:
        """Note that a damaged file was replaced."""
        self.mended.append(mended)
        self._listeners.call()

    def was_restored(self, restored: Restored) -> None:
        """Note that a file was written back after it had been deleted or replaced."""
        self.restored.append(restored)
        self._listeners.call()

    def put_aside(self, names: Iterable[str]) -> None:
        """Note which sessions, events and checkpoints could not be stored and were put aside."""
        before = len(self.aside)
        self.aside.update(names)
        if len(self.aside) > before:
            self._listeners.call()

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, without paths, because these can name people."""
        failing = None
        if self.trouble is not None:
            failing = type(self.trouble).__name__
        return {
            "commits": self.commits,
            "failures": self.failures,
            "slowest_commit_s": round(self.slowest_s, 3),
            "failing": failing,
            "last_failure": self.last_failure,
            "put_aside": len(self.aside),
            "restored": [restored.aside and restored.aside.name for restored in self.restored],
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
            self._listeners.call()
