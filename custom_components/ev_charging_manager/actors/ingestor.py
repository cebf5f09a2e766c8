"""The head of the chain: folds every sample where it arrives, and sends on only what somebody must act on.

It is a source, not an actor. A channel hop costs some microseconds and a charger may send hundreds of samples a second,
so a sample never enters a queue: it is folded in the state-change callback itself. A discrete change (plug, lock,
status, card, flow) seals the fold and goes on at the end of the same turn of the loop, because one push of a charger
changes several entities one after another and is one act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from ..domain.card import CardReading
from ..domain.evidence import Signals
from ..domain.household import Role, Settings
from ..domain.messages import Observed, PriceKnown
from ..domain.metering.accumulator import CounterAccumulator
from ..domain.metering.fold import Fold, joined
from ..domain.metering.integrator import PowerIntegrator
from ..domain.metering.meter import primary_role
from ..domain.moment import Moment
from ..domain.profile import CarStatus
from ..runtime.messages import Instant

type CounterFolding = Callable[[int, float], object]
"""Takes a value in mWh and the monotonic second at which it was read."""
type PowerFolding = Callable[[float, float], object]
"""The same for watts."""


class Outlet(Protocol):
    """The pipeline as its source sees it."""

    def offer(self, message: Any) -> bool:
        """Put a message into the chain; False when there is no room."""

    def nudge(self) -> None:
        """Ask `due` again."""

    def resync(self) -> None:
        """Ask for a snapshot."""


class Ingestor:
    """One charger's samples and signals. All methods are called in the event loop and none of them waits."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], Moment],
        defer: Callable[[Callable[[], None]], Any],
        restarted: bool = False,
    ) -> None:
        """Start without any knowledge. `defer` runs a callable at the end of this turn of the loop."""
        self._now = now
        self._defer = defer
        self._restarted = restarted
        self._outlet: Outlet | None = None
        power = settings.charger.max_power_w
        self._session = CounterAccumulator(power, self._heard)
        self._total = CounterAccumulator(power, self._heard)
        self._power = PowerIntegrator(power, self._heard, self._flows)
        self._signals = Signals(metered=not _counters(settings))
        self._missing: frozenset[Role] = _counters(settings)
        self._since = now()
        self._act: set[str] = set()
        self._act_at = self._since
        self._before: Fold | None = None
        self._kept: Fold | None = None
        self._due: float | None = None
        self._sampled = False
        self._deferred = False
        self._full = False
        self._gap = False
        self._asked = False
        self._price: PriceKnown | None = None
        self._watched = self._since
        self._reported = 0
        self.overflows = 0
        self.unreadable = 0
        self.configure(settings)

    def connect(self, outlet: Outlet) -> None:
        """Say where acts go."""
        self._outlet = outlet

    def configure(self, settings: Settings) -> None:
        """Take new settings; the roles that are mapped do not change without a new ingestor."""
        self._ingest_s = settings.options.ingest_s
        self._power.threshold_w = settings.options.power_threshold_w
        self._holds = primary_role(settings.charger) is Role.POWER

    @property
    def rejected(self) -> int:
        """Readings that were put aside because they cannot be."""
        return self._session.rejected + self._total.rejected + self._power.rejected + self.unreadable

    @property
    def session_energy(self) -> CounterFolding:
        """Folds a value of the session counter. The accumulator's own door: each sample is spared a call."""
        return self._session.add

    @property
    def total_energy(self) -> CounterFolding:
        """Folds a value of the total counter."""
        return self._total.add

    @property
    def power(self) -> PowerFolding:
        """Folds a value of the power."""
        return self._power.add

    def _flows(self, flows: bool) -> None:
        self._change("flowing", flows)

    def unreadable_sample(self) -> None:
        """Count a reading that is not even a number."""
        self.unreadable += 1

    def available(self, role: Role, known: bool) -> None:
        """Say whether a counter or the power can be read at all."""
        if role is Role.POWER:
            if not known:
                self._power.lose(self._now().mono)
                self._change("flowing", None)
            return
        if (role in self._missing) is known:
            self._missing = self._missing ^ {role}
            self._change("metered", not self._missing)

    def plug(self, plugged: bool | None) -> None:
        """Take the plug: in, out, or not known."""
        self._change("plug", plugged)

    def lock(self, locked: bool | None) -> None:
        """Take the cable lock: locked, unlocked, or not known."""
        self._change("locked", locked)

    def status(self, status: CarStatus | None) -> None:
        """Take the car status; None where it says nothing about the car."""
        self._change("status", status)

    def card(self, reading: CardReading) -> None:
        """Take the card reader's value."""
        self._change("card", reading)

    def watch_price(self) -> None:
        """Begin to be told what a kWh costs; what was told before may have changed unseen."""
        self._watched = self._now()

    def price(self, price_micro: int | None) -> None:
        """Take what a kWh costs from now on, in millionths; None: nobody knows."""
        self._price = PriceKnown(self._now(), price_micro, self._watched.utc)
        if self._asked and self._outlet is not None and not self._outlet.offer(self._price):
            self._outlet.resync()

    def flush(self) -> None:
        """Send the act on that this turn of the loop was about."""
        self._deferred = False
        self._send()
        self._full = False

    def poll(self, at: Instant) -> tuple[Any, ...]:
        """Seal what was gathered and hand it to the pump."""
        assert isinstance(at, Moment)
        if not self._asked:
            # The snapshot that begins a pipeline's life is still to come. What was there before it may be another car.
            self._due = None
            return ()
        # As long as samples come the wake stands, so that the first of each interval need not ask for it.
        again = self._sampled or (self._holds and self._power.last)
        self._due, self._sampled = at.mono + self._ingest_s if again else None, False
        if self._act:
            return (self._observed(self._act_at),)
        fold = self._seal(at)
        # By position, as in `Running.record`.
        return (Observed(at, self._signals, None, fold, False, False, self._take_gap()),) if fold else ()

    def snapshot(self, at: Instant) -> tuple[Any, ...]:
        """Everything as it is now, whatever was said before."""
        assert isinstance(at, Moment)
        act = (self._observed(self._act_at),) if self._act and self._asked else ()
        self._asked = True
        self._forget_act()
        whole = Observed(
            at=at,
            signals=self._signals,
            fold=self._standing(at),
            snapshot=True,
            restarted=self._restarted,
            gap=self._take_gap(),
        )
        self._restarted = False
        # The energy that the rest tells of is priced with it.
        return (*((self._price,) if self._price else ()), *act, whole)

    def due(self) -> float | None:
        """When the pump shall come by."""
        return self._due

    def _heard(self, mono: float) -> None:
        self._sampled = True
        if self._due is not None:
            return
        self._due = mono + self._ingest_s
        if self._outlet is not None:
            self._outlet.nudge()

    def _change(self, signal: str, value: Any) -> None:
        if getattr(self._signals, signal) == value:
            return
        if signal in self._act:
            # The same signal twice in one turn is two acts; a swap of drivers must not collapse into nothing.
            self._send()
        if not self._act:
            self._begin_act()
        self._act.add(signal)
        self._signals = replace(self._signals, **{signal: value})

    def _begin_act(self) -> None:
        if not self._deferred:
            self._deferred = True
            self._defer(self.flush)
        if not self._full:
            self._act_at = self._now()
            self._before = self._seal(self._act_at)

    def _send(self) -> None:
        """Send the act on. After a refusal there is no room before the turn ends: what comes until then is counted."""
        if not self._act or self._outlet is None or not self._asked:
            # Before the pipeline asked for its first snapshot, everything goes out with that.
            return
        if self._full and self._deferred:
            self.overflows += 1
            self._act.clear()
            return
        act = self._observed(self._act_at)
        if not self._outlet.offer(act):
            self._overflow(act)

    def _observed(self, at: Moment) -> Observed:
        self._act.clear()
        before, self._before = self._before, None
        fold = self._seal(at)
        if self._full:
            # What was gathered since the refusal is of those acts that were lost, not of a car that this one brings.
            before, fold, self._full = joined(before, fold), None, False
        return Observed(at, self._signals, before=before, fold=fold, gap=self._take_gap())

    def _forget_act(self) -> None:
        """Leave to the snapshot what was gathered before anybody asked for anything."""
        self._act.clear()
        self._kept, self._before = joined(self._kept, self._before), None

    def _overflow(self, act: Observed) -> None:
        """Keep the energy of an act that found no room; its signals come again with the snapshot."""
        self.overflows += 1
        self._gap = self._full = True
        self._kept = joined(joined(self._kept, act.before), act.fold)
        if self._outlet is not None:
            self._outlet.resync()

    def _seal(self, at: Moment) -> Fold | None:
        since, self._since = self._since, at
        session, total, power = self._session.seal(), self._total.seal(), self._power.seal(at.mono)
        rejected, self._reported = self.rejected - self._reported, self.rejected
        kept, self._kept = self._kept, None
        if session is None and total is None and power is None and not rejected:
            return kept
        return joined(kept, Fold(since, at, session, total, power, rejected))

    def _standing(self, at: Moment) -> Fold:
        fold = self._seal(at) or Fold(self._since, at)
        return replace(
            fold,
            session=fold.session or self._session.standing(),
            total=fold.total or self._total.standing(),
        )

    def _take_gap(self) -> bool:
        gap, self._gap = self._gap, False
        return gap


def _counters(settings: Settings) -> frozenset[Role]:
    return frozenset(role for role in (Role.SESSION_ENERGY, Role.TOTAL_ENERGY) if settings.charger.tells(role))
