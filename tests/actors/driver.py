"""Drives one charger's real chain by calls: `charger.plug(True); charger.deliver(1.2); charger.advance(60)`.

The chain runs in the inline runner, on a clock that the calls move, with a ledger in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.domain.card import NOBODY, UNAVAILABLE, CardReading
from custom_components.ev_charging_manager.domain.commits import (
    Checkpoint,
    Commit,
    CommitFailed,
    Committed,
    OutboxEntry,
)
from custom_components.ev_charging_manager.domain.household import Role, Settings
from custom_components.ev_charging_manager.domain.messages import (
    Announced,
    LiveView,
    Logged,
    Progress,
    Recorded,
)
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.profile import CarStatus
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from custom_components.ev_charging_manager.ledger.codec import decode, encode
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES, restored, stages
from custom_components.ev_charging_manager.runtime.faults import Limits
from custom_components.ev_charging_manager.runtime.stage import Stage, Wiring

from ..domain.household import at, card_of, settings as default_settings
from ..support.energy import mwh_from_kwh
from ..support.inline import InlineRunner, ManualClock

# No number of faults in a test restarts the chain.
PATIENT = Limits(faults=1_000)


@dataclass(slots=True)
class MemoryLedger:
    """A ledger in memory. It fails the next `fail` commits."""

    sessions: dict[str, SessionRecord] = field(default_factory=dict)
    events: list[OutboxEntry] = field(default_factory=list)
    kept: Checkpoint | None = None
    fail: int = 0
    attempts: int = 0
    commits: int = 0

    async def commit(self, commit: Commit) -> Committed | CommitFailed:
        """Take all of a transaction or nothing."""
        self.attempts += 1
        if self.fail:
            self.fail -= 1
            return CommitFailed(commit.checkpoint.at, "disk full")
        self.commits += 1
        self.sessions |= {record.session_id: record for record in commit.sessions}
        events = tuple(self._entry(entry) for entry in commit.events)
        self.kept = commit.checkpoint
        return Committed(commit.checkpoint.at, commit.sessions, events)

    def _entry(self, entry: OutboxEntry) -> OutboxEntry:
        known = [old for old in self.events if (old.session_id, old.kind) == (entry.session_id, entry.kind)]
        numbered = replace(entry, entry_id=known[0].entry_id if known else len(self.events) + 1)
        if not known:
            self.events.append(numbered)
        return numbered

    def checkpoint(self) -> Checkpoint | None:
        """Return the last checkpoint. Its states are encoded and decoded, as on a disk."""
        if self.kept is None:
            return None
        kept = self.kept.states
        states = {name: decode(encode(kept[name]), kind) for name, kind in CHECKPOINT_TYPES.items() if name in kept}
        return replace(self.kept, states=states)


@dataclass(slots=True)
class Truth:
    """The true state of the charger, even while Home Assistant does not see it. Counters in mWh."""

    plug: bool | None = False
    locked: bool | None = False
    status: CarStatus | None = CarStatus.IDLE
    card: CardReading = NOBODY
    power_w: float | None = 0.0
    session: int | None = 0
    total: int | None = 500_000_000


NOTHING = Truth(None, None, None, UNAVAILABLE, None, None, None)

type Wrap = Callable[[Sequence[Stage[Any]]], Sequence[Stage[Any]]]


class Charger:
    """One charger, its chain and its ledger. Each call is one turn of the loop, unless it is within `push`."""

    def __init__(self, settings: Settings | None = None, wrap: Wrap | None = None) -> None:
        """Start Home Assistant for the first time, with the charger available and no car connected."""
        self.settings = settings or default_settings()
        self.ledger = MemoryLedger()
        self.truth = Truth()
        self.ahead = 0.0
        self.clock = ManualClock(self._moment, at(0).mono)
        self.announced: list[Announced] = []
        self.logged: list[Logged] = []
        self.recorded: list[SessionRecord] = []
        self.live: Progress | None = None
        self.lives: list[Progress] = []
        self.full = False
        self.away = False
        self.lost: set[Role] = set()
        self.ingestor: Ingestor | None = None
        self._wrap: Wrap = wrap or (lambda chain: chain)
        self._deferred: list[Callable[[], None]] = []
        self._pushing = False
        self.start(restarted=False)

    def _moment(self, mono: float) -> Moment:
        """Return the moment of both clocks. The wall clock may have been set forward by `ahead` seconds."""
        true = at(mono - at(0).mono)
        return Moment(true.utc + self.ahead, true.mono)

    # Home Assistant

    def start(self, restarted: bool = True, back: bool = True, awake: bool = False) -> None:
        """Start from the ledger's checkpoint.

        The charger's entities come one after another, unless `back` is False. `awake`: they are there already.
        """
        self._deferred.clear()
        self.ingestor = Ingestor(self.settings, self._now, self._deferred.append, restarted)
        if awake:
            self.come_back()
        self.restart_pipeline()
        self.ingestor.connect(self)
        if back:
            self.come_back()

    def restart_pipeline(self) -> None:
        """Start the chain from the ledger's checkpoint; the ingestor stays."""
        assert self.ingestor is not None
        self.runner = InlineRunner(
            self._wrap(stages(lambda: self.settings)),
            self.ingestor,
            Wiring(effects={Commit: self.ledger.commit}, exits=self._exits()),
            self.clock,
            states=restored(self.ledger.checkpoint(), self.settings),
            checkpoint_every=self.settings.options.checkpoint_s,
            limits=PATIENT,
        )

    def crash(self) -> None:
        """Kill Home Assistant without a last checkpoint."""
        self.ingestor = None
        self._deferred.clear()

    def reload(self) -> None:
        """Unload the entry in order, and set it up again."""
        self.runner.marker()
        self.start(restarted=False, awake=True)

    def configure(self, settings: Settings) -> None:
        """Edit something in the household."""
        self.settings = settings
        assert self.ingestor is not None
        self.ingestor.configure(settings)

    # The pipeline, as the ingestor sees it

    def offer(self, message: Any) -> bool:
        """Put an act into the chain, if there is room."""
        if self.full:
            return False
        self.runner.send(message)
        return True

    def nudge(self) -> None:
        """Ask the source again."""
        self.runner.nudge()

    def resync(self) -> None:
        """Ask for a snapshot."""
        self.runner.resync()

    # What happens at the charger

    @contextmanager
    def push(self) -> Iterator[None]:
        """Several entities of the charger change in one turn of the loop."""
        self._pushing = True
        yield
        self._pushing = False
        self._end_of_turn()

    def plug(self, plugged: bool | None) -> None:
        """The plug goes in or out."""
        self.truth.plug = plugged
        self.tell(Role.PLUG)

    def lock(self, locked: bool | None) -> None:
        """The cable is locked or unlocked."""
        self.truth.locked = locked
        self.tell(Role.LOCK)

    def status(self, status: CarStatus | None) -> None:
        """The car's status word changes."""
        self.truth.status = status
        self.tell(Role.STATUS)

    def card(self, slot: int | CardReading) -> None:
        """The reader's value changes, to the card of a slot or to another reading."""
        self.truth.card = card_of(slot) if isinstance(slot, int) else slot
        self.tell(Role.CARD)

    def power(self, watts: float | None) -> None:
        """The power changes."""
        self.truth.power_w = watts
        self.tell(Role.POWER)

    def deliver(self, kwh: float) -> None:
        """Energy flows to the car; both counters show it."""
        self._flow(mwh_from_kwh(kwh))

    def _flow(self, mwh: int) -> None:
        self.truth.session = (self.truth.session or 0) + mwh
        self.truth.total = (self.truth.total or 0) + mwh
        self.tell(Role.SESSION_ENERGY)
        self.tell(Role.TOTAL_ENERGY)

    def reset(self, kwh: float = 0.0) -> None:
        """The session counter begins again."""
        self.truth.session = mwh_from_kwh(kwh)
        self.tell(Role.SESSION_ENERGY)

    def read(self, role: Role, mwh: int) -> None:
        """A counter has a wrong reading."""
        assert self.ingestor is not None
        self._add(role, mwh)
        self._end_of_turn()

    def goes_away(self) -> None:
        """All entities become unavailable, one after another in one turn."""
        self.away = True
        if self.ingestor is None:
            return
        with self.push():
            for role in Role:
                self._say(role, NOTHING)

    def lose(self, role: Role) -> None:
        """One entity becomes unavailable until `find` is called for it."""
        self.tell(role, lost=True)
        self.lost.add(role)

    def find(self, role: Role) -> None:
        """The entity is available again, with the true state."""
        self.lost.discard(role)
        self.tell(role)

    def come_back(self) -> None:
        """All entities are available again with the true state, each in a separate turn of the loop."""
        self.away = False
        for role in Role:
            self.tell(role)

    def advance(self, seconds: float) -> None:
        """Time passes."""
        if self.ingestor is None:
            self.clock.move_to(self.clock.now().mono + seconds)
            return
        self.runner.advance(seconds)

    # Whole scenes

    def plug_in(self, card: int | None = None, settle: float = 5.0) -> None:
        """A driver arrives: card if any, plug, lock, counter, in one push."""
        with self.push():
            if card is not None:
                self.card(card)
            self.plug(True)
            self.lock(True)
            self.status(CarStatus.CONNECTED)
            self.reset()
        self.advance(settle)

    def charge(self, kwh: float, seconds: float = 3600.0, steps: int = 60) -> None:
        """The car draws energy evenly."""
        with self.push():
            self.status(CarStatus.CHARGING)
            self.power(kwh * 3_600_000 / seconds)
        whole = mwh_from_kwh(kwh)
        for step in range(steps):
            self.advance(seconds / steps)
            self._flow(whole * (step + 1) // steps - whole * step // steps)
        with self.push():
            self.status(CarStatus.COMPLETE)
            self.power(0.0)

    def leave(self, settle: float = 10.0) -> None:
        """The driver unplugs: plug off, and unlocked a second later; the reader forgets the card."""
        with self.push():
            self.plug(False)
            self.status(CarStatus.IDLE)
        self.advance(1)
        with self.push():
            self.lock(False)
            self.card(NOBODY)
        self.advance(settle)

    # Results

    @property
    def completed(self) -> list[SessionRecord]:
        """The completed sessions of the ledger, in order."""
        return self._with(Outcome.COMPLETED)

    @property
    def discarded(self) -> list[SessionRecord]:
        """The discarded sessions of the ledger, in order."""
        return self._with(Outcome.DISCARDED)

    @property
    def running(self) -> list[SessionRecord]:
        """The sessions that the ledger holds as running."""
        return self._with(Outcome.RUNNING)

    def only(self) -> SessionRecord:
        """Return the only session, which must be completed."""
        (record,) = self.ledger.sessions.values()
        assert record.outcome is Outcome.COMPLETED, record
        return record

    def names(self) -> list[str]:
        """The announced events by name, in order."""
        return [announced.name for announced in self.announced]

    def lines(self) -> str:
        """The log."""
        return "\n".join(line.text for line in self.logged)

    def _with(self, outcome: Outcome) -> list[SessionRecord]:
        found = [record for record in self.ledger.sessions.values() if record.outcome is outcome]
        return sorted(found, key=lambda record: record.started_at)

    def _now(self) -> Moment:
        return self.clock.now()

    def _exits(self) -> dict[type, Callable[[Any], None]]:
        return {
            LiveView: self._show,
            Announced: self.announced.append,
            Recorded: lambda recorded: self.recorded.extend(recorded.records),
            Logged: self.logged.append,
        }

    def _show(self, view: LiveView) -> None:
        self.live = view.progress
        self.lives.append(view.progress)

    def tell(self, role: Role, lost: bool = False) -> None:
        """An entity takes the true state, or becomes unavailable."""
        if self.ingestor is None or self.away or role in self.lost:
            return
        self._say(role, NOTHING if lost else self.truth)
        if not self._pushing:
            self._end_of_turn()

    def _say(self, role: Role, truth: Truth) -> None:
        assert self.ingestor is not None
        if role not in self.settings.charger.roles:
            return
        match role:
            case Role.PLUG:
                self.ingestor.plug(truth.plug)
            case Role.LOCK:
                self.ingestor.lock(truth.locked)
            case Role.STATUS:
                self.ingestor.status(truth.status)
            case Role.CARD:
                self.ingestor.card(truth.card)
            case Role.POWER:
                self._say_power(truth.power_w)
            case Role.SESSION_ENERGY:
                self._say_counter(role, truth.session)
            case Role.TOTAL_ENERGY:
                self._say_counter(role, truth.total)

    def _say_power(self, watts: float | None) -> None:
        assert self.ingestor is not None
        self.ingestor.available(Role.POWER, watts is not None)
        if watts is not None:
            self.ingestor.power(watts, self._now().mono)

    def _say_counter(self, role: Role, mwh: int | None) -> None:
        assert self.ingestor is not None
        if mwh is not None:
            self._add(role, mwh)
        self.ingestor.available(role, mwh is not None)

    def _add(self, role: Role, mwh: int) -> None:
        assert self.ingestor is not None
        add = self.ingestor.session_energy if role is Role.SESSION_ENERGY else self.ingestor.total_energy
        add(mwh, self._now().mono)

    def _end_of_turn(self) -> None:
        deferred = list(self._deferred)
        self._deferred.clear()
        for flush in deferred:
            flush()
