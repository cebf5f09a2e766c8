"""What was so, whoever looked: the meter's course, each car that was connected, and what went wrong when."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum

RESET = "reset in mid-session"
FLAPS = "plug flaps"
CRASH = "crash"


@dataclass(slots=True)
class Visit:
    """A car at the charger. Times are true seconds of the day, energy in mWh, cost in millionths.

    `user_id`: whom all evidence names, None for nobody. `before`: whom it named before that. `steps`: how often the
    power changed.
    """

    number: int
    since: float
    user_id: str | None
    until: float = float("inf")
    energy_mwh: float = 0.0
    cost_micro: float = 0.0
    steps: int = 0
    before: set[str | None] = field(default_factory=set)

    def name(self, user_id: str) -> None:
        """Somebody says by now that this one drives it."""
        self.before.add(self.user_id)
        self.user_id = user_id

    def spans(self, since: float, until: float) -> bool:
        """Whether it was there at some time between these two."""
        return self.since <= until and since <= self.until


class Scope(StrEnum):
    """What a trouble keeps from being seen or done."""

    AWAY = "away"
    """Home Assistant is away."""
    OUTAGE = "outage"
    """The charger is away as a whole."""
    PLUG = "plug"
    """What tells that a car is connected cannot be read, or says what is not so."""
    LOCK = "lock"
    """The lock reads locked though the cable is out, or bounces."""
    COUNTER = "counter"
    """What sessions are measured with cannot be read, says what is not so, or begins again."""
    CARD = "card"
    """The reader cannot be read, or a choice may not be heard."""
    CHAIN = "chain"
    """The pipeline stalls, raises or restarts."""
    CLOCK = "clock"
    """The wall clock steps."""
    OTHER = "other"
    """Nothing that a session is made of; it explains nothing."""


BLIND = (Scope.AWAY, Scope.OUTAGE, Scope.PLUG, Scope.CHAIN, Scope.LOCK)
"""What keeps a car that comes or leaves from being seen."""


@dataclass(slots=True)
class Trouble:
    """Something that went wrong, and until when."""

    name: str
    scope: Scope
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Tap:
    """A card that was held to the reader, whether it was mapped and anybody looked or not."""

    at: float
    user_id: str | None


@dataclass(frozen=True, slots=True)
class Rounded:
    """A session counter that began again, and was first read where it had stood, or just below: as one that rounds."""

    at: float
    stood_mwh: float


@dataclass(slots=True)
class Truth:
    """A day as it was."""

    visits: list[Visit] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)
    """When the counter that sessions are measured with honestly said something new."""
    rounded: list[Rounded] = field(default_factory=list)
    started_over: list[float] = field(default_factory=list)
    """When the pipeline started over from its checkpoint."""
    _times: list[float] = field(default_factory=lambda: [0.0])
    _energies: list[float] = field(default_factory=lambda: [0.0])

    def meter(self, elapsed: float, energy_mwh: float) -> None:
        """The meter stands here now."""
        if self._energies[-1] == energy_mwh and len(self._times) > 1 and self._energies[-2] == energy_mwh:
            self._times[-1] = elapsed
            return
        self._times.append(elapsed)
        self._energies.append(energy_mwh)

    def energy(self, elapsed: float) -> float:
        """Where the meter stood at a time."""
        place = bisect_right(self._times, elapsed)
        if place == 0:
            return 0.0
        if place == len(self._times):
            return self._energies[-1]
        t0, t1 = self._times[place - 1], self._times[place]
        e0, e1 = self._energies[place - 1], self._energies[place]
        return e0 + (e1 - e0) * (elapsed - t0) / (t1 - t0) if t1 > t0 else e1

    def delivered(self, since: float, until: float) -> float:
        """What was delivered between two times."""
        return max(0.0, self.energy(until) - self.energy(since))

    @property
    def total(self) -> float:
        """What was delivered in all."""
        return self._energies[-1]
