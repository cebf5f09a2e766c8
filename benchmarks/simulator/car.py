"""The power that a car draws.

It is the car's maximum at first, decreases as the battery fills, and ends with short draws to balance the cells.
"""

from dataclasses import dataclass
from random import Random

from .power import Stretch

_STEP_MS = 60_000


@dataclass(frozen=True, slots=True)
class Car:
    """A car as the charger sees it.

    `taper_from` is the state of charge (0–1) from which power decreases, linearly to `least_w` at 1.
    """

    name: str
    battery_wh: int
    max_w: int
    phases: int = 3
    taper_from: float = 0.8
    least_w: int = 3000
    efficiency: float = 0.9
    balance_w: int = 420

    def __post_init__(self) -> None:
        if self.battery_wh <= 0 or not 0 < self.least_w <= self.max_w or self.phases not in (1, 2, 3):
            raise ValueError(f"{self.name}: battery_wh, 0 < least_w <= max_w, and 1 to 3 phases are needed")
        if not 0 < self.taper_from <= 1 or not 0 < self.efficiency <= 1:
            raise ValueError(f"{self.name}: taper_from and efficiency lie above 0 and at most at 1")

    def watts(self, soc: float) -> float:
        """Return the power in watts at a state of charge."""
        if soc < self.taper_from:
            return float(self.max_w)
        left = (1 - soc) / (1 - self.taper_from) if self.taper_from < 1 else 0.0
        return self.least_w + (self.max_w - self.least_w) * left

    def missing_mj(self, soc: float) -> int:
        """Return the energy in mWh that the charger must deliver until the battery is full."""
        return round((1 - soc) * self.battery_wh / self.efficiency * 3_600_000)


@dataclass(frozen=True, slots=True)
class Charge:
    """The result of one charging window.

    Its power, the state of charge after it, and the time at which the battery was full, if it was.
    """

    stretches: tuple[Stretch, ...]
    soc: float
    full_ms: int | None


def charge(car: Car, soc: float, start_ms: int, end_ms: int, rng: Random) -> Charge:
    """Charge from `start_ms` until the battery is full or until `end_ms`.

    The grid voltage varies slightly from minute to minute.
    """
    stretches: list[Stretch] = []
    whole = car.missing_mj(soc)
    missing = whole
    at = start_ms
    while at < end_ms and missing > 0:
        full = 1 - missing / whole * (1 - soc)
        watts = round(car.watts(full) * rng.uniform(0.985, 1.0))
        length = min(_STEP_MS, end_ms - at, max(1, missing // watts))
        stretches.append(Stretch(at, at + length, watts))
        missing -= watts * length
        at += length
        if missing < watts:
            missing = 0
    if missing <= 0:
        return Charge(tuple(stretches), 1.0, at)
    return Charge(tuple(stretches), 1 - missing / whole * (1 - soc), None)


def balance(car: Car, full_ms: int, end_ms: int, bursts: int, rng: Random) -> tuple[Stretch, ...]:
    """Return up to `bursts` short draws of a few Wh, 60–120 s apart. Cars make them after the charge, and they could be
    mistaken for sessions.
    """
    stretches: list[Stretch] = []
    at = full_ms
    for _ in range(bursts):
        at += round(rng.uniform(60, 120) * 1000)
        length = round(rng.uniform(15, 40) * 1000)
        if at + length >= end_ms:
            break
        stretches.append(Stretch(at, at + length, round(car.balance_w * rng.uniform(0.9, 1.1))))
        at += length
    return tuple(stretches)
