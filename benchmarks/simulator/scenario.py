"""The chargers, cars, drivers and visits of a scenario."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from .car import Car
from .driver import Driver, Visit
from .mix import mixed_visit
from .settings import ChargerSettings

type Then = Literal["stop", "repeat", "mix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`opening`: the first visits by charger serial.

    `then`: what follows them (nothing, the same visits again, or an endless mix of the drivers).

    Raises ValueError if a driver's car, or a visit's driver or charger, is unknown.
    """

    chargers: tuple[ChargerSettings, ...]
    cars: Mapping[str, Car]
    drivers: Mapping[str, Driver]
    opening: Mapping[str, tuple[Visit, ...]]
    then: Then = "stop"

    def __post_init__(self) -> None:
        serials = {each.serial for each in self.chargers}
        if len(serials) != len(self.chargers):
            raise ValueError("two chargers have the same serial")
        if unknown := set(self.opening) - serials:
            raise ValueError(f"visits at unknown chargers: {sorted(unknown)}")
        if unknown := {each.car for each in self.drivers.values()} - set(self.cars):
            raise ValueError(f"unknown cars: {sorted(unknown)}")
        if unknown := {each.driver for visits in self.opening.values() for each in visits} - set(self.drivers):
            raise ValueError(f"unknown drivers: {sorted(unknown)}")
        if self.then not in get_args(Then.__value__):
            raise ValueError("then must be stop, repeat or mix")

    def visits(self, seed: int) -> "Visits":
        """Return the visits, from the beginning."""
        return Visits(self, seed)


class Visits:
    """Returns one visit after the other, for each charger in its own order.

    `then` is the scenario's value at first, and can be set.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.then = scenario.then
        self._scenario = scenario
        self._left = {each.serial: deque(scenario.opening.get(each.serial, ())) for each in scenario.chargers}
        self._rng = {each.serial: Random(f"{seed}/{each.serial}/visits") for each in scenario.chargers}

    def next_visit(self, serial: str, busy: frozenset[str]) -> Visit | None:
        """Return the next visit at a charger.

        Drivers in `busy` are at another charger and cannot come, unless the opening plans it.
        """
        left = self._left[serial]
        if not left and self.then == "repeat":
            left.extend(self._scenario.opening.get(serial, ()))
        if left:
            return left.popleft()
        if self.then != "mix":
            return None
        free = [each for each in self._scenario.drivers.values() if each.name not in busy]
        if free:
            return mixed_visit(free, self._rng[serial])
        return None
