"""Simulated go-e chargers: HTTP, WebSocket, cars, drivers, and the true course of every charging session.

`Simulator` is the entry point: an async context manager for tests and benchmarks. `python -m benchmarks.simulator` runs
it as a separate process.
"""

from .car import Car
from .clock import HandClock, HouseClock
from .config import load_scenario
from .driver import Driver, Lags, Pause, Visit
from .garage import Emission, Garage
from .scenario import Scenario
from .settings import CardSlot, ChargerSettings
from .simulator import Simulator
from .truth import TrueSession
from .two_chargers import demo_garage

__all__ = [
    "Car",
    "CardSlot",
    "ChargerSettings",
    "Driver",
    "Emission",
    "Garage",
    "HandClock",
    "HouseClock",
    "Lags",
    "Pause",
    "Scenario",
    "Simulator",
    "TrueSession",
    "Visit",
    "demo_garage",
    "load_scenario",
]
