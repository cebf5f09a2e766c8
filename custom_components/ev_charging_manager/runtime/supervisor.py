"""The supervisor of one chain: restarts it after repeated faults, and stops it if restarts do not help."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import anyio

from .cancellation import CancelWatch
from .chain import ChainEnd
from .clock import Clock
from .context import Reporting, context_of
from .faults import FaultBudget, Limits
from .generation import Generation
from .health import ActorHealth, Edge, PipelineHealth, Status
from .messages import Instant
from .pump import Alarm
from .schedule import SOURCE
from .source import Source
from .stage import Stage, Wiring, check_chain

_LOGGER = logging.getLogger(__name__)

type Restore = Callable[[], Mapping[str, Any] | Awaitable[Mapping[str, Any]]]
"""Returns the states of the last checkpoint by actor name. An actor that is missing starts from its initial state."""

_LIMITS = Limits()
_REPORTING = Reporting()


def _ignore(name: str) -> None:
    """Do nothing when a pipeline has stopped."""


@dataclass(slots=True)
class _Counters:
    """The state and the counters of a pipeline across all generations."""

    status: Status = Status.NEW
    restarts: int = 0
    refused: int = 0
    last_error: str | None = None


class Supervisor:
    """One pipeline, from `run` until it is drained, cancelled or stopped after too many restarts.

    All methods but `run` and `drain` are synchronous, never wait, and must be called in the thread of the event
    loop. A failure of this pipeline affects no other pipeline.
    """

    def __init__(  # noqa: PLR0913  # everything but the chain itself is named at the call
        self,
        name: str,
        stages: Sequence[Stage[Any]],
        source: Source,
        clock: Clock[Instant],
        wiring: Wiring,
        *,
        checkpoint_every: float,
        restore: Restore,
        on_stopped: Callable[[str], None] = _ignore,
        limits: Limits = _LIMITS,
        reporting: Reporting = _REPORTING,
    ) -> None:
        """Check the chain and start nothing yet. Raises ValueError for a chain that cannot work.

        `checkpoint_every` is in seconds of the house clock. `on_stopped` gets the name of a pipeline that stopped
        after too many restarts.
        """
        check_chain(stages)
        self.name = name
        self._stages = tuple(stages)
        self._clock = clock
        self._restore = restore
        self._on_stopped = on_stopped
        self._context = context_of(
            name,
            stages,
            source,
            wiring,
            clock.now,
            checkpoint_every=_positive(checkpoint_every),
            limits=limits,
            reporting=reporting,
            escalate=self._escalate,
        )
        self._schedule = self._context.schedule
        self._alarm = Alarm(clock)
        self._schedule.on_sooner = self._alarm.ring
        self._end = ChainEnd()
        self._healths = tuple(ActorHealth(stage.name, capacity=stage.capacity) for stage in self._stages)
        self._restart_budget = FaultBudget(limits.restarts + 1, limits.restart_window)
        self._counters = _Counters()
        self._generation: Generation | None = None
        self._scope: anyio.CancelScope | None = None
        self._ended: anyio.Event | None = None
        self._stopping = False
        self._nothing_lost = True

    def offer(self, message: Any) -> bool:
        """Send a message to the first actor; False if its channel is full or the pipeline does not run.

        A refused message is lost to the chain. The caller must count the gap and call `resync`.
        """
        generation = self._generation
        if generation is not None and not self._stopping and generation.offer(message):
            return True
        self._counters.refused += 1
        return False

    def nudge(self) -> None:
        """Check the source's `due` again."""
        self._alarm.ring()

    def resync(self) -> None:
        """Request a snapshot of the source, as soon as the limits allow."""
        self._schedule.want_resync()

    def request_checkpoint(self) -> None:
        """Request a marker soon."""
        self._schedule.want_checkpoint()

    @property
    def checkpoint_every(self) -> float:
        """Seconds of the house clock between two checkpoints. It can be set while the pipeline runs."""
        return self._schedule.every

    @checkpoint_every.setter
    def checkpoint_every(self, seconds: float) -> None:
        self._schedule.every = _positive(seconds)

    async def run(self) -> None:
        """Run, once, until drained or stopped after too many restarts. A native cancel raises CancelledError.

        Raises RuntimeError on a second call.
        """
        if self._ended is not None:
            raise RuntimeError(f"Pipeline {self.name} can run only once; create a new supervisor")
        self._ended = anyio.Event()
        cancels = CancelWatch()
        try:
            with anyio.CancelScope() as self._scope:
                await self._run_generations(cancels)
            await cancels.surface()
        except Exception as error:
            self._broke(error)
            self._give_up()
        finally:
            if self._counters.status is not Status.STOPPED:
                self._counters.status = Status.ENDED
            self._ended.set()

    async def drain(self, deadline: float) -> bool:
        """Send the last readings and a last marker, let all actors finish, and end `run`.

        `deadline` is in seconds of the event loop from this call. Returns True if every message was handled in time.
        Otherwise the remaining work is cancelled. No task of the pipeline runs after this call.
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
        """Return a copy of all counters and the graph."""
        if self._generation is not None:
            self._generation.show()
        return PipelineHealth(
            name=self.name,
            status=self._shown_status(),
            restarts=self._counters.restarts,
            resyncs=self._schedule.resyncs,
            checkpoints=self._schedule.checkpoints,
            refused=self._counters.refused,
            unhandled=dict(self._end.unhandled),
            last_error=self._counters.last_error,
            source=replace(self._schedule.health),
            actors=tuple(replace(health) for health in self._healths),
            edges=self._edges(),
            put_aside=tuple(self._context.desk.entries),
        )

    def _shown_status(self) -> Status:
        if self._stopping and self._generation is not None:
            return Status.DRAINING
        return self._counters.status

    def _edges(self) -> tuple[Edge, ...]:
        senders = [SOURCE, *(stage.name for stage in self._stages)]
        return tuple(Edge(sender, to.name, to.capacity) for sender, to in zip(senders, self._stages, strict=False))

    async def _run_generations(self, cancels: CancelWatch) -> None:
        while not self._stopping:
            try:
                await self._run_generation()
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

    async def _run_generation(self) -> None:
        """Run one generation, from restored states until it is drained or escalates."""
        states = self._restore()
        if inspect.isawaitable(states):
            states = await states
        if self._stopping:
            return
        self._nothing_lost = False
        self._generation = Generation(self._stages, states, self._healths, self._context, self._end, self._alarm)
        self._counters.status = Status.RUNNING
        try:
            await self._generation.run(lambda: self._stopping)
            self._nothing_lost = not (self._stopping and self._generation.aborted)
        finally:
            self._generation = None

    async def _pause(self) -> None:
        until = self._clock.now().mono + self._context.limits.restart_pause
        while not self._stopping and self._clock.now().mono < until:
            self._alarm.reset()
            await self._alarm.sleep_until(until)

    def _escalate(self, must: bool) -> None:
        """Start the next generation. A pipeline that drains continues despite many faults, because it ends anyway."""
        if self._generation is not None and (must or not self._stopping):
            self._generation.abort()
            self._alarm.ring()

    def _count_restart(self) -> None:
        self._counters.status = Status.RESTARTING
        self._counters.restarts += 1
        for health in self._healths:
            health.restarts += 1
        _LOGGER.warning("%s: restarting the pipeline from the last checkpoint", self.name)

    def _broke(self, error: Exception) -> None:
        """Record an error of the runtime itself or of `restore`."""
        self._counters.last_error = self._context.desk.describe(error)
        _LOGGER.error("%s: unexpected error in the pipeline: %s", self.name, self._counters.last_error)

    def _give_up(self) -> None:
        self._counters.status = Status.STOPPED
        _LOGGER.error("%s: the pipeline stopped after too many restarts", self.name)
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
    """Return the seconds. Raises ValueError unless they are above 0, because no time would be left for messages."""
    if not seconds > 0:
        raise ValueError(f"checkpoint_every must be above 0 s, not {seconds}")
    return seconds
