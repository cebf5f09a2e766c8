"""Home Assistant with one charger's pipeline: it starts, crashes, stalls, and restarts its pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.domain.commits import Commit
from custom_components.ev_charging_manager.domain.household import Settings
from custom_components.ev_charging_manager.domain.messages import (
    Announced,
    LiveView,
    Logged,
    Progress,
    Recorded,
    Started,
)
from custom_components.ev_charging_manager.pipeline import restored, stages
from custom_components.ev_charging_manager.runtime.stage import Wiring

from ...support.inline import InlineRunner
from .bombs import Bombs, GuardedSource
from .clock import SteppingClock
from .entities import Entities
from .ledger import ShakyLedger

RESTART_PAUSE_S = 5.0
SLICE_S = 1.0


class House:
    """One Home Assistant after another, on one clock and one ledger. Times are true seconds of the day."""

    def __init__(self, settings: Settings, clock: SteppingClock, price: Callable[[], int | None]) -> None:
        """Prepare; `boot` starts the first one. `price` returns the present state of the price sensor."""
        self.settings = settings
        self.clock = clock
        self.entities = Entities(lambda: clock.now().mono)
        self.ledger = ShakyLedger()
        self.bombs = Bombs(self._begun)
        self.bombs.over = self._over
        self.begun: dict[str, float] = {}
        self.live: Progress | None = None
        self.watch: Callable[[Progress], None] = _nobody
        self.lives = 0
        self.events: list[Announced] = []
        self.log: list[str] = []
        self.messages = 0
        self.restarts = 0
        self.started_over: Callable[[float], None] = _at_no_time
        self.faults = 0
        self.unhandled: dict[str, int] = {}
        self.ingestor: Ingestor | None = None
        self._price = price
        self._runner: InlineRunner | None = None
        self._deferred: list[Callable[[], None]] = []
        self._back_at: float | None = None
        self._stalled = False
        self._room = 0
        self._waiting: list[Any] = []
        self._resync_wanted = False

    @property
    def up(self) -> bool:
        """Whether Home Assistant runs."""
        return self.ingestor is not None

    # Lives

    def boot(self, restarted: bool = True) -> None:
        """Start from the last checkpoint, with the states of `entities`."""
        self._deferred.clear()
        self._waiting.clear()
        self._stalled, self._back_at, self._resync_wanted = False, None, False
        self.ingestor = Ingestor(self.settings, self.clock.now, self._deferred.append, restarted)
        self.ingestor.connect(self)
        self.entities.listen(self.ingestor)
        self.ingestor.watch_price()
        self.ingestor.price(self._price())
        self._revive()
        self.end_turn()

    def crash(self) -> None:
        """Kill it: everything that was not committed is lost."""
        self._bury()
        self.ingestor, self._runner = None, None
        self._deferred.clear()
        self.entities.listen(None)

    def stop(self) -> None:
        """Stop it in order: all readings are handled, if the ledger accepts them."""
        if self._runner is not None and not self._stalled and self._back_at is None:
            self._runner.marker()
        self.crash()

    def reload(self) -> None:
        """Reload the entry in the same process."""
        self.stop()
        self.boot(restarted=False)

    def stall(self, room: int) -> None:
        """Stop the chain; this number of messages still fits before it."""
        self._stalled, self._room = True, room

    def unstall(self) -> None:
        """Let the chain run again."""
        if not self._stalled or self._runner is None:
            return
        self._stalled = False
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self._send(message)
        if self._resync_wanted:
            self._resync_wanted = False
            self.resync()
        self.nudge()

    def configure(self, settings: Settings) -> None:
        """Edit a part of the household."""
        self.settings = settings
        if self.ingestor is not None:
            self.ingestor.configure(settings)

    def tell_price(self) -> None:
        """Change the state of the price sensor."""
        if self.ingestor is not None:
            self.ingestor.price(self._price())

    # Time

    def advance_to(self, elapsed: float) -> None:
        """Let time pass, and do everything that becomes due."""
        while self.clock.now().mono < self.clock.mono_of(elapsed):
            nervous = self.bombs.ticking or self.ledger.shaky or self._back_at is not None
            until = min(elapsed, self.clock.elapsed + SLICE_S) if nervous else elapsed
            self._pass(until)

    def end_turn(self) -> None:
        """End the turn of the event loop."""
        while self._deferred:
            deferred = list(self._deferred)
            self._deferred.clear()
            for flush in deferred:
                flush()
        self._mind()

    def _pass(self, elapsed: float) -> None:
        mono = self.clock.mono_of(elapsed)
        if self._runner is None or self._stalled or self._back_at is not None:
            self.clock.move_to(mono)
        else:
            self._runner.advance(max(0.0, mono - self.clock.now().mono))
        self.clock.move_to(mono)
        self._mind()

    def _mind(self) -> None:
        """As the supervisor: after an escalation, restart from the checkpoint after a pause."""
        if self._runner is not None and self._runner.escalated and self._back_at is None:
            self._back_at = self.clock.elapsed + RESTART_PAUSE_S
            self._waiting.clear()
        if self._back_at is not None and self.clock.elapsed >= self._back_at and not self._stalled:
            self.restarts += 1
            self.started_over(self.clock.elapsed)
            self._revive()

    def _revive(self) -> None:
        assert self.ingestor is not None
        self._bury()
        self._back_at = None
        self._runner = None
        self.lives += 1
        runner = InlineRunner(
            self.bombs.wrap(stages(lambda: self.settings)),
            GuardedSource(self.ingestor, self.bombs),
            Wiring(effects={Commit: self.ledger.commit}, exits=self._exits()),
            self.clock,
            states=restored(self.ledger.checkpoint(), self.settings),
            checkpoint_every=self.settings.options.checkpoint_s,
        )
        self._runner = runner

    def _bury(self) -> None:
        if self._runner is not None:
            self.faults += len(self._runner.faults)
            self.unhandled |= self._runner.unhandled

    def _over(self) -> bool:
        return self._runner is not None and self._runner.escalated > 0

    # The pipeline, as the ingestor sees it

    def offer(self, message: Any) -> bool:
        """Send a message into the chain, if there is a chain with room."""
        if self._runner is None or self._over() or self._back_at is not None:
            return False
        if self._stalled:
            if len(self._waiting) >= self._room:
                return False
            self._waiting.append(message)
            return True
        self._send(message)
        return True

    def nudge(self) -> None:
        """Check the source again."""
        if self._runner is not None and not self._stalled and not self._over():
            self._runner.nudge()

    def resync(self) -> None:
        """Request a snapshot."""
        if self._stalled:
            self._resync_wanted = True
        elif self._runner is not None and not self._over():
            self._runner.resync()

    def _send(self, message: Any) -> None:
        assert self._runner is not None
        self.messages += 1
        self._runner.send(message)

    # The outputs

    def _begun(self, started: Started) -> None:
        self.begun[started.record.session_id] = self.clock.elapsed_of(started.at.mono)

    def _exits(self) -> dict[type, Callable[[Any], None]]:
        return {
            LiveView: self._show,
            Announced: self.events.append,
            Recorded: lambda recorded: None,
            Logged: lambda logged: self.log.append(f"{logged.level}: {logged.text}"),
        }

    def _show(self, view: LiveView) -> None:
        self.messages += 1
        self.live = view.progress
        self.watch(view.progress)


def _nobody(progress: Progress) -> None:
    """Ignore the view until a test watches."""


def _at_no_time(elapsed: float) -> None:
    """Ignore the message until a test wants it."""
