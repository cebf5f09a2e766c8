"""Small scenarios for the tests."""

from dataclasses import replace
from typing import Any

from benchmarks.simulator import Car, CardSlot, ChargerSettings, Driver, Emission, Garage, Scenario, Visit
from benchmarks.simulator.scenario import Then

SERIAL = "409787"
OTHER = "409788"
PASSWORD = "open sesame"
# 1 March 2026 12:00:00 UTC: the start of an hour, so that quarter-hours are easy to read.
NOON = 1_772_366_400
NOON_MS = NOON * 1000

CARS = {
    "ID.4": Car("ID.4", 77_000, 11_000),
    "Leaf": Car("Leaf", 39_000, 6_600, phases=1, least_w=2_000),
}
DRIVERS = {
    "Anna": Driver("Anna", "ID.4", 1, "Anna", "resident"),
    "Ben": Driver("Ben", "Leaf", 2, "Ben", "resident"),
    "Stranger": Driver("Stranger", "Leaf", 4, unknown_reason="card_unmapped"),
}
CARDS = (CardSlot(1, "Anna", "04aa"), CardSlot(2, "Ben", "04bb", 1500))


def charger(serial: str = SERIAL, **changed: Any) -> ChargerSettings:
    """Return a charger with two cards and a password."""
    return replace(ChargerSettings(serial=serial, name=f"Charger {serial}", cards=CARDS, password=PASSWORD), **changed)


def one(*visits: Visit, then: Then = "stop", **settings: Any) -> Scenario:
    """Return a scenario with one charger and these visits."""
    return Scenario(chargers=(charger(**settings),), cars=CARS, drivers=DRIVERS, opening={SERIAL: visits}, then=then)


def two(left: tuple[Visit, ...], right: tuple[Visit, ...]) -> Scenario:
    """Return a scenario with two chargers and these visits."""
    return Scenario(
        chargers=(charger(), charger(OTHER)),
        cars=CARS,
        drivers=DRIVERS,
        opening={SERIAL: left, OTHER: right},
    )


def play(
    scenario: Scenario, seconds: float = 86_400, *, seed: int = 1, period_ms: float = 10_000
) -> tuple[Garage, list[Emission]]:
    """Return a garage that ran from noon for this number of seconds, and all its emissions."""
    garage = Garage(scenario, seed=seed, period_ms=period_ms)
    garage.start(NOON_MS)
    return garage, list(garage.advance(NOON_MS + round(seconds * 1000)))


def values(emissions: list[Emission], key: str) -> list[tuple[float, Any]]:
    """Return the changes of a key: seconds after noon, and value."""
    return [((each.at_ms - NOON_MS) / 1000, each.changes[key]) for each in emissions if key in each.changes]
