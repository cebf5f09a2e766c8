"""The exact plan of a visit in milliseconds: the signals and the power."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from .car import Car, balance, charge
from .driver import Driver, Lags, Visit
from .power import PowerCurve, Stretch
from .units import Status, to_ms

IDLE, CHARGING, WAIT_CAR, COMPLETE = 1, 2, 3, 4
UNLOCKED, LOCKED = 1, 3
_ACCESS_WAIT, _CHARGE_DEFAULT = 2, 15


class Act(StrEnum):
    """An event at a charger. For events other than card, plug, reset and unplug, only the changed keys matter."""

    CARD = "card"
    PLUG = "plug"
    RESET = "reset"
    UNPLUG = "unplug"
    KEYS = "keys"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Signal:
    """Changed keys of the charger at `at_ms`."""

    at_ms: int
    act: Act
    keys: Status


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit with its exact house times."""

    visit: Visit
    driver: Driver
    car: Car
    plug_ms: int
    unplug_ms: int
    curve: PowerCurve
    signals: tuple[Signal, ...]

    @property
    def begin_ms(self) -> int:
        """The time of the first signal of this visit: the card or the plug."""
        return self.signals[0].at_ms


@dataclass(frozen=True, slots=True)
class _Window:
    """Uninterrupted power, and the car's status after it."""

    stretches: tuple[Stretch, ...]
    car_after: int


def plan_visit(visit: Visit, driver: Driver, car: Car, plug_ms: int, rng: Random) -> Plan:
    """Plan a visit. The same arguments and the same state of `rng` give the same plan."""
    unplug_ms = plug_ms + to_ms(visit.stay_s)
    windows = tuple(_windows(visit, car, plug_ms, unplug_ms, rng))
    curve = PowerCurve(stretch for window in windows for stretch in window.stretches)
    unlock_s = rng.uniform(0, 3) if visit.lags.unlock_s is None else visit.lags.unlock_s
    signals = [*_arrival(visit, plug_ms)]
    for window in windows:
        signals += _window_signals(window, visit.lags)
    stay = sorted((each for each in signals if each.at_ms < unplug_ms), key=lambda each: each.at_ms)
    leaving = _departure(visit.lags, unplug_ms, unplug_ms + to_ms(unlock_s))
    return Plan(visit, driver, car, plug_ms, unplug_ms, curve, (*stay, *leaving))


def _arrival(visit: Visit, plug_ms: int) -> Iterator[Signal]:
    plug: Status = {"car": WAIT_CAR}
    if visit.card is not None:
        yield Signal(
            plug_ms + to_ms(visit.card_s),
            Act.CARD,
            {"trx": visit.card, "alw": True, "modelStatus": _CHARGE_DEFAULT},
        )
        if visit.card_s > 0 and visit.waits_for_card:
            plug |= {"alw": False, "modelStatus": _ACCESS_WAIT}
    elif visit.cardless_trx is not None:
        plug["trx"] = visit.cardless_trx
    yield Signal(plug_ms, Act.PLUG, plug)
    if visit.lags.wh_reset_s is not None:
        reset_s = min(visit.lags.wh_reset_s, visit.stay_s - 0.001)
        yield Signal(plug_ms + to_ms(reset_s), Act.RESET, {})
    yield Signal(plug_ms + to_ms(visit.lags.lock_s), Act.KEYS, {"cus": LOCKED})


def _departure(lags: Lags, unplug_ms: int, unlock_ms: int) -> list[Signal]:
    signals = [
        Signal(unplug_ms, Act.UNPLUG, {"car": IDLE}),
        Signal(unlock_ms, Act.KEYS, {"cus": UNLOCKED}),
    ]
    if lags.trx_clear_s is not None:
        signals.append(Signal(unplug_ms + to_ms(lags.trx_clear_s), Act.KEYS, {"trx": None}))
    return sorted(signals, key=lambda each: each.at_ms)


def _windows(visit: Visit, car: Car, plug_ms: int, unplug_ms: int, rng: Random) -> Iterator[_Window]:
    """Yield the charges between the pauses, then the balancing draws."""
    waits = visit.card is not None and visit.waits_for_card
    allowed_ms = plug_ms + to_ms(max(0.0, visit.card_s)) if waits else plug_ms
    at = first_ms = allowed_ms + to_ms(visit.lags.start_s + visit.lags.power_s)
    end_ms = unplug_ms - to_ms(visit.stop_s)
    soc = visit.soc
    for pause in sorted(visit.pauses, key=lambda each: each.after_s):
        pause_ms = min(first_ms + to_ms(pause.after_s), end_ms)
        part = charge(car, soc, at, pause_ms, rng)
        soc = part.soc
        if part.stretches:
            yield _Window(part.stretches, WAIT_CAR if part.full_ms is None else COMPLETE)
        at = max(at, pause_ms + to_ms(pause.for_s))
    last = charge(car, soc, at, end_ms, rng)
    if last.stretches:
        yield _Window(last.stretches, COMPLETE)
    if last.full_ms is not None:
        yield from (_Window((burst,), COMPLETE) for burst in balance(car, last.full_ms, end_ms, visit.balance, rng))


def _window_signals(window: _Window, lags: Lags) -> Iterator[Signal]:
    first, last = window.stretches[0], window.stretches[-1]
    yield Signal(first.start_ms - to_ms(lags.power_s), Act.KEYS, {"car": CHARGING})
    for stretch in window.stretches:
        yield Signal(stretch.start_ms, Act.POWER, {})
    yield Signal(last.end_ms, Act.POWER, {})
    yield Signal(last.end_ms + to_ms(lags.complete_s), Act.KEYS, {"car": window.car_after})
