"""Every kind of failure, each with a beginning and usually an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from custom_components.ev_charging_manager.domain.household import Role

from .agenda import Agenda
from .bombs import SOURCE
from .device import NUMBERS, Device
from .entities import UNAVAILABLE, UNKNOWN, Said
from .house import House
from .kinds import Kind
from .truth import CRASH, FLAPS, RESET, Scope, Trouble, Truth

LAST = 83_000.0
GARBAGE = ("NaN", "inf", "-12.5", "charging", "", "4294967296", "1e12", "-0.3")
# A meter with this reported power may deliver nothing.
IDLE = ("-12.5", "-0.3")
ACTORS = ("debouncer", "resolver", "session", "pricing", "validator", "persistence", "publisher", SOURCE)


class Troubles:
    """Plans the troubles of a day, and records them in the truth. `edges`: times at which cars come and leave."""

    def __init__(
        self, kind: Kind, rng: Random, agenda: Agenda, device: Device, house: House, truth: Truth, edges: list[float]
    ) -> None:
        """Plan nothing yet."""
        self._kind, self._rng, self._agenda = kind, rng, agenda
        self._device, self._house, self._truth, self._edges = device, house, truth, edges
        self.counts: Counter[str] = Counter()

    def plan(self, many: int) -> None:
        """Plan this number of troubles of any kind at any time; half of them when a car comes or leaves."""
        for _ in range(many):
            near = self._rng.random() < 0.5
            at = self._rng.choice(self._edges) + self._rng.uniform(-40.0, 40.0) if near else self._rng.uniform(0, LAST)
            kind = self._rng.choice(_MENU)
            self._agenda.plan(max(1.0, at), lambda kind=kind: kind(self))  # type: ignore[misc]

    def _begin(self, name: str, scope: Scope, seconds: float, end: Callable[[], None] | None = None) -> None:
        now = self._device.elapsed
        until = min(now + seconds, LAST)
        self.counts[name] += 1
        self._truth.troubles.append(Trouble(name, scope, now, until))
        if end is not None:
            self._agenda.plan(until, end)

    def _go_on(self, scope: Scope, seconds: float) -> None:
        """A trouble lasts a little longer if the entities return one after another."""
        now = self._device.elapsed
        self._truth.troubles.append(Trouble("still coming back", scope, now, now + seconds))

    def _some_seconds(self) -> float:
        rng = self._rng
        return rng.choice((rng.uniform(0.2, 3.0), rng.uniform(3.0, 90.0), rng.uniform(90.0, 7_200.0)))

    # The charger and its entities

    def entity_away(self) -> None:
        """One entity is unavailable or unknown."""
        role = self._rng.choice(sorted(self._kind.roles))
        said = self._rng.choice((UNAVAILABLE, UNKNOWN))
        self._lie(f"{role} {said.text}", role, said, self._some_seconds())

    def garbage(self) -> None:
        """A number that is invalid or impossible."""
        roles = [role for role in NUMBERS if role in self._kind.roles]
        role, text = self._rng.choice(roles), self._rng.choice(GARBAGE)
        if role is Role.POWER and text in IDLE:
            text = "charging"
        self._lie(f"garbage {text!r}", role, Said(text, self._device.value(role).unit), self._rng.uniform(0.1, 20.0))

    def unit_mistake(self) -> None:
        """A unit changes a moment before its number."""
        role = self._rng.choice([role for role in NUMBERS if role in self._kind.roles])
        said = self._device.value(role)
        other = {"Wh": "kWh", "kWh": "Wh", "W": "kW"}[said.unit or ""]
        self._lie("unit mistake", role, Said(said.text, other), self._rng.uniform(0.1, 3.0))

    def zero(self) -> None:
        """A counter reads zero for a moment."""
        role = Role.SESSION_ENERGY if Role.SESSION_ENERGY in self._kind.roles else self._kind.primary
        self._lie("zero", role, Said("0", self._device.value(role).unit), self._rng.uniform(0.1, 5.0))

    def odd_word(self) -> None:
        """A status word in another language."""
        if Role.STATUS in self._kind.roles:
            self._lie("odd status word", Role.STATUS, Said("Ladepause"), self._some_seconds())

    def plug_flaps(self) -> None:
        """The plug reads a wrong state."""
        roles = [role for role in (Role.PLUG, Role.STATUS) if role in self._kind.roles]
        if not roles:
            return
        plugged = self._device.plugged
        words = {Role.PLUG: Said("off" if plugged else "on"), Role.STATUS: Said("Idle" if plugged else "Wait for car")}
        seconds = self._rng.choice((self._rng.uniform(0.1, 1.9), self._rng.uniform(2.0, 30.0)))
        for role in self._rng.sample(roles, self._rng.randint(1, len(roles))):
            self._lie(FLAPS, role, words[role], seconds)

    def lock_bounces(self) -> None:
        """The lock reads a wrong state."""
        if Role.LOCK in self._kind.roles:
            said = Said("Unlocked" if self._device.locked else "Locked")
            self._lie("lock bounces", Role.LOCK, said, self._rng.uniform(0.1, 10.0))

    def status_flaps(self) -> None:
        """The status alternates between words for a connected car."""
        if Role.STATUS not in self._kind.roles or not self._device.plugged:
            return
        self._begin("status flaps", Scope.OTHER, 5.0)
        for number in range(8):
            word = self._rng.choice(("Wait for car", "Charging", "Complete"))
            self._agenda.plan(self._device.elapsed + number * 0.6, lambda word=word: self._flap(word))  # type: ignore[misc]

    def _flap(self, word: str) -> None:
        if Role.STATUS in self._kind.roles and self._device.plugged and Role.STATUS not in self._device.lies:
            self._house.entities.say(Role.STATUS, Said(word))
            self._agenda.plan(self._device.elapsed + 0.3, lambda: self._device.say(Role.STATUS))

    def outage(self) -> None:
        """The whole charger is unavailable; its entities return one after another."""
        self._begin("outage", Scope.OUTAGE, self._some_seconds() + 1.0, self._back)
        self._device.gone()

    def _back(self) -> None:
        for role in sorted(self._kind.roles):
            later = self._rng.choice((0.0, 0.0, 0.5, self._rng.uniform(0.0, 30.0)))
            self._go_on(Scope.OUTAGE, later)
            self._agenda.plan(self._device.elapsed + later, lambda role=role: self._honest(role, UNAVAILABLE))  # type: ignore[misc]

    def card_late(self) -> None:
        """The reader's value arrives late."""
        if Role.CARD in self._kind.roles:
            self._device.frozen.add(Role.CARD)
            self._begin("card late", Scope.CARD, self._rng.uniform(1.0, 90.0), lambda: self._thaw(Role.CARD))

    def _thaw(self, role: Role) -> None:
        self._device.frozen.discard(role)
        self._device.say(role)

    def counter_resets(self) -> None:
        """The session counter is reset during a session."""
        if Role.SESSION_ENERGY in self._kind.roles:
            self._device.sample()
            self._begin(RESET, Scope.COUNTER, 0.5)
            self._device.reset()
            self._device.act(Role.SESSION_ENERGY)

    def duplicates(self) -> None:
        """All states are reported again."""
        self._begin("duplicates", Scope.OTHER, 0.1)
        for _ in range(3):
            self._device.say_all(again=True)

    def flood(self) -> None:
        """Very many changes in one moment."""
        self._begin("flood", Scope.OTHER, 0.1)
        for number in range(1_000):
            self._device.sample()
            if number % 50 == 0:
                self._flap("Complete")

    # Home Assistant

    def crash(self) -> None:
        """Home Assistant is killed, and starts after a while."""
        if self._house.up:
            self._begin(CRASH, Scope.AWAY, self._some_seconds(), self._boot)
            self._house.crash()

    def restart(self) -> None:
        """Home Assistant is stopped in order, and starts after a while."""
        if self._house.up:
            self._begin("restart", Scope.AWAY, self._some_seconds(), self._boot)
            self._house.stop()

    def _boot(self) -> None:
        self._house.entities.forget()
        self._house.clock.boot()
        self._house.boot()
        for role in sorted(self._kind.roles):
            later = self._rng.choice((0.0, 0.0, 1.0, self._rng.uniform(0.0, 50.0)))
            self._go_on(Scope.AWAY, later)
            self._device.frozen.add(role)
            self._agenda.plan(self._device.elapsed + later, lambda role=role: self._thaw(role))  # type: ignore[misc]

    def reload(self) -> None:
        """The entry is reloaded."""
        if self._house.up:
            self._begin("reload", Scope.CHAIN, 0.5)
            self._house.reload()

    def raising(self) -> None:
        """Steps raise."""
        actor, times = self._rng.choice(ACTORS), self._rng.choice((1, 1, 2, 6))
        self._begin(f"{actor} raises", Scope.CHAIN, 20.0, self._house.bombs.armed.clear)
        self._house.bombs.arm(actor, times)

    def stall(self) -> None:
        """The chain stops, and the channel before it fills up."""
        if self._house.up:
            self._begin("queue full", Scope.CHAIN, self._rng.uniform(0.5, 30.0), self._house.unstall)
            self._house.stall(self._rng.choice((0, 1, 3)))

    def ledger_refuses(self) -> None:
        """The ledger refuses commits for a while."""
        self._house.ledger.refusing = True
        self._begin("ledger refuses", Scope.CHAIN, self._some_seconds(), self._ledger_mended)

    def _ledger_mended(self) -> None:
        self._house.ledger.refusing = False

    def ledger_breaks(self) -> None:
        """The ledger raises, before or after the write."""
        self._begin("ledger breaks", Scope.CHAIN, 60.0, self._house.ledger.breaks.clear)
        self._house.ledger.breaks.append(self._rng.choice(("before", "after")))

    def clock_steps(self) -> None:
        """The wall clock steps forward or back."""
        seconds = self._rng.choice((1.0, -1.0, 2.5, -2.5, 3600.0, -3600.0, 40.0, -40.0))
        self._begin("clock steps", Scope.CLOCK, 0.1)
        self._house.clock.step(seconds)

    def edited(self) -> None:
        """The household is edited: everybody gets another name."""
        self._begin("edit", Scope.OTHER, 0.1)
        settings = self._house.settings
        self._house.configure(replace(settings, charger=replace(settings.charger, name=settings.charger.name + "!")))

    # How

    def _lie(self, name: str, role: Role, said: Said, seconds: float) -> None:
        self._begin(name, self._scope(role), seconds, lambda: self._honest(role, said))
        self._device.lies[role] = said
        self._device.say(role)

    def _honest(self, role: Role, said: Said) -> None:
        if self._device.lies.get(role) == said:
            del self._device.lies[role]
            self._device.answer(role)

    def _scope(self, role: Role) -> Scope:
        if role in (Role.PLUG, Role.STATUS) or (self._kind.by_flow and role is Role.POWER):
            return Scope.PLUG
        if role is self._kind.primary:
            return Scope.COUNTER
        return {Role.CARD: Scope.CARD, Role.LOCK: Scope.LOCK}.get(role, Scope.OTHER)


_MENU: tuple[Callable[[Troubles], None], ...] = (
    Troubles.entity_away,
    Troubles.entity_away,
    Troubles.garbage,
    Troubles.unit_mistake,
    Troubles.zero,
    Troubles.odd_word,
    Troubles.plug_flaps,
    Troubles.lock_bounces,
    Troubles.status_flaps,
    Troubles.outage,
    Troubles.outage,
    Troubles.card_late,
    Troubles.counter_resets,
    Troubles.duplicates,
    Troubles.flood,
    Troubles.crash,
    Troubles.crash,
    Troubles.restart,
    Troubles.reload,
    Troubles.raising,
    Troubles.raising,
    Troubles.stall,
    Troubles.ledger_refuses,
    Troubles.ledger_breaks,
    Troubles.clock_steps,
    Troubles.edited,
)
