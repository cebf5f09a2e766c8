"""One simulated day at one charger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from random import Random
from types import MappingProxyType
from zoneinfo import ZoneInfo

from custom_components.ev_charging_manager.domain.household import Options, Settings, UserType, Vehicle
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.statistics.statistics import Statistics
from custom_components.ev_charging_manager.domain.statistics.sums import HOUSEHOLD, Scope
from custom_components.ev_charging_manager.domain.tariff import SpotTariff, StaticTariff

from ...domain.household import PRICE, settings
from .agenda import Agenda
from .clock import SteppingClock
from .device import Device
from .drivers import ZOE, ZOES_DRIVER, Drivers
from .figures import Figures
from .house import House
from .invariants import Invariants
from .kinds import KINDS, Kind
from .market import FALLBACK, Market
from .reckoning import Reckoning
from .troubles import LAST, Troubles
from .truth import Truth

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = 25
# The days of the clock changes, the end of a month and of a year, and an ordinary day.
MIDNIGHTS = tuple(
    datetime(*day, tzinfo=BERLIN).timestamp()
    for day in ((2024, 3, 31), (2024, 10, 27), (2024, 12, 31), (2025, 2, 28), (2025, 6, 11))
)


@dataclass(slots=True, kw_only=True)
class Result(Figures):
    """The outcome of a day. `wrong` is empty if every difference from the truth is explained."""

    seed: int
    day: int
    kind: str
    wrong: list[str] = field(default_factory=list)
    doubled: int = 0


class Day:
    """Plays one day, determined by its seed and number. The events are in `house`, `truth` and `device`."""

    def __init__(self, seed: int, number: int) -> None:
        """Plan the day."""
        rng = self.rng = Random(f"chaos {seed} {number}")
        self.seed, self.number = seed, number
        self.kind = KINDS[number % len(KINDS)]
        spot = rng.random() < 0.5
        self.truth, self.agenda = Truth(), Agenda()
        self.market = Market(rng, spot, PRICE, HOURS)
        self.house = House(_settings(self.kind, spot, rng), SteppingClock(rng.choice(MIDNIGHTS)), self._price)
        self.house.started_over = self.truth.started_over.append
        self.device = Device(self.kind, rng, self.agenda, self.house.entities, self.truth, self.market)
        self.invariants = Invariants(self.kind, self.house, self.truth)
        drivers = Drivers(self.kind, rng, self.agenda, self.device, self.house, self.truth)
        drivers.plan()
        self.troubles = Troubles(self.kind, rng, self.agenda, self.device, self.house, self.truth, drivers.edges)
        self.troubles.plan(rng.choice((0, 2, 4, 8, 12, 20)))
        self._plan_routine(rng)

    def play(self) -> Result:
        """Play the day, and compare it with the truth."""
        house, device = self.house, self.device
        device.say_all()
        house.boot(restarted=False)
        while (planned := self.agenda.next()) is not None:
            elapsed, deed = planned
            house.advance_to(elapsed)
            device.pass_time(elapsed)
            deed()
            house.end_turn()
        self._come_to_rest()
        return self._result()

    def _plan_routine(self, rng: Random) -> None:
        for told in self.market.told:
            self.agenda.plan(told.at, lambda told=told: self._tell_price(told.price_micro))  # type: ignore[misc]
        if self.kind.poll_s:
            first = rng.uniform(0.0, self.kind.poll_s)
            for tick in range(int((LAST + 3_000.0) / self.kind.poll_s)):
                self.agenda.plan(first + tick * self.kind.poll_s, self.device.say_all)

    def _come_to_rest(self) -> None:
        """End all troubles and the last session."""
        house, elapsed = self.house, self.house.clock.elapsed
        house.bombs.armed.clear()
        house.ledger.breaks.clear()
        house.ledger.refusing = False
        house.advance_to(elapsed + 60.0)
        self.device.say_all()
        house.end_turn()
        house.advance_to(elapsed + 1_500.0)
        house.stop()

    def _price(self) -> int | None:
        return self.market.now

    def _tell_price(self, price_micro: int | None) -> None:
        self.market.now = price_micro
        self.house.tell_price()

    # The outcome

    @property
    def records(self) -> list[SessionRecord]:
        """Return all finished records, in the order in which they began."""
        over = [record for record in self.house.ledger.sessions.values() if record.outcome is not Outcome.RUNNING]
        return sorted(over, key=lambda record: self.house.begun[record.session_id])

    def told(self) -> str:
        """Return the day line by line: cars, troubles and records in order of time."""
        lines = [(one.since, f"{one.name} until {one.until:.1f} ({one.scope})") for one in self.truth.troubles]
        lines += [
            (car.since, f"car {car.number} until {car.until:.1f}: {car.energy_mwh:.0f} mWh, {car.user_id}")
            for car in self.truth.visits
        ]
        lines += [(self.house.begun[record.session_id], f"record {record}") for record in self.records]
        return "\n".join(f"{at:9.1f} s  {line}" for at, line in sorted(lines))

    def _result(self) -> Result:
        house, records = self.house, self.records
        reckoning = Reckoning(self.kind, self.market, self.truth, records, house.begun)
        wrong = [*self.invariants.broken, *house.ledger.complaints, *reckoning.unexplained, *self._sums(records)]
        wrong += [f"left running: {one}" for one in house.ledger.sessions.values() if one.outcome is Outcome.RUNNING]
        if not any(one.scope == "clock" for one in self.truth.troubles):
            wrong += _overlaps(records)
        # A message that the publisher could not handle passes the end of the chain; its events are in the outbox.
        if house.unhandled and not house.bombs.exploded.get("publisher"):
            wrong.append(f"no actor consumed {house.unhandled}")
        return Result(
            seed=self.seed,
            day=self.number,
            kind=self.kind.name,
            wrong=wrong,
            cars=len(self.truth.visits),
            records=len(records),
            messages=house.messages,
            changes=house.entities.changes,
            delivered_mwh=round(self.truth.total),
            unexplained_mwh=reckoning.unexplained_mwh,
            troubles=self.troubles.counts,
            explained=reckoning.explained,
            explained_mwh=reckoning.explained_mwh,
            doubled=len(self.invariants.doubled),
            raised=sum(house.bombs.exploded.values()),
            restarts=house.restarts,
        )

    def _sums(self, records: list[SessionRecord]) -> list[str]:
        """The totals of residents, guests and Unknown add up to the household's, which are those of the records."""
        statistics = Statistics(BERLIN)
        statistics.set_users(self.house.settings.household.users)
        for record in records:
            statistics.record(record)
        whole = statistics.total(HOUSEHOLD)
        parts = [statistics.total(Scope(user_type=user_type)) for user_type in UserType]
        counted = [record for record in records if record.outcome is Outcome.COMPLETED]
        energy, cost = sum(one.energy_mwh for one in counted), sum(one.cost_micro or 0 for one in counted)
        wrong = []
        if (whole.energy_mwh, whole.cost_micro, whole.sessions) != (energy, cost, len(counted)):
            wrong.append(f"the household's sum is {whole}, and not {energy} mWh")
        if sum(part.energy_mwh for part in parts) != energy or sum(part.cost_micro for part in parts) != cost:
            wrong.append(f"the parts do not sum up to the whole: {parts}")
        return wrong


def _overlaps(records: list[SessionRecord]) -> list[str]:
    return [
        f"{later.session_id} begins before {earlier.session_id} is over"
        for earlier, later in pairwise(records)
        if (earlier.ended_at or 0.0) > later.started_at + 1e-3
    ]


def _settings(kind: Kind, spot: bool, rng: Random) -> Settings:
    made = settings(
        kind.roles,
        # With power alone, time passes in steps of this length, which takes most of the run time.
        Options(checkpoint_s=rng.choice((60.0, 300.0, 300.0)), ingest_s=20.0 if kind.by_flow else 1.0),
        plug_follows_status=kind.plug_follows_status,
        default_user_id=rng.choice((None, "anna")),
        tariff=SpotTariff(0, Fraction(1), FALLBACK) if spot else StaticTariff(PRICE),
    )
    zoe = Vehicle(ZOE, "Zoe", capacity_kwh=52.0, user_id=ZOES_DRIVER)
    household = replace(made.household, vehicles=MappingProxyType({**made.household.vehicles, ZOE: zoe}))
    return replace(made, household=household)
