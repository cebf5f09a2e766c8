"""Kinds of chargers: their entities, the rate of their reports, and the behaviour of their counters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custom_components.ev_charging_manager.domain.household import Role

from ...domain.household import GO_E, NO_TOTAL, PLAIN_METER, POWER_ALONE

WH = 1_000
# Seconds between the reports of the meter while a car charges, at a charger that pushes.
SAMPLES_S = (30.0, 60.0, 120.0)


class Reset(StrEnum):
    """The time at which a charger resets its session counter."""

    PLUG = "plug"
    UNPLUG = "unplug"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of charger. `poll_s`: 0 for a charger that pushes. Steps of the counters are in mWh.

    `keeps_card`: the reader shows the last card until another one comes.
    """

    name: str
    roles: frozenset[Role]
    poll_s: float = 0.0
    reset: Reset = Reset.NEVER
    session_step_mwh: int = WH
    total_step_mwh: int = WH
    unit: str = "Wh"
    keeps_card: bool = False
    plug_follows_status: bool = False

    @property
    def by_flow(self) -> bool:
        """Whether only power shows that a car is connected."""
        return not self.roles & {Role.PLUG, Role.STATUS}

    @property
    def primary(self) -> Role:
        """The roles with which sessions are measured."""
        order = (Role.SESSION_ENERGY, Role.TOTAL_ENERGY, Role.POWER)
        return next(role for role in order if role in self.roles)

    @property
    def step_mwh(self) -> int:
        """The resolution of the counter with which sessions are measured."""
        if self.primary is Role.SESSION_ENERGY:
            return self.session_step_mwh
        return self.total_step_mwh

    @property
    def coarsest_mwh(self) -> int:
        """The resolution of its coarser counter."""
        return max(self.session_step_mwh, self.total_step_mwh if Role.TOTAL_ENERGY in self.roles else 0)


_STATUS_TOTAL = frozenset({Role.STATUS, Role.TOTAL_ENERGY})
_PLUG_TOTAL_CARD = frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD})
_STATUS_SESSION = frozenset({Role.STATUS, Role.SESSION_ENERGY, Role.POWER})

KINDS: tuple[Kind, ...] = (
    Kind(name="go-e", roles=GO_E, reset=Reset.PLUG, total_step_mwh=100 * WH, plug_follows_status=True),
    Kind(name="go-e, late reset", roles=GO_E, reset=Reset.LATE, plug_follows_status=True, keeps_card=True),
    Kind(name="reset at unplug", roles=GO_E, reset=Reset.UNPLUG, unit="kWh"),
    Kind(name="no reset, no total", roles=NO_TOTAL, session_step_mwh=10 * WH, unit="kWh"),
    Kind(name="reset, no total", roles=NO_TOTAL, reset=Reset.PLUG),
    Kind(name="status and total, 30 s", roles=_STATUS_TOTAL, poll_s=30.0, total_step_mwh=10 * WH, unit="kWh"),
    Kind(name="status and session, 60 s", roles=_STATUS_SESSION, poll_s=60.0, reset=Reset.PLUG),
    Kind(name="plug, total, card, 60 s", roles=_PLUG_TOTAL_CARD, poll_s=60.0, total_step_mwh=100 * WH),
    Kind(name="plug, total, card", roles=_PLUG_TOTAL_CARD, keeps_card=True, unit="kWh"),
    Kind(name="power and total", roles=PLAIN_METER, total_step_mwh=10 * WH, unit="kWh"),
    Kind(name="power", roles=POWER_ALONE),
    Kind(name="power, 30 s", roles=POWER_ALONE, poll_s=30.0),
)
