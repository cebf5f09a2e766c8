"""Keeps one chain alive: restarts it when it fails again and again, and stops it when that does not help."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import anyio

from .cancellation import CancelWatch
from .chain import ChainEnd
from .clock import Clock
from .context import Surroundings, no_watch, perform_plainly, routes_of
from .faults import FaultBudget, FaultDesk, Limits
from .generation import Generation
from .health import ActorHealth, Edge, PipelineHealth, Status
from .messages import Instant
from .pump import Alarm
from .schedule import SOURCE, Head
from .source import Source
from .stage import Stage, Wiring, check_chain

_LOGGER = logging.getLogger(__name__)

type Restore = Callable[[], Mapping[str, Any] | Awaitable[Mapping[str, Any]]]
"""Returns the states of the last checkpoint by actor name; an actor that is missing starts anew."""


class Supervisor:
    """One pipeline, from `run` until it is drained, cancelled or gives up.

    All doors but `run` and `drain` are synchronous, never wait, and belong to the thread of the event loop.
    Whatever happens in here disturbs no other pipeline.
    """

    def __init__(  # noqa: PLR0913  # everything but the chain itself has a name at the call
        self,
        name: str,
        stages: Sequence[Stage[Any]],
        source: Source,
        clock: Clock[Instant],
        wiring: Wiring,
        *,
        checkpoint_every: float,
        restore: Restore,
        on_stopped: Callable[[str], None] | None = None,
        limits: Limits | None = None,
        redact: Callable[[str], str] | None = None,
        watch: Callable[[], float] = no_watch,
    ) -> None:
        """Check the chain (ValueError if it cannot work) and start nothing yet.

        `checkpoint_every` is in seconds of the house clock. `on_stopped` gets the name when the pipeline gave
        up. `redact` takes private things out of what is kept and logged about faults. `watch` returns seconds
        for measuring steps.
        """
        check_chain(stages)
        self.name = name
        self._stages = tuple(stages)
        self._clock = clock
        self._restore = restore
        self._on_stopped = on_stopped
        self._limits = limits or Limits()
        self._desk = FaultDesk(name, self._limits, lambda: clock.now().mono, redact, self._escalate)
        names = [stage.name for stage in self._stages]
        self._head = Head(names, source, self._desk, self._limits, _positive(checkpoint_every))
        self._alarm = Alarm(clock)
        self._head.on_sooner = self._alarm.ring
        self._around = Surroundings(
            wiring=wiring,
            routes=routes_of(wiring),
            head=self._head,
            desk=self._desk,
            limits=self._limits,
            perform=perform_plainly,
            watch=watch,
        )
        self._end = ChainEnd()
        self._healths = tuple(ActorHealth(stage.name, capacity=stage.capacity) for stage in self._stages)
        self._restart_budget = FaultBudget(self._limits.restarts + 1, self._limits.restart_window)
        self._status = Status.NEW
        self._restarts = 0
        self._refused = 0
        self._last_error: str | None = None
        self._generation: Generation | None = None
        self._scope: anyio.CancelScope | None = None
        self._ended: anyio.Event | None = None
        self._stopping = False
        self._nothing_lost = True

    def offer(self, message: Any) -> bool:
        """Send a message to the first actor; False when it was not taken, since it is full or does not run.

        Then the message is lost to the chain: count the gap and call `resync`.
        """
        generation = self._generation
        if generation is not None and not self._stopping and generation.offer(message):
            return True
        self._refused += 1
        return False

    def nudge(self) -> None:
        """Look at the source's `due` again."""
        self._alarm.ring()

    def resync(self) -> None:
        """Send a snapshot of the source; soon, and not more often than the limits say."""
        self._head.want_resync()

    def request_checkpoint(self) -> None:
        """Send a marker down the chain soon."""
        self._head.want_checkpoint()

    @property
    def checkpoint_every(self) -> float:
        """Seconds of the house clock between two checkpoints; can be set while the pipeline runs."""
        return self._head.every

    @checkpoint_every.setter
    def checkpoint_every(self, seconds: float) -> None:
        self._head.every = _positive(seconds)

    async def run(self) -> None:
        """Live, once: until drained or given up, or until a native cancel, which raises CancelledError."""
        if self._ended is not None:
            raise RuntimeError(f"pipeline {self.name} has run before")
        self._ended = anyio.Event()
        cancels = CancelWatch()
        try:
            with anyio.CancelScope() as self._scope:
                await self._lives(cancels)
            await cancels.surface()
        except Exception as error:
            self._broke(error)
            self._give_up()
        finally:
            if self._status is not Status.STOPPED:
                self._status = Status.ENDED
            self._ended.set()

    async def drain(self, deadline: float) -> bool:
        """Seal the source, send a last marker, let all actors finish, and end `run`.

        `deadline` is in seconds of the event loop, counted from this call. True when everything went through
        in time; else what remained was cancelled, and False. Nothing is left running in either case.
        """
        self._stopping = True
        self._alarm.ring()
        if self._ended is None:
            return True
        try:
            with anyio.move_on_after(deadline):
                await self._ended.wait()
        finally:
            if not self._ended.is_set():
                self._cancel()
        await self._ended.wait()
        return self._nothing_lost

    def health(self) -> PipelineHealth:
        """Return a copy of all counters, with the graph."""
        if self._generation is not None:
            self._generation.show()
        return PipelineHealth(
            name=self.name,
            status=Status.DRAINING if self._stopping and self._generation else self._status,
            restarts=self._restarts,
            resyncs=self._head.resyncs,
            checkpoints=self._head.checkpoints,
            refused=self._refused,
            unhandled=dict(self._end.unhandled),
            last_error=self._last_error,
            source=replace(self._head.health),
            actors=tuple(replace(health) for health in self._healths),
            edges=self._edges(),
            put_aside=tuple(self._desk.entries),
        )

    def _edges(self) -> tuple[Edge, ...]:
        senders = [SOURCE, *(stage.name for stage in self._stages)]
        return tuple(Edge(sender, to.name, to.capacity) for sender, to in zip(senders, self._stages, strict=False))

    async def _lives(self, cancels: CancelWatch) -> None:
        while not self._stopping:
            try:
                await self._live()
            except Exception as error:
                self._broke(error)
            if self._stopping:
                return
            await cancels.surface()
            if self._restart_budget.spend(self._clock.now().mono):
                self._give_up()
                return
            self._count_restart()
            await self._pause()

    async def _live(self) -> None:
        """One life, from restored states until drained or escalated."""
        states = self._restore()
        if inspect.isawaitable(states):
            states = await states
        if self._stopping:
            return
        self._nothing_lost = False
        self._generation = Generation(self._stages, states, self._healths, self._around, self._end, self._alarm)
        self._status = Status.RUNNING
        try:
            await self._generation.run(lambda: self._stopping)
            self._nothing_lost = not (self._stopping and self._generation.aborted)
        finally:
            self._generation = None

    async def _pause(self) -> None:
        until = self._clock.now().mono + self._limits.restart_pause
        while not self._stopping and self._clock.now().mono < until:
            self._alarm.hush()
            await self._alarm.sleep_until(until)

    def _escalate(self, must: bool) -> None:
        """Start over. A draining pipeline stops anyway: many faults do not keep the rest from going through."""
        if self._generation is not None and (must or not self._stopping):
            self._generation.abort()
            self._alarm.ring()

    def _count_restart(self) -> None:
        self._status = Status.RESTARTING
        self._restarts += 1
        for health in self._healths:
            health.restarts += 1
        _LOGGER.warning("%s: restarting from the last checkpoint", self.name)

    def _broke(self, error: Exception) -> None:
        """The machinery itself failed, or `restore` did: never let that vanish."""
        self._last_error = self._desk.describe(error)
        _LOGGER.error("%s: the pipeline broke: %s", self.name, self._last_error)

    def _give_up(self) -> None:
        self._status = Status.STOPPED
        _LOGGER.error("%s: stopped after failing again and again", self.name)
        if self._on_stopped is None:
            return
        try:
            self._on_stopped(self.name)
        except Exception as error:
            self._broke(error)

    def _cancel(self) -> None:
        if self._generation is not None:
            self._generation.cut()
        if self._scope is not None:
            self._scope.cancel()


def _positive(seconds: float) -> float:
    """Return the seconds, or raise ValueError: a checkpoint every 0 s would be all that the pipeline does."""
    if not seconds > 0:
        raise ValueError(f"checkpoints every {seconds} s")
    return seconds
