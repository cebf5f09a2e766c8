"""A charger: its meter, its firmware's counters, and its reports to Home Assistant."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.metering.fold import JITTER_MWH
from custom_components.ev_charging_manager.domain.profile import CarStatus

from .agenda import Agenda
from .entities import UNAVAILABLE, Entities, Said
from .kinds import Kind
from .market import Market
from .truth import Rounded, Truth, Visit

TOTAL_AT_FIRST = 512_345_600
WORDS = {
    CarStatus.IDLE: "Idle",
    CarStatus.CONNECTED: "Wait for car",
    CarStatus.CHARGING: "Charging",
    CarStatus.COMPLETE: "Complete",
}
NUMBERS = (Role.POWER, Role.SESSION_ENERGY, Role.TOTAL_ENERGY)


class Device:
    """The true state of the charger. `lies` overrides the reported value by role; None removes an override."""

    def __init__(
        self, kind: Kind, rng: Random, agenda: Agenda, entities: Entities, truth: Truth, market: Market
    ) -> None:
        """Start without a car, at the start of the day."""
        self.kind = kind
        self.plugged = False
        self.locked = False
        self.status = CarStatus.IDLE
        self.slot: int | None = None
        self.power_w = 0.0
        self.energy_mwh = 0.0
        self.lies: dict[Role, Said] = {}
        self.frozen: set[Role] = set()
        self.disorder = rng.random() < 0.5
        self.visit: Visit | None = None
        self.elapsed = 0.0
        self._base = 0.0
        self._began_again = False
        self._read_mwh = 0.0
        self._rng, self._agenda, self._entities = rng, agenda, entities
        self._truth, self._market = truth, market

    def pass_time(self, elapsed: float) -> None:
        """Let energy flow up to this time, and count it."""
        if elapsed <= self.elapsed:
            return
        if self.power_w and self.visit is not None:
            self._account(self.visit, elapsed)
        self.elapsed = elapsed
        self._truth.meter(elapsed, self.energy_mwh)

    def draw(self, watts: float) -> None:
        """Let the car draw this power from now on."""
        self.power_w = watts
        if self.visit is not None:
            self.visit.steps += 1

    def reset(self) -> None:
        """Reset the session counter."""
        self._base = self.energy_mwh
        self._began_again = True

    def value(self, role: Role) -> Said:
        """Return the state an entity would have now without any trouble."""
        kind, counted = self.kind, self.energy_mwh - self._base
        match role:
            case Role.PLUG:
                return Said("on" if self.plugged else "off")
            case Role.LOCK:
                return Said("Locked" if self.locked else "Unlocked")
            case Role.STATUS:
                return Said(WORDS[self.status])
            case Role.CARD:
                return Said("null" if self.slot is None else str(self.slot))
            case Role.POWER:
                return Said(f"{self.power_w:.1f}", "W")
            case Role.SESSION_ENERGY:
                return self._energy(counted // kind.session_step_mwh * kind.session_step_mwh)
            case _:
                return self._energy(TOTAL_AT_FIRST + self.energy_mwh // kind.total_step_mwh * kind.total_step_mwh)

    def say(self, role: Role, again: bool = False) -> None:
        """Report the true or the overridden state of an entity."""
        if role not in self.kind.roles or role in self.frozen:
            return
        lie, before = self.lies.get(role), self._entities.states.get(role)
        self._entities.say(role, lie or self.value(role), again)
        if role is self.kind.primary and lie is None and self._entities.states[role] != before:
            self._truth.readings.append(self.elapsed)
        if role is Role.SESSION_ENERGY and lie is None:
            self._read()

    def _read(self) -> None:
        """Note a correct reading of the session counter; a reset before it may look like rounding."""
        before, step = self._read_mwh, self.kind.session_step_mwh
        self._read_mwh = (self.energy_mwh - self._base) // step * step
        if self._began_again and self._read_mwh and 0 <= before - self._read_mwh <= JITTER_MWH:
            self._truth.rounded.append(Rounded(self.elapsed, before))
        self._began_again = False

    def say_all(self, again: bool = False) -> None:
        """Report all entities in one turn, in any order."""
        roles = sorted(self.kind.roles)
        self._rng.shuffle(roles)
        for role in roles:
            self.say(role, again)

    def answer(self, role: Role) -> None:
        """Report an entity that is available again. A polled charger always reports all entities."""
        for each in sorted(self.kind.roles) if self.kind.poll_s else (role,):
            self.say(each)

    def act(self, *roles: Role) -> None:
        """Report a change. A charger that pushes reports all entities together or one after another."""
        if self.kind.poll_s:
            return
        order = list(roles)
        self._rng.shuffle(order)
        for role in order:
            if self.disorder and self._rng.random() < 0.4:
                self._agenda.plan(self.elapsed + self._rng.uniform(0.0, 1.4), lambda role=role: self.say(role))  # type: ignore[misc]
            else:
                self.say(role)

    def sample(self) -> None:
        """Report the meter of a charger that pushes, from time to time."""
        if not self.kind.poll_s:
            for role in NUMBERS:
                self.say(role)

    def gone(self) -> None:
        """Make all entities unavailable."""
        for role in self.kind.roles:
            self.lies[role] = UNAVAILABLE
            self.say(role)

    def _energy(self, mwh: float) -> Said:
        if self.kind.unit == "kWh":
            return Said(f"{mwh / 1_000_000:.3f}", "kWh")
        return Said(f"{mwh / 1_000:.0f}", "Wh")

    def _account(self, visit: Visit, elapsed: float) -> None:
        cuts = self._market.cuts(self.elapsed, elapsed)
        for begin, end in pairwise(cuts):
            mwh = self.power_w * (end - begin) / 3.6
            self.energy_mwh += mwh
            visit.energy_mwh += mwh
            visit.cost_micro += mwh * self._market.price(begin) / 1_000_000
