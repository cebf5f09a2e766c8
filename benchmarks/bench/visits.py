"""A scenario for the simulator: every charger sends deltas at a fixed rate, and one car comes to each."""

from __future__ import annotations

from benchmarks.simulator import Car, CardSlot, ChargerSettings, Driver, Lags, Scenario, Visit

from .household import charger_names

# Elapsed seconds: the simulated chargers of the benchmark run in real time.
BEFORE_S, STAY_S, APART_S = 1.5, 2.5, 0.2
_PROMPT = Lags(lock_s=0.2, start_s=0.2, power_s=0.1, complete_s=0.1, unlock_s=0.0, trx_clear_s=0.4)
_USER, _CARD = "Anna", 1


def one_visit_each(chargers: int, deltas_per_second: float) -> Scenario:
    """Return the scenario for this many chargers and their total rate. The cars come and go one after another."""
    names = {f"{700_000 + number}": name for number, name in enumerate(charger_names(chargers))}
    drivers = {serial: Driver(f"Driver {serial}", "ID.4", _CARD, _USER, "resident") for serial in names}
    return Scenario(
        chargers=tuple(_charger(*each, deltas_per_second / chargers) for each in names.items()),
        cars={"ID.4": Car("ID.4", 77_000, 11_000)},
        drivers={driver.name: driver for driver in drivers.values()},
        opening={
            serial: (_visit(driver, BEFORE_S + APART_S * number),)
            for number, (serial, driver) in enumerate(drivers.items())
        },
    )


def _charger(serial: str, name: str, deltas_per_second: float) -> ChargerSettings:
    cards = (CardSlot(_CARD, _USER),)
    return ChargerSettings(serial=serial, name=name, password=None, parts=1, cards=cards, flood=deltas_per_second)


def _visit(driver: Driver, after_s: float) -> Visit:
    return Visit(driver=driver.name, after_s=after_s, stay_s=STAY_S, card=_CARD, card_s=-0.4, stop_s=0.2, lags=_PROMPT)
