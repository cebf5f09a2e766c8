"""A charger's entities as Home Assistant holds them: text with units. Only changes count."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.adapters.state_parsers import (
    ENERGY_FACTORS,
    POWER_FACTORS,
    card_reader,
    is_missing,
    lock_reader,
    plug,
    status_reader,
)
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.profiles.goe_api2 import GOE_API2

from ...domain.household import CHARGER

NUMBERS = (Role.SESSION_ENERGY, Role.TOTAL_ENERGY, Role.POWER)

_status = status_reader(GOE_API2, ())
_lock = lock_reader(GOE_API2, inverted=False)
_card = card_reader(GOE_API2, CHARGER)


@dataclass(frozen=True, slots=True)
class Said:
    """A state: its text, and its unit if it is a number."""

    text: str
    unit: str | None = None


UNAVAILABLE = Said("unavailable")
UNKNOWN = Said("unknown")


class Entities:
    """Takes the charger's reports and passes the changes to the listener, as `adapters/charger/feed.py` does."""

    def __init__(self, mono: Callable[[], float]) -> None:
        """Start without states. `mono` is the house clock's."""
        self._mono = mono
        self.states: dict[Role, Said] = {}
        self._ingestor: Ingestor | None = None
        self._known: set[Role] = set()
        self.changes = 0

    def listen(self, ingestor: Ingestor | None) -> None:
        """Pass the present states and all later changes to this ingestor; None: there is no listener."""
        self._ingestor = ingestor
        self._known.clear()
        for role, said in self.states.items():
            self._tell(role, said)

    def forget(self) -> None:
        """Remove all states, as in a Home Assistant that starts."""
        self.states = dict.fromkeys(self.states, UNAVAILABLE)

    def say(self, role: Role, said: Said, again: bool = False) -> None:
        """Set a state; `again`: pass it on even if it is unchanged."""
        if self.states.get(role) == said and not again:
            return
        self.states[role] = said
        self.changes += 1
        self._tell(role, said)

    def _tell(self, role: Role, said: Said) -> None:
        ingestor = self._ingestor
        if ingestor is None:
            return
        match role:
            case Role.PLUG:
                ingestor.plug(plug(said.text))
            case Role.LOCK:
                ingestor.lock(_lock(said.text))
            case Role.STATUS:
                ingestor.status(_status(said.text))
            case Role.CARD:
                ingestor.card(_card(said.text))
            case _:
                self._number(ingestor, role, said)

    def _number(self, ingestor: Ingestor, role: Role, said: Said) -> None:
        if is_missing(said.text):
            self._known.discard(role)
            ingestor.available(role, False)
            return
        value = _value(role, said)
        if value is None:
            ingestor.unreadable_sample()
            return
        _fold(ingestor, role, value, self._mono())
        if role not in self._known and ingestor.available(role, True):
            self._known.add(role)


def _value(role: Role, said: Said) -> float | None:
    factors = POWER_FACTORS if role is Role.POWER else ENERGY_FACTORS
    try:
        value = float(said.text) * factors[said.unit]
    except (ValueError, KeyError):
        return None
    if math.isfinite(value):
        return value
    return None


def _fold(ingestor: Ingestor, role: Role, value: float, mono: float) -> None:
    match role:
        case Role.SESSION_ENERGY:
            ingestor.session_energy(round(value), mono)
        case Role.TOTAL_ENERGY:
            ingestor.total_energy(round(value), mono)
        case _:
            ingestor.power(value, mono)
