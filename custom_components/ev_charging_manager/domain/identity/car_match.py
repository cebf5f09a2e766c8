"""Which household car began a session: the one whose own plug entity turned on at about the same time.

Cars and chargers tell of the same plug seconds or minutes apart, cars through their makers' clouds mostly later. Only a
pair without any other candidate on either side identifies: a wrong guess bills the wrong person, none bills nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WINDOW_S = 120.0


@dataclass(frozen=True, slots=True)
class Begun:
    """A session began at a charger; monotonic seconds."""

    charger_id: str
    session_id: str
    mono: float


@dataclass(frozen=True, slots=True)
class Plugged:
    """A car said that it was plugged in; monotonic seconds."""

    vehicle_id: str
    mono: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A session and the car that it must be. `due`: when nothing can come any more that makes it doubtful."""

    begun: Begun
    plugged: Plugged

    @property
    def due(self) -> float:
        """Monotonic seconds."""
        return max(self.begun.mono, self.plugged.mono) + WINDOW_S


@dataclass(frozen=True, slots=True)
class Plugging:
    """What began and what was plugged in of late, at all chargers and cars; decided up to `until`."""

    sessions: tuple[Begun, ...] = ()
    cars: tuple[Plugged, ...] = ()
    until: float = float("-inf")

    def begin(self, begun: Begun) -> Plugging:
        """With a session that began."""
        return replace(self, sessions=(*self.sessions, begun))

    def plug(self, plugged: Plugged) -> Plugging:
        """With a car that was plugged in; one that flickers was plugged in when it first said so."""
        if any(car.vehicle_id == plugged.vehicle_id for car in self.cars if _near(car.mono, plugged.mono)):
            return self
        return replace(self, cars=(*self.cars, plugged))

    def due(self) -> float | None:
        """When the next pair can be decided."""
        return min((pair.due for pair in self._pairs() if pair.due > self.until), default=None)

    def decide(self, mono: float) -> tuple[Plugging, tuple[Pair, ...]]:
        """The pairs that are beyond doubt by now, and what may still matter for others."""
        pairs = self._pairs()
        ripe = [pair for pair in pairs if self.until < pair.due <= mono]
        certain = tuple(pair for pair in ripe if _alone(pair, pairs))
        oldest = mono - 2 * WINDOW_S
        sessions = tuple(begun for begun in self.sessions if begun.mono > oldest)
        cars = tuple(car for car in self.cars if car.mono > oldest)
        return Plugging(sessions, cars, mono), certain

    def _pairs(self) -> list[Pair]:
        return [Pair(begun, car) for begun in self.sessions for car in self.cars if _near(begun.mono, car.mono)]


def _alone(pair: Pair, pairs: list[Pair]) -> bool:
    return not any((other.begun == pair.begun) is not (other.plugged == pair.plugged) for other in pairs)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= WINDOW_S
