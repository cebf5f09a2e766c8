"""Kinds of chargers: what they tell, how often, and how their counters behave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custom_components.ev_charging_manager.domain.household import Role

from ...domain.household import GO_E, NO_TOTAL, PLAIN_METER, POWER_ALONE

WH = 1_000
# How often a charger that pushes may tell of its meter while a car charges, in seconds.
SAMPLES_S = (30.0, 60.0, 120.0)


class Reset(StrEnum):
    """When a charger's session counter begins again."""

    PLUG = "plug"
    UNPLUG = "unplug"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of charger. `poll_s`: 0 for one that pushes; steps of the counters in mWh.

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
        """Whether only a flow of power tells that a car is there."""
        return not self.roles & {Role.PLUG, Role.STATUS}

    @property
    def primary(self) -> Role:
        """What sessions are measured with."""
        order = (Role.SESSION_ENERGY, Role.TOTAL_ENERGY, Role.POWER)
        return next(role for role in order if role in self.roles)

    @property
    def step_mwh(self) -> int:
        """How coarse the counter is that sessions are measured with."""
        return self.session_step_mwh if self.primary is Role.SESSION_ENERGY else self.total_step_mwh

    @property
    def coarsest_mwh(self) -> int:
        """How coarse its coarser counter is."""
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
