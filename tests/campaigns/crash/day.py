"""The scripted day: visits to two chargers, each longer than any absence of Home Assistant."""

from dataclasses import replace
from random import Random

from benchmarks.simulator import Scenario, Visit, demo_garage
from benchmarks.simulator.mix import mixed_visit

HOURS = 48
# A cable that stays locked after the plug is off, long enough for a kill.
_LOCKED_S = (90.0, 240.0)
_LOCKED_SHARE = 0.3
# The first drivers leave sooner, so that a run of half a minute sees them leave.
_FIRST_AFTER_S, _FIRST_STAY_S = 60.0, 20 * 60.0


def scripted_day(seed: int) -> Scenario:
    """Return visits one after another for `HOURS` of house time: Anna and a guest left, Ben and an unknown card right.

    All but the first two visits last 35 minutes or more, so that a Home Assistant with absences of some minutes sees
    each.
    """
    garage = demo_garage(seed)
    crews = zip(garage.chargers, (("Anna", "Gustav"), ("Ben", "Stranger")), strict=True)
    opening = {charger.serial: _visits(garage, crew, Random(f"{seed}/{charger.serial}")) for charger, crew in crews}
    return replace(garage, opening=opening, then="stop")


def _visits(garage: Scenario, crew: tuple[str, ...], rng: Random) -> tuple[Visit, ...]:
    drivers, visits, length = [garage.drivers[name] for name in crew], list[Visit](), 0.0
    while length < HOURS * 3600:
        # Alternate the cards: a reader that shows the same card after an absence may show it since the session before.
        driver = drivers[len(visits) % len(drivers)]
        visit = mixed_visit([driver], rng)
        if rng.random() < _LOCKED_SHARE:
            locked_s = round(rng.uniform(*_LOCKED_S), 3)
            lags = replace(visit.lags, unlock_s=locked_s, trx_clear_s=locked_s + 1)
            visit = replace(visit, lags=lags)
        if not visits:
            visit = replace(visit, after_s=_FIRST_AFTER_S, stay_s=_FIRST_STAY_S)
        visits.append(visit)
        length += visit.after_s + visit.stay_s
    return tuple(visits)
