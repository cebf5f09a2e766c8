"""The same chain without an event loop: for tests and replays, with a clock moved by hand.

It is a test tool. Home Assistant and the benchmarks run chains under the supervisor.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

from custom_components.ev_charging_manager.runtime.actor import Down
from custom_components.ev_charging_manager.runtime.chain import ChainEnd, actors_of, restored_sleepers
from custom_components.ev_charging_manager.runtime.context import Reporting, context_of
from custom_components.ev_charging_manager.runtime.faults import Limits
from custom_components.ev_charging_manager.runtime.health import ActorHealth, PutAside
from custom_components.ev_charging_manager.runtime.messages import Instant
from custom_components.ev_charging_manager.runtime.source import Source
from custom_components.ev_charging_manager.runtime.stage import Stage, Wiring, check_chain

MOST_ROUNDS = 10_000
"""Rounds at one moment. A chain that needs more makes something due again in each round and would never end."""
_LIMITS = Limits()
_REPORTING = Reporting()


class ManualClock[I: Instant]:
    """A clock that stands still until it is moved."""

    def __init__(self, make: Callable[[float], I], mono: float = 0.0) -> None:
        """Start at `mono`; `make` builds the instant of a monotonic second."""
        self._make = make
        self._mono = mono

    def now(self) -> I:
        """Return the present moment of the clock."""
        return self._make(self._mono)

    def move_to(self, mono: float) -> None:
        """Move forward to this monotonic second; a moment in the past changes nothing."""
        self._mono = max(self._mono, mono)


class MovableClock(Protocol):
    """A clock that stands still until it is moved, such as `ManualClock`."""

    def now(self) -> Instant:
        """Return the present moment of the clock."""

    def move_to(self, mono: float) -> None:
        """Move forward to this monotonic second."""


class InlineRunner:
    """Runs each message through all actors before it returns.

    It uses the same actors, schedule and fault rules as the supervisor. Only escalation differs: it is counted in
    `escalated` and the chain continues. A test builds another runner with other `states` for a restart.
    """

    def __init__(
        self,
        stages: Sequence[Stage[Any]],
        source: Source,
        wiring: Wiring,
        clock: MovableClock,
        *,
        states: Mapping[str, Any] | None = None,
        checkpoint_every: float = 30.0,
        limits: Limits = _LIMITS,
        reporting: Reporting = _REPORTING,
    ) -> None:
        """Start from `states` (by actor name; the others from their initial state) with the source's snapshot."""
        check_chain(stages)
        states = states or {}
        self.escalated = 0
        self._clock = clock
        self._context = context_of(
            "inline",
            stages,
            source,
            wiring,
            clock.now,
            checkpoint_every=checkpoint_every,
            limits=limits,
            reporting=reporting,
            escalate=self._escalate,
        )
        self._schedule = self._context.schedule
        self._end = _RememberingEnd()
        self._inboxes = [deque[Any]() for _ in stages]
        downs: list[Down] = [*(_sender(inbox) for inbox in self._inboxes[1:]), self._end.send]
        healths = [ActorHealth(stage.name) for stage in stages]
        self._actors = actors_of(stages, states, healths, self._context, downs)
        self._schedule.begin(clock.now(), restored_sleepers(stages, states))
        self._settle()

    @property
    def ended(self) -> list[Any]:
        """All messages that passed the last actor, including markers."""
        return self._end.messages

    @property
    def faults(self) -> tuple[PutAside, ...]:
        """The messages that a step could not handle so far."""
        return tuple(self._context.desk.entries)

    @property
    def unhandled(self) -> Mapping[str, int]:
        """The number of messages that no actor consumed, by type."""
        return dict(self._end.unhandled)

    def states(self) -> dict[str, Any]:
        """Return the present state of each actor by name."""
        return {actor.health.name: actor.state for actor in self._actors}

    def send(self, message: Any) -> None:
        """Run a message through the chain, then everything that is due at this moment."""
        self._through([message])
        self._settle()

    def resync(self) -> None:
        """Request the source's snapshot, as soon as the limits allow."""
        self._schedule.want_resync()
        self._settle()

    def nudge(self) -> None:
        """Check the source's `due` again."""
        self._settle()

    def marker(self) -> None:
        """Send the gathered readings and a marker through the chain now."""
        self._through(self._schedule.mark(self._clock.now()))
        self._settle()

    def advance(self, seconds: float) -> None:
        """Move the clock forward; everything that becomes due on the way is handled at its own moment."""
        target = self._clock.now().mono + seconds
        self._settle()
        while (due := self._schedule.due()) <= target:
            self._clock.move_to(due)
            self._settle()
        self._clock.move_to(target)
        self._settle()

    def _settle(self) -> None:
        """Send the messages that are due at this moment, until none is due."""
        for _ in range(MOST_ROUNDS):
            now = self._clock.now()
            if self._schedule.due() > now.mono:
                return
            self._through(self._schedule.collect(now))
        raise RuntimeError("the chain makes something due at this moment without end")

    def _through(self, messages: Sequence[Any]) -> None:
        """Run messages through all actors; messages only go down the chain, so that one pass is enough."""
        self._inboxes[0].extend(messages)
        for actor, inbox in zip(self._actors, self._inboxes, strict=True):
            while inbox:
                _finish(actor.handle(inbox.popleft()))

    def _escalate(self, must: bool) -> None:
        self.escalated += 1


class _RememberingEnd(ChainEnd):
    """An end of the chain that keeps all messages."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        await super().send(message)


def _sender(inbox: deque[Any]) -> Callable[[Any], Coroutine[Any, Any, None]]:
    async def send(message: Any) -> None:
        inbox.append(message)

    return send


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end. Raises RuntimeError if it waits, because there is no event loop."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("the inline runner has no event loop: give it an effect that does not wait")
