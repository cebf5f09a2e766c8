"""Random visits without end: the driver, the card and the behaviour of the car."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from .driver import Driver, Lags, Pause, Visit


def mixed_visit(drivers: Sequence[Driver], rng: Random) -> Visit:
    """Return a random visit; residents come twice as often as others.

    The card comes in time or late, and sometimes the car comes right after the last one.
    """
    driver = rng.choices(drivers, [2 if each.kind == "resident" else 1 for each in drivers])[0]
    shape = rng.choice(_SHAPES)
    late = rng.random() < 0.25
    return shape(
        rng,
        Visit(
            driver=driver.name,
            after_s=round(_gap_s(rng), 3),
            stay_s=round(rng.uniform(35, 75) * 60, 3),
            soc=round(rng.uniform(0.2, 0.6), 3),
            card=driver.card,
            card_s=round(_card_s(rng, late), 3),
        ),
    )


def _gap_s(rng: Random) -> float:
    if rng.random() < 0.2:
        return rng.uniform(20, 50)
    return rng.uniform(120, 600)


def _card_s(rng: Random, late: bool) -> float:
    if late:
        return rng.uniform(3, 25)
    return rng.uniform(-15, -4)


def _plain(_rng: Random, visit: Visit) -> Visit:
    return visit


def _paused(rng: Random, visit: Visit) -> Visit:
    rest = Pause(round(rng.uniform(480, 900), 3), round(rng.uniform(90, 900), 3))
    return replace(visit, pauses=(rest,))


def _balanced(rng: Random, visit: Visit) -> Visit:
    # The battery is full early enough to balance its cells before the driver returns.
    soc, stay_s = round(rng.uniform(0.97, 0.985), 3), round(rng.uniform(55, 75) * 60, 3)
    return replace(visit, soc=soc, stay_s=stay_s, balance=rng.randint(2, 5))


def _slow_signals(rng: Random, visit: Visit) -> Visit:
    return replace(visit, lags=Lags(lock_s=2.5, wh_reset_s=1.5, unlock_s=round(rng.uniform(2, 3), 3), trx_clear_s=6.0))


_SHAPES: tuple[Callable[[Random, Visit], Visit], ...] = (_plain, _plain, _paused, _balanced, _slow_signals)
