"""A reader of the witness's file, while the witness inside Home Assistant writes to it."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STARTED = "ev_charging_manager_session_started"
COMPLETED = "ev_charging_manager_session_completed"
DISCARDED = "ev_charging_manager_session_discarded"
HOME_ASSISTANT_STARTED = "homeassistant_started"
_LOOK_EVERY_S = 0.01

type Line = dict[str, Any]


@dataclass(slots=True)
class Witness:
    """Follows the file; `lines` contains the lines read so far."""

    file: Path
    lines: list[Line] = field(default_factory=list)
    _offset: int = 0

    def read(self) -> None:
        """Read new lines. Half a line, cut off by the end of the process, stays in the file."""
        if not self.file.exists():
            return
        with self.file.open("rb") as added:
            added.seek(self._offset)
            whole, newline, _ = added.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        self.lines += [json.loads(line) for line in whole.splitlines()]

    async def until(self, found: Callable[[Line], bool], since: int, seconds: float) -> Line | None:
        """Return the first matching line from number `since` on; None after the timeout."""
        deadline = time.monotonic() + seconds
        while True:
            self.read()
            line = next((line for line in self.lines[since:] if found(line)), None)
            if line is not None or time.monotonic() > deadline:
                return line
            await asyncio.sleep(_LOOK_EVERY_S)

    def heard(self, what: str) -> list[dict[str, Any]]:
        """Return the data of all events of a name, in order."""
        return [line["data"] for line in self.lines if line["what"] == what]
