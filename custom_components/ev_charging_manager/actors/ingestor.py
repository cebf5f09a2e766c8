"""The head of the chain: folds every sample where it arrives, and sends on only what an actor must act on.

The ingestor is a source, not an actor. A channel hop costs some microseconds and a charger may send hundreds of samples
a second, so samples are folded in the state-change callback and never queued. A discrete change (plug, lock, status,
card, flow) seals the fold and is sent at the end of the same turn of the loop: one push of a charger changes several
entities one after another, and all of that is one act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from ..domain.card import CardReading
from ..domain.evidence import Signals
from ..domain.household import Role, Settings
from ..domain.messages import ConfigurationChanged, Observed, PriceKnown
from ..domain.metering.fold import Fold, joined
from ..domain.metering.meter import primary_role
from ..domain.moment import Moment
from ..domain.profile import CarStatus
from ..runtime.messages import Instant
from .samples import Samples

type CounterFolding = Callable[[int, float], object]
"""Takes a value in mWh and the monotonic second at which it was read."""
type PowerFolding = Callable[[float, float], object]
"""Takes a value in watts and the monotonic second at which it was read."""


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
        """Start with every signal and counter unknown. `defer` runs a callable at the end of this turn of the loop."""
        self._now = now
        self._defer = defer
        self._restarted = restarted
        self._outlet: Outlet | None = None
        at = now()
        self._samples = Samples(settings.charger.max_power_w, at, self._on_sample, self._flows)
        self._missing: frozenset[Role] = _counters(settings)
        self._signals = Signals(metered=not self._missing)
        # The act of this turn: the signals that changed, and the fold that was sealed when the first of them did.
        self._act: set[str] = set()
        self._act_at = at
        self._before: Fold | None = None
        self._deferred = False
        self._full = False
        self._gap = False
        self._due: float | None = None
        self._sampled = False
        self._asked = False
        self._price: PriceKnown | None = None
        self._watched = at
        self.overflows = 0
        self._take(settings)

    def connect(self, outlet: Outlet) -> None:
        """Set where acts are sent."""
        self._outlet = outlet

    def configure(self, settings: Settings) -> bool:
        """Send edited settings, after all that was gathered before the edit: it is counted and priced without it.

        Returns False when there is no room: call it again later. Mapped roles only change with a new ingestor.
        """
        sent = self._outlet is not None and self._send_gathered()
        self._take(settings)
        return sent and self._outlet is not None and self._outlet.offer(ConfigurationChanged(self._now(), settings))

    def _take(self, settings: Settings) -> None:
        self._ingest_s = settings.options.ingest_s
        self._samples.power.threshold_w = settings.options.power_threshold_w
        self._holds = primary_role(settings.charger) is Role.POWER

    @property
    def rejected(self) -> int:
        """The number of readings that were ignored as impossible."""
        return self._samples.rejected

    @property
    def unreadable(self) -> int:
        """The number of readings that were no number."""
        return self._samples.unreadable

    @property
    def session_energy(self) -> CounterFolding:
        """Folds a value of the session counter. It is the accumulator's method, which saves each sample a call."""
        return self._samples.session.add

    @property
    def total_energy(self) -> CounterFolding:
        """Folds a value of the total counter."""
        return self._samples.total.add

    @property
    def power(self) -> PowerFolding:
        """Folds a value of the power."""
        return self._samples.power.add

    def _flows(self, flows: bool) -> None:
        self._change("flowing", flows)

    def unreadable_sample(self) -> None:
        """Count a reading that is no number."""
        self._samples.unreadable += 1

    def available(self, role: Role, known: bool) -> bool:
        """Take whether a counter or the power can be read at all; return whether it can.

        A counter cannot be read before its first plausible reading.
        """
        if role is Role.POWER:
            self._power_available(known)
            return known
        known = known and self._samples.counter(role).last is not None
        self._counter_available(role, known)
        return known

    def _power_available(self, known: bool) -> None:
        if not known:
            self._samples.power.lose(self._now().mono)
            self._change("flowing", None)

    def _counter_available(self, role: Role, known: bool) -> None:
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
        """Take the car status; None where the charger's status is no evidence about the car."""
        self._change("status", status)

    def card(self, reading: CardReading) -> None:
        """Take the card reader's value."""
        self._change("card", reading)

    def watch_price(self) -> None:
        """Note that a price entity is watched from now on; earlier prices may have changed unseen."""
        self._watched = self._now()

    def price(self, price_micro: int | None) -> None:
        """Take the price of a kWh from now on, in millionths; None: it is not known."""
        self._price = PriceKnown(self._now(), price_micro, self._watched.utc)
        if self._asked and self._outlet is not None and not self._outlet.offer(self._price):
            self._outlet.resync()

    def flush(self) -> None:
        """Send the act of this turn of the loop."""
        self._deferred = False
        self._send()
        self._full = False

    def poll(self, at: Instant) -> tuple[Any, ...]:
        """Seal what was gathered and return it for the chain."""
        assert isinstance(at, Moment)
        if not self._asked:
            # The snapshot that begins a pipeline's life is still to come. Samples from before it may be another car's.
            self._due = None
            return ()
        self._plan_next(at)
        if self._act:
            return (self._observed(self._act_at),)
        fold = self._samples.seal(at)
        # Hot path: positions are faster than keywords.
        return (Observed(at, self._signals, None, fold, False, False, self._take_gap()),) if fold else ()

    def _plan_next(self, at: Moment) -> None:
        """Keep the wake while samples come, so that the first sample of each interval need not ask for it."""
        more = self._sampled or (self._holds and self._samples.power.last)
        self._due = None
        self._sampled = False
        if more:
            self._due = at.mono + self._ingest_s

    def snapshot(self, at: Instant) -> tuple[Any, ...]:
        """Return the price, the act of this turn, and all signals and counters, even if they were sent before."""
        assert isinstance(at, Moment)
        messages: list[Any] = []
        if self._price is not None:
            # It comes first, so that the energy in the other messages is priced with it.
            messages.append(self._price)
        if self._act and self._asked:
            messages.append(self._observed(self._act_at))
        self._asked = True
        self._forget_act()
        messages.append(self._whole(at))
        self._restarted = False
        return tuple(messages)

    def _whole(self, at: Moment) -> Observed:
        return Observed(
            at=at,
            signals=self._signals,
            fold=self._samples.snapshot(at),
            snapshot=True,
            restarted=self._restarted,
            gap=self._take_gap(),
        )

    def due(self) -> float | None:
        """Return the monotonic second at which `poll` must be called."""
        return self._due

    def _on_sample(self, mono: float) -> None:
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
            # The same signal twice in one turn is two acts: a swap of drivers must not collapse into no change.
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
            self._before = self._samples.seal(self._act_at)

    def _send_gathered(self) -> bool:
        """Send the act of this turn, or else what was gathered since the last seal; False when there is no room."""
        assert self._outlet is not None
        if not self._asked:
            return False
        if self._act:
            self._send()
            return not self._full
        at = self._now()
        fold = self._samples.seal(at)
        if fold is None or self._outlet.offer(Observed(at, self._signals, fold=fold)):
            return True
        self._samples.keep(fold)
        return False

    def _send(self) -> None:
        """Send the act. After a refusal there is no room before the turn ends: further acts are only counted."""
        if not self._act or self._outlet is None or not self._asked:
            # Before the pipeline asks for its first snapshot, everything waits for that.
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
        fold = self._samples.seal(at)
        if self._full:
            # Energy since the refusal belongs to the acts that were lost, not to a car that this act connects.
            before = joined(before, fold)
            fold = None
            self._full = False
        return Observed(at, self._signals, before=before, fold=fold, gap=self._take_gap())

    def _forget_act(self) -> None:
        """Leave to the snapshot what was gathered before the pipeline asked for its first one."""
        self._act.clear()
        before, self._before = self._before, None
        self._samples.keep(before)

    def _overflow(self, act: Observed) -> None:
        """Keep the energy of an act that found no room; a snapshot repeats its signals."""
        self.overflows += 1
        self._gap = True
        self._full = True
        self._samples.keep(act.before, act.fold)
        if self._outlet is not None:
            self._outlet.resync()

    def _take_gap(self) -> bool:
        gap, self._gap = self._gap, False
        return gap


def _counters(settings: Settings) -> frozenset[Role]:
    return frozenset(role for role in (Role.SESSION_ENERGY, Role.TOTAL_ENERGY) if settings.charger.maps(role))
