"""A trace: what a charger's entities showed, line by line, and the records that must come of it.

A trace is one YAML file. `family` is `go-e` or `generic`; `without` names roles that are not mapped. `lines` holds one
turn of the loop per line: seconds since `begins`, then what each entity shows, as Home Assistant shows it:

    12.5   plug on; status Charging; energy 1.5 kWh

`*` stands for all entities; `*  as before` has them show again what they showed last. `!kill`, `!start` and
`!reload` are what happens to Home Assistant. `sessions` are the golden records, worked out by hand;
`any` accepts every value of a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

TRACES = Path(__file__).parent / "traces"
BEGINS = "2026-03-10T12:00:00+00:00"

# Role by the word for its entity in a trace, in the order in which the entities become available.
ROLES: Mapping[str, str] = {
    "plug": "plug",
    "lock": "lock",
    "status": "status",
    "card": "card",
    "power": "power",
    "energy": "session_energy",
    "total": "total_energy",
}
PRICE = "price"
NUMBERS = frozenset({"power", "energy", "total", PRICE})
NOBODY_THERE: Mapping[str, Mapping[str, str]] = {
    "go-e": {
        "plug": "off",
        "lock": "Unlocked",
        "status": "Idle",
        "card": "null",
        "power": "0 W",
        "energy": "0 kWh",
        "total": "500 kWh",
    },
    "generic": {
        "plug": "off",
        "lock": "unlocked",
        "status": "available",
        "card": "No card",
        "power": "0 W",
        "energy": "0 kWh",
        "total": "500 kWh",
    },
}
UNAVAILABLE, UNKNOWN = "unavailable", "unknown"
AS_BEFORE = "as before"


@dataclass(frozen=True, slots=True)
class Shown:
    """A state of an entity: its text, and the unit of a number."""

    state: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of the event loop, or (with `happens`) an event of Home Assistant itself."""

    seconds: float
    shows: tuple[tuple[str, Shown], ...] = ()
    happens: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A story, the set-up of the charger, and the golden records."""

    name: str
    says: str
    family: str
    traps: frozenset[str]
    lines: tuple[Line, ...]
    sessions: tuple[Mapping[str, Any], ...]
    begins: float
    ends: float
    at_first: Mapping[str, Shown]
    home_assistant: bool = False
    bug: str | None = None
    charger: Mapping[str, Any] = field(default_factory=dict)
    lock_class: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The words for the charger's entities, in the order in which they become available."""
        return tuple(key for key in ROLES if key in self.at_first)


def load(path: Path) -> Trace:
    """Return a trace. Raises KeyError or ValueError for an unknown word or a missing field."""
    data = yaml.safe_load(path.read_text())
    family = data["family"]
    without = set(data.get("without", ()))
    words = {key: text for key, text in NOBODY_THERE[family].items() if key not in without}
    words |= data.get("at_first") or {}
    at_first = {key: shown(key, text) for key, text in words.items()}
    lines = tuple(_lines(data["lines"], at_first))
    return Trace(
        name=path.stem,
        says=data["says"],
        family=family,
        traps=frozenset(data["traps"]),
        lines=lines,
        sessions=tuple(data["sessions"]),
        begins=datetime.fromisoformat(data.get("begins", BEGINS)).timestamp(),
        ends=lines[-1].seconds + data.get("and_then_s", 30),
        at_first=at_first,
        home_assistant=data.get("home_assistant", False),
        bug=data.get("bug"),
        charger=data.get("charger") or {},
        lock_class=data.get("lock_class", False),
    )


def all_traces() -> list[Trace]:
    """Return all traces, by name."""
    return [load(path) for path in sorted(TRACES.glob("*.yaml"))]


def shown(key: str, text: str) -> Shown:
    """Return a state, with its unit if the entity has a numeric value."""
    state, _, unit = text.partition(" ") if key in NUMBERS else (text, "", "")
    return Shown(state, unit or None)


def _lines(text: str, at_first: Mapping[str, Shown]) -> Iterator[Line]:
    last = dict(at_first)
    said = [line.partition("#")[0].strip() for line in text.splitlines()]
    for line in filter(None, said):
        seconds, _, rest = line.partition(" ")
        if rest.strip().startswith("!"):
            yield Line(float(seconds), happens=rest.strip()[1:])
            continue
        shows = tuple(_shows(rest, last))
        last.update((key, one) for key, one in shows if one.state not in (UNAVAILABLE, UNKNOWN))
        yield Line(float(seconds), shows)


def _shows(text: str, last: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    for part in text.split(";"):
        key, _, state = part.strip().partition(" ")
        keys = tuple(key for key in ROLES if key in last) if key == "*" else (key,)
        for one in keys:
            if one not in last:
                raise ValueError(f"the charger has no entity {one!r}: {text!r}")
            yield one, last[one] if state.strip() == AS_BEFORE else shown(one, state.strip())
