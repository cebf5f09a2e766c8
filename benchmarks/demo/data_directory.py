"""Where the demo lives: one directory, for one demo at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import DemoError


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Its parts."""

    root: Path

    @property
    def config(self) -> Path:
        """Home Assistant's configuration."""
        return self.root / "config"

    @property
    def home_assistant_log(self) -> Path:
        """What Home Assistant says."""
        return self.root / "home-assistant.log"

    @property
    def simulator_log(self) -> Path:
        """What the chargers complain of."""
        return self.root / "simulator.log"

    @property
    def scenario(self) -> Path:
        """Who comes to which charger."""
        return self.root / "garage.json"

    @property
    def meters(self) -> Path:
        """What the chargers' total counters said in the end."""
        return self.root / "meters.json"

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Nobody else uses it meanwhile: two would delete each other's data. DemoError if somebody does."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoError(f"Another demo is running on {self.root}; --data names another place.") from None
            self.home_assistant_log.unlink(missing_ok=True)
            self.simulator_log.unlink(missing_ok=True)
            yield
