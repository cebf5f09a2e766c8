"""The scenario of the demo."""

from dataclasses import replace
from random import Random

from .car import Car
from .driver import Driver, Visit
from .scenario import Scenario
from .settings import CardSlot, ChargerSettings

_CARDS = (
    CardSlot(1, "Anna", "04a1b2c3d4e5f6"),
    CardSlot(2, "Ben", "04b1c2d3e4f5a6"),
    CardSlot(3, "Gustav", "04c1d2e3f4a5b6"),
    CardSlot(4, "Spare", "04d1e2f3a4b5c6"),
)
_CARS = (
    Car("ID.4", 77_000, 11_000),
    Car("Zoe", 41_000, 11_000, taper_from=0.9, least_w=3_500),
    Car("Ioniq 5", 74_000, 10_500),
    Car("Leaf", 39_000, 6_600, phases=1, least_w=2_000),
)
_DRIVERS = (
    Driver("Anna", "ID.4", 1, "Anna", "resident"),
    Driver("Ben", "Zoe", 2, "Ben", "resident"),
    Driver("Gustav", "Ioniq 5", 3, "Gustav", "guest"),
    Driver("Stranger", "Leaf", 4, unknown_reason="card_unmapped"),
)
_LEFT = ChargerSettings(serial="409787", name="Garage left", cards=_CARDS, eto_wh=8_412_337)
_RIGHT = ChargerSettings(
    serial="409788",
    name="Garage right",
    firmware="59.4",
    cards=_CARDS,
    encoding="msgpack",
    eto_wh=3_120_904,
)


def demo_garage(seed: int, *, password: str | None = "simulator") -> Scenario:
    """Return the demo's scenario: two chargers, two residents, a guest, and a card without a user (slot 4).

    The kinds of the first sessions are fixed: Anna at the left charger; meanwhile Ben at the right one with a card 7 s
    late; a guest at the left within a minute after Anna; the unknown card at the right. Random visits follow without
    end.
    """
    rng = Random(f"{seed}/garage")
    # The left visits come first, because both draw from the same generator.
    left = _left_visits(rng)
    right = _right_visits(rng)
    return Scenario(
        chargers=(replace(_LEFT, password=password), replace(_RIGHT, password=password)),
        cars={car.name: car for car in _CARS},
        drivers={driver.name: driver for driver in _DRIVERS},
        opening={_LEFT.serial: left, _RIGHT.serial: right},
        then="mix",
    )


def _left_visits(rng: Random) -> tuple[Visit, ...]:
    return (
        Visit(
            driver="Anna",
            after_s=60,
            stay_s=_minutes(rng, 45, 48),
            soc=round(rng.uniform(0.3, 0.5), 3),
            card=1,
            card_s=-9,
        ),
        Visit(
            driver="Gustav",
            after_s=round(rng.uniform(30, 50), 3),
            stay_s=_minutes(rng, 35, 45),
            soc=0.55,
            card=3,
            card_s=-6,
        ),
    )


def _right_visits(rng: Random) -> tuple[Visit, ...]:
    return (
        Visit(
            driver="Ben",
            after_s=75,
            stay_s=_minutes(rng, 57, 62),
            soc=round(rng.uniform(0.88, 0.9), 3),
            card=2,
            card_s=7,
            balance=3,
        ),
        Visit(
            driver="Stranger",
            after_s=_minutes(rng, 3, 6),
            stay_s=_minutes(rng, 32, 40),
            soc=0.35,
            card=4,
            card_s=-5,
        ),
    )


def _minutes(rng: Random, low: float, high: float) -> float:
    """Return the seconds of a random number of minutes."""
    return round(rng.uniform(low, high) * 60, 3)
