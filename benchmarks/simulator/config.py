"""Scenarios and visits from JSON. Errors name the place of the mistake."""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from .car import Car
from .driver import Driver, Lags, Pause, Visit
from .scenario import Scenario
from .settings import CardSlot, ChargerSettings

type Build = Callable[[Any, str], Any]


class ConfigError(ValueError):
    """The configuration is invalid; the message begins with the place."""


def load_scenario(file: Path) -> Scenario:
    """Return the scenario of a JSON file. Raises ConfigError with the place and the mistake."""
    try:
        data = json.loads(file.read_text())
    except ValueError as fault:
        raise ConfigError(f"{file.name}: {fault}") from fault
    return scenario_from(data)


def scenario_from(data: Any) -> Scenario:
    """Return the scenario of a JSON object. Raises ConfigError with the place and the mistake.

    The keys are `chargers`, `cars`, `drivers` (lists), `visits` (lists by charger serial) and `then`. The elements have
    the fields of their classes.
    """
    data = _object(data, "scenario")
    cars = _list(data.get("cars", []), "cars", lambda item, path: _build(Car, item, path))
    drivers = _list(data.get("drivers", []), "drivers", lambda item, path: _build(Driver, item, path))
    by_name = {each.name: each for each in drivers}
    visits = _object(data.get("visits", {}), "visits")
    content = {
        "chargers": _list(data.get("chargers"), "chargers", _charger),
        "cars": {each.name: each for each in cars},
        "drivers": by_name,
        "opening": {
            serial: _list(items, f"visits.{serial}", lambda item, path: visit_from(item, by_name, path))
            for serial, items in visits.items()
        },
    }
    rest = {key: value for key, value in data.items() if key not in (*content, "visits")}
    return _build(Scenario, content | rest, "scenario")


def visit_from(data: Any, drivers: dict[str, Driver], path: str = "visit") -> Visit:
    """Return a visit. Without `card` the driver's own card is used; null means no card."""
    data = _object(data, path)
    driver = drivers.get(data.get("driver", ""))
    if driver is None:
        raise ConfigError(f"{path}.driver: none of {sorted(drivers)}")
    return _build(
        Visit,
        {"card": driver.card} | data,
        path,
        lags=lambda item, at: _build(Lags, item, at),
        pauses=lambda items, at: _list(items, at, lambda item, inner: _build(Pause, item, inner)),
        tags=lambda items, at: _list(items, at, lambda item, _: str(item)),
    )


def _charger(data: Any, path: str) -> ChargerSettings:
    return _build(
        ChargerSettings,
        data,
        path,
        cards=lambda items, at: _list(items, at, lambda item, inner: _build(CardSlot, item, inner)),
    )


def _build[T](cls: type[T], data: Any, path: str, **nested: Build) -> T:
    data = _object(data, path)
    known = {each.name: each for each in fields(cls)}  # type: ignore[arg-type]
    for name, value in data.items():
        if name not in known:
            raise ConfigError(f"{path}.{name}: no such field, only {sorted(known)}")
        _check(value, known[name].type, f"{path}.{name}")
    values = {name: nested[name](value, f"{path}.{name}") if name in nested else value for name, value in data.items()}
    try:
        return cls(**values)
    except (TypeError, ValueError) as fault:
        raise ConfigError(f"{path}: {fault}") from fault


_SIMPLE: dict[Any, tuple[type, ...]] = {
    int: (int,),
    float: (int, float),
    str: (str,),
    bool: (bool,),
    int | None: (int, type(None)),
    float | None: (int, float, type(None)),
    str | None: (str, type(None)),
}


def _check(value: Any, hint: Any, path: str) -> None:
    allowed = _SIMPLE.get(hint)
    if allowed is None:
        return
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        raise ConfigError(f"{path}: {value!r} is of the wrong type")


def _object(data: Any, path: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: an object is needed")
    return data


def _list(data: Any, path: str, build: Build) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ConfigError(f"{path}: a list is needed")
    return tuple(build(item, f"{path}[{index}]") for index, item in enumerate(data))
