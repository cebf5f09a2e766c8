"""All chargers in one order of house time. It has no clock and no network; the caller advances the time."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from .charger import Charger, Step
from .driver import Visit
from .plan import Plan, plan_visit
from .scenario import Scenario, Then
from .truth import TrueSession, TruthBook
from .units import Status, to_ms, to_seconds

# A charger needs a moment between two cars, even if a visit sets none.
_BREATH_MS = 1_000


@dataclass(frozen=True, slots=True)
class Emission:
    """Changed keys of a charger at a house time (ms)."""

    at_ms: int
    serial: str
    changes: Status


class Garage:
    """The simulation.

    The same scenario, seed, sampling and start always produce the same emissions and the same true sessions.

    `period_ms`: house time between two samples of a charger with an active car. `flood_speed`: house seconds per
    elapsed second, to convert the chargers' `flood` (deltas per elapsed second).
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        period_ms: float,
        flood_speed: float = 1.0,
        book: TruthBook | None = None,
    ) -> None:
        self.scenario = scenario
        self.book = book or TruthBook()
        self.started_ms: int | None = None
        self._seed = seed
        self._planned = 0
        self._numbers: dict[str, int] = {}
        self._visits = scenario.visits(seed)
        self._asked: dict[str, deque[Visit]] = {}
        self.chargers: dict[str, Charger] = {}
        for each in scenario.chargers:
            period = flood_speed * 1000 / each.flood if each.flood else period_ms
            self.chargers[each.serial] = Charger(each, seed, period)
            self._asked[each.serial] = deque()

    def start(self, at_ms: int) -> None:
        """Start to play the visits of the scenario. A second call does nothing."""
        if self.started_ms is not None:
            return
        self.started_ms = at_ms
        for serial, charger in self.chargers.items():
            charger.start(at_ms)
            self._plan_next(serial, at_ms)

    def due_ms(self) -> int | None:
        """Return the time of the next event, None if there is none without a new visit."""
        return min((due for each in self.chargers.values() if (due := each.due_ms()) is not None), default=None)

    def advance(self, to_ms: int) -> Iterator[Emission]:
        """Yield everything that happens until `to_ms` (included), in order.

        An emission happens only when it is taken from the iterator.
        """
        while (serial := self._next(to_ms)) is not None:
            step = self.chargers[serial].step()
            if step.unplugged is not None:
                self._unplugged(serial, step, step.unplugged)
            if step.changes:
                yield Emission(step.at_ms, serial, step.changes)

    def visit(self, serial: str, visit: Visit, at_ms: int) -> None:
        """Send a driver to a charger next, before the visits that were planned.

        `after_s` counts from the unplug of the present car, or from `at_ms`.

        Raises KeyError for an unknown charger or driver.
        """
        charger = self.chargers[serial]
        self.scenario.drivers[visit.driver]
        if self.started_ms is None or charger.begun:
            self._asked[serial].append(visit)
            return
        expected = charger.drop()
        if expected is not None:
            self._asked[serial].append(expected.visit)
        self._take(serial, visit, at_ms)

    def leave(self, serial: str, at_ms: int) -> None:
        """Let the driver end the charge and unplug within seconds. Raises ValueError if no car is connected."""
        charger = self.chargers[serial]
        plan = charger.plan
        if plan is None or at_ms < plan.plug_ms:
            raise ValueError("leave: no car is connected at this charger")
        unplug_ms = at_ms + to_ms(plan.visit.stop_s) + _BREATH_MS
        if unplug_ms < plan.unplug_ms:
            visit = replace(plan.visit, stay_s=to_seconds(unplug_ms - plan.plug_ms))
            charger.amend(self._plan(serial, visit, plan.plug_ms))

    def go_on(self, then: Then, at_ms: int) -> None:
        """Set what follows the known visits. A charger without a planned visit may get one immediately."""
        self._visits.then = then
        for serial, charger in self.chargers.items():
            if charger.plan is None and self.started_ms is not None:
                self._plan_next(serial, at_ms)

    def running(self, at_ms: int) -> list[TrueSession]:
        """Return the running sessions as of this time."""
        sessions = (
            self.book.running(charger, at_ms, self._plugged_elsewhere(serial, at_ms))
            for serial, charger in self.chargers.items()
        )
        return [each for each in sessions if each is not None]

    def _next(self, to_ms: int) -> str | None:
        dues = [(due, serial) for serial, each in self.chargers.items() if (due := each.due_ms()) is not None]
        due, serial = min(dues, default=(to_ms + 1, ""))
        if due <= to_ms:
            return serial
        return None

    def _unplugged(self, serial: str, step: Step, plan: Plan) -> None:
        self.book.finish(self.chargers[serial], plan, self._plugged_elsewhere(serial, step.at_ms))
        self._plan_next(serial, step.at_ms)

    def _plan_next(self, serial: str, free_ms: int) -> None:
        asked = self._asked[serial]
        visit = asked.popleft() if asked else self._visits.next_visit(serial, self._busy(serial))
        if visit is not None:
            self._take(serial, visit, free_ms)

    def _take(self, serial: str, visit: Visit, free_ms: int) -> None:
        before_s = max(0.0, -visit.card_s) if visit.card is not None else 0.0
        plug_ms = free_ms + max(to_ms(visit.after_s), _BREATH_MS + to_ms(before_s))
        self._numbers[serial] = self._planned
        self._planned += 1
        self.chargers[serial].take(self._plan(serial, visit, plug_ms))

    def _plan(self, serial: str, visit: Visit, plug_ms: int) -> Plan:
        """Return the plan of a visit. The same visit has the same plan; a shorter stay has the same plan so far."""
        driver = self.scenario.drivers[visit.driver]
        rng = Random(f"{self._seed}/{serial}/{self._numbers[serial]}")
        return plan_visit(visit, driver, self.scenario.cars[driver.car], plug_ms, rng)

    def _busy(self, serial: str) -> frozenset[str]:
        plans = (each.plan for other, each in self.chargers.items() if other != serial)
        return frozenset(plan.driver.name for plan in plans if plan is not None)

    def _plugged_elsewhere(self, serial: str, at_ms: int) -> list[Plan]:
        plans = (each.plan for other, each in self.chargers.items() if other != serial)
        return [plan for plan in plans if plan is not None and plan.plug_ms < at_ms]
