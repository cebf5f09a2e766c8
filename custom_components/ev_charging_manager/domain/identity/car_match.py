"""Matches a session to the household car that reported its own plug at about the same time.

Cars and chargers report the same plug seconds or minutes apart; cars mostly later, through their makers' clouds. Only a
pair without any other candidate on either side identifies the car: a wrong match bills the wrong person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WINDOW_S = 120.0


@dataclass(frozen=True, slots=True)
class Begun:
    """A session began at a charger; `mono` in monotonic seconds."""

    charger_id: str
    session_id: str
    mono: float


@dataclass(frozen=True, slots=True)
class Plugged:
    """A car reported that it was plugged in; `mono` in monotonic seconds."""

    vehicle_id: str
    mono: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A session and a car that reported its plug within `WINDOW_S` of it."""

    begun: Begun
    plugged: Plugged

    @property
    def due(self) -> float:
        """The monotonic second after which no other candidate can appear."""
        return max(self.begun.mono, self.plugged.mono) + WINDOW_S


@dataclass(frozen=True, slots=True)
class Plugging:
    """The recent sessions and plugs of all chargers and cars. Pairs that were due before `until` are decided."""

    sessions: tuple[Begun, ...] = ()
    cars: tuple[Plugged, ...] = ()
    until: float = float("-inf")

    def begin(self, begun: Begun) -> Plugging:
        """Return the state with one more session."""
        return replace(self, sessions=(*self.sessions, begun))

    def plug(self, plugged: Plugged) -> Plugging:
        """Return the state with one more plug; where a car's plug flickers, the first report counts."""
        if any(car.vehicle_id == plugged.vehicle_id for car in self.cars if _near(car.mono, plugged.mono)):
            return self
        return replace(self, cars=(*self.cars, plugged))

    def due(self) -> float | None:
        """Return the monotonic second at which the next pair can be decided."""
        return min((pair.due for pair in self._pairs() if pair.due > self.until), default=None)

    def decide(self, mono: float) -> tuple[Plugging, tuple[Pair, ...]]:
        """Return the state that later pairs need, and the pairs that are certain at this monotonic second."""
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
