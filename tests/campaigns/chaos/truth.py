"""The truth about a day: the meter, each connected car, and the troubles."""

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

    `user_id`: the user that all evidence names, None for unknown. `before`: the user that it named earlier. `steps`:
    the number of changes of the power.
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
        """Note the choice of this driver for the car."""
        self.before.add(self.user_id)
        self.user_id = user_id

    def spans(self, since: float, until: float) -> bool:
        """Return whether it was connected at some time between these two."""
        return self.since <= until and since <= self.until


class Scope(StrEnum):
    """The observation or action that a trouble prevents."""

    AWAY = "away"
    """Home Assistant does not run."""
    OUTAGE = "outage"
    """The whole charger is unavailable."""
    PLUG = "plug"
    """The evidence of a connected car is unreadable or wrong."""
    LOCK = "lock"
    """The lock reads locked without a cable, or bounces."""
    COUNTER = "counter"
    """The counter that measures sessions is unreadable, wrong or reset."""
    CARD = "card"
    """The reader is unreadable, or a choice may be lost."""
    CHAIN = "chain"
    """The pipeline stalls, raises or restarts."""
    CLOCK = "clock"
    """The wall clock steps."""
    OTHER = "other"
    """No part of a session; it explains nothing."""


BLIND = (Scope.AWAY, Scope.OUTAGE, Scope.PLUG, Scope.CHAIN, Scope.LOCK)
"""Troubles that hide a car that comes or leaves."""


@dataclass(slots=True)
class Trouble:
    """A trouble and its end."""

    name: str
    scope: Scope
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped card, even if it was not mapped or not read."""

    at: float
    user_id: str | None


@dataclass(frozen=True, slots=True)
class Rounded:
    """A reset session counter with a first reading at or just below its old value, which looks like rounding."""

    at: float
    stood_mwh: float


@dataclass(slots=True)
class Truth:
    """The truth about a day."""

    visits: list[Visit] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)
    """Times of correct new values of the counter that measures sessions."""
    rounded: list[Rounded] = field(default_factory=list)
    started_over: list[float] = field(default_factory=list)
    """Times at which the pipeline restarted from its checkpoint."""
    _times: list[float] = field(default_factory=lambda: [0.0])
    _energies: list[float] = field(default_factory=lambda: [0.0])

    def meter(self, elapsed: float, energy_mwh: float) -> None:
        """Note the present value of the meter."""
        if self._energies[-1] == energy_mwh and len(self._times) > 1 and self._energies[-2] == energy_mwh:
            self._times[-1] = elapsed
            return
        self._times.append(elapsed)
        self._energies.append(energy_mwh)

    def energy(self, elapsed: float) -> float:
        """Return the value of the meter at a time."""
        place = bisect_right(self._times, elapsed)
        if place == 0:
            return 0.0
        if place == len(self._times):
            return self._energies[-1]
        t0, t1 = self._times[place - 1], self._times[place]
        e0, e1 = self._energies[place - 1], self._energies[place]
        if t1 > t0:
            return e0 + (e1 - e0) * (elapsed - t0) / (t1 - t0)
        return e1

    def delivered(self, since: float, until: float) -> float:
        """Return the energy delivered between two times."""
        return max(0.0, self.energy(until) - self.energy(since))

    @property
    def total(self) -> float:
        """Return the total delivered energy."""
        return self._energies[-1]
