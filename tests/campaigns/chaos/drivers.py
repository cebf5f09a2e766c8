"""Drivers who come, tap or do not tap, charge, pause and leave; and the truth about each of them."""

from __future__ import annotations

from random import Random

from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.messages import CarPlugged, Driver, DriverChosen
from custom_components.ev_charging_manager.domain.profile import CarStatus

from ...domain.household import ANNAS_SLOT, BENS_SLOT, GITAS_SLOT, MARKS_SLOT, OTTOS_SLOT, STRANGERS_SLOT
from .agenda import Agenda
from .device import Device
from .house import House
from .kinds import SAMPLES_S, Kind, Reset
from .truth import Scope, Tap, Trouble, Truth, Visit

LAST_ARRIVAL = 72_000.0
LAST_DEPARTURE = 82_000.0
OWNERS = {ANNAS_SLOT: "anna", BENS_SLOT: "ben", GITAS_SLOT: "gita", MARKS_SLOT: "mark"}
SLOTS = (*OWNERS, *OWNERS, *OWNERS, OTTOS_SLOT, STRANGERS_SLOT)
WATTS = (1_400.0, 3_600.0, 7_400.0, 11_000.0, 21_900.0)
ZOE, ZOES_DRIVER = "zoe", "ben"


class Drivers:
    """Plans a day of visits. The behaviour of a driver is fixed when the day is planned."""

    def __init__(self, kind: Kind, rng: Random, agenda: Agenda, device: Device, house: House, truth: Truth) -> None:
        """Plan nothing yet."""
        self._kind, self._rng, self._agenda = kind, rng, agenda
        self._device, self._house, self._truth = device, house, truth
        self._sample_s = rng.choice(SAMPLES_S)
        self._shown: int | None = None
        self._default = house.settings.charger.default_user_id
        self.edges: list[float] = []

    def plan(self) -> None:
        """Plan all visits of the day."""
        at = self._rng.uniform(60.0, 7_200.0)
        while at < LAST_ARRIVAL and len(self._truth.visits) < 9:
            leaves = self._visit(at)
            self.edges += [at, leaves]
            at = leaves + self._gap()

    def _gap(self) -> float:
        rng, least = self._rng, max(8.0, 2.5 * self._kind.poll_s + 5.0)
        if self._kind.by_flow:
            least = 700.0 + 3 * self._kind.poll_s
        return least + (rng.uniform(0.0, 30.0) if rng.random() < 0.4 else rng.uniform(60.0, 9_000.0))

    def _visit(self, at: float) -> float:
        visit = Visit(len(self._truth.visits), at, self._default)
        self._truth.visits.append(visit)
        self._agenda.plan(at, lambda: self._arrive(visit))
        leaves = min(LAST_DEPARTURE, self._charge(visit, at))
        self._tap(visit, at, leaves)
        self._agenda.plan(leaves, lambda: self._leave(visit))
        return leaves

    # Energy

    def _charge(self, visit: Visit, at: float) -> float:
        """Plan the flow of energy; return the time at which the driver leaves."""
        rng = self._rng
        if not self._kind.by_flow and not self._kind.poll_s and rng.random() < 0.06:
            return at + rng.uniform(5.0, 50.0)
        at += 1.0 if self._kind.by_flow else rng.choice((25.0, 40.0, 70.0, 3_000.0))
        watts = rng.choice(WATTS)
        for _ in range(rng.choice((1, 1, 2, 3))):
            seconds = rng.choice((rng.uniform(70.0, 600.0), rng.uniform(600.0, 10_000.0)))
            at = self._flow(at, min(at + seconds, LAST_DEPARTURE - 100.0), watts)
            at += rng.uniform(10.0, 120.0) if self._kind.by_flow else rng.uniform(10.0, 1_500.0)
        if self._kind.by_flow:
            return at
        for _ in range(rng.choice((0, 0, 0, 3))):
            at = self._flow(at + 700.0, at + 760.0, rng.uniform(300.0, 2_000.0))
        return at + rng.choice((0.0, 1.0, 600.0, 7_000.0)) * rng.random()

    def _flow(self, begin: float, end: float, watts: float) -> float:
        if end <= begin:
            return begin
        self._agenda.plan(begin, lambda: self._draw(watts))
        for tick in range(1, int((end - begin) / self._sample_s) + 1):
            self._agenda.plan(begin + tick * self._sample_s, self._device.sample)
        self._agenda.plan(end, lambda: self._draw(0.0))
        return end

    def _draw(self, watts: float) -> None:
        device = self._device
        if device.visit is None:
            return
        device.draw(watts)
        device.status = CarStatus.CHARGING if watts else CarStatus.COMPLETE
        device.act(Role.STATUS, Role.POWER, Role.SESSION_ENERGY, Role.TOTAL_ENERGY)

    # Coming and going

    def _arrive(self, visit: Visit) -> None:
        device = self._device
        device.visit, device.plugged, device.locked, device.status = visit, True, True, CarStatus.CONNECTED
        if self._kind.reset is Reset.PLUG:
            device.reset()
        if self._kind.reset is Reset.LATE:
            self._agenda.plan(device.elapsed + self._rng.uniform(2.0, 20.0), self._late_reset)
        device.act(Role.PLUG, Role.LOCK, Role.STATUS, Role.SESSION_ENERGY)

    def _late_reset(self) -> None:
        if not self._device.power_w:
            self._device.reset()
            self._device.act(Role.SESSION_ENERGY)

    def _leave(self, visit: Visit) -> None:
        device, rng = self._device, self._rng
        device.draw(0.0)
        visit.until = device.elapsed
        device.visit, device.plugged, device.status = None, False, CarStatus.IDLE
        device.act(Role.PLUG, Role.STATUS, Role.POWER, Role.SESSION_ENERGY, Role.TOTAL_ENERGY)
        stuck = Role.LOCK in self._kind.roles and rng.random() < 0.04
        opens = device.elapsed + (rng.uniform(20.0, 900.0) if stuck else rng.uniform(0.0, 3.0))
        if stuck:
            self._truth.troubles.append(Trouble("lock stuck", Scope.LOCK, device.elapsed - 1.0, opens + 1.0))
        self._agenda.plan(opens, self._unlock)
        self._agenda.plan(device.elapsed + 2.0, self._forget)

    def _unlock(self) -> None:
        if not self._device.plugged:
            self._device.locked = False
            self._device.act(Role.LOCK)

    def _forget(self) -> None:
        if self._kind.reset is Reset.UNPLUG:
            self._device.reset()
            self._device.act(Role.SESSION_ENERGY)
        if not self._kind.keeps_card:
            self._device.slot = None
            self._device.act(Role.CARD)

    # Who

    def _tap(self, visit: Visit, at: float, leaves: float) -> None:
        rng = self._rng
        found = self._cards(visit, at, leaves) if Role.CARD in self._kind.roles else None
        stranger = found == ""
        visit.user_id = found or (None if stranger else self._default)
        if rng.random() < 0.08 and not self._kind.by_flow and leaves - at > 300.0:
            self._agenda.plan(at + rng.uniform(130.0, 200.0), lambda: self._car(visit, weak=not found))
        if rng.random() < 0.08 and leaves - at > 300.0 and not self._kind.by_flow:
            user_id = rng.choice(sorted(OWNERS.values()))
            self._agenda.plan(rng.uniform(at + 210.0, leaves - 5.0), lambda: self._choose(visit, user_id))

    def _cards(self, visit: Visit, at: float, leaves: float) -> str | None:
        """Plan taps; return the user that they identify: a user, "" for an unknown card, None if no card is read."""
        rng, found = self._rng, None
        if not self._kind.keeps_card:
            self._shown = None
        early = min(leaves, at + 120.0)
        moments = {"before": at - rng.uniform(2.5, 5.5), "with": at, "late": rng.uniform(at + 3.0, early)}
        when = rng.choice(("before", "with", "late", "late", "never"))
        taps = [] if when == "never" else [(moments[when], rng.choice(SLOTS))]
        if rng.random() < 0.1 and leaves - at > 400.0:
            taps.append((rng.uniform(at + 200.0, leaves - 1.0), rng.choice(SLOTS)))
        for moment, slot in taps:
            self._agenda.plan(moment, lambda slot=slot: self._hold(slot))  # type: ignore[misc]
            if slot != self._shown:
                found = found or OWNERS.get(slot, "")
            self._shown = slot
        return found

    def _hold(self, slot: int) -> None:
        self._truth.taps.append(Tap(self._device.elapsed, OWNERS.get(slot)))
        self._device.slot = slot
        self._device.act(Role.CARD)

    def _car(self, visit: Visit, weak: bool) -> None:
        live = self._house.live
        if not self._house.up or live is None or live.record is None or self._device.visit is not visit:
            return
        if self._house.offer(CarPlugged(self._house.clock.now(), live.record.session_id, ZOE)) and weak:
            visit.name(ZOES_DRIVER)

    def _choose(self, visit: Visit, user_id: str) -> None:
        live = self._house.live
        if not self._house.up or live is None or live.record is None or self._device.visit is not visit:
            return
        if self._house.offer(DriverChosen(self._house.clock.now(), Driver.USER, user_id)):
            visit.name(user_id)
