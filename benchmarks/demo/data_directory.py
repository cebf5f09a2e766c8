"""The directory of the demo, used by one demo at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import DemoError


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The files and directories inside."""

    root: Path

    @property
    def config(self) -> Path:
        """Home Assistant's configuration directory."""
        return self.root / "config"

    @property
    def home_assistant_log(self) -> Path:
        """Home Assistant's log."""
        return self.root / "home-assistant.log"

    @property
    def simulator_log(self) -> Path:
        """The simulator's errors."""
        return self.root / "simulator.log"

    @property
    def scenario(self) -> Path:
        """The scenario: the visits to each charger."""
        return self.root / "garage.json"

    @property
    def meters(self) -> Path:
        """The last values of the chargers' total counters."""
        return self.root / "meters.json"

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Lock the directory: two demos would delete each other's data. Raises DemoError if another demo uses it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoError(f"Another demo uses {self.root}. Choose another directory with --data.") from None
            self.home_assistant_log.unlink(missing_ok=True)
            self.simulator_log.unlink(missing_ok=True)
            yield
