"""The same chain without an event loop: for tests and replays, with a clock moved by hand."""

from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

from .chain import ChainEnd, actors_of, restored_sleepers
from .context import Surroundings, no_watch, perform_plainly, routes_of
from .faults import FaultDesk, Limits, PutAside
from .health import ActorHealth
from .messages import Instant
from .schedule import Head
from .source import Source
from .stage import Stage, Wiring, check_chain

MOST_ROUNDS = 10_000
"""At one moment; a chain that asks for more would ask for ever."""


class MovableClock(Protocol):
    """A clock that stands still until it is moved, as `ManualClock`."""

    def now(self) -> Instant:
        """Return the moment at which it stands."""

    def move_to(self, mono: float) -> None:
        """Move forward to this monotonic second."""


class InlineRunner:
    """Runs each message through all actors before it returns.

    It shares actors, head and fault rules with the supervisor. Only escalation differs: it is noted in
    `escalated`, and the chain goes on, since a restart is another runner with other `states`.
    """

    def __init__(  # noqa: PLR0913  # as the supervisor, which it stands in for
        self,
        stages: Sequence[Stage[Any]],
        source: Source,
        wiring: Wiring,
        clock: MovableClock,
        *,
        states: Mapping[str, Any] | None = None,
        checkpoint_every: float = 30.0,
        limits: Limits | None = None,
        redact: Callable[[str], str] | None = None,
    ) -> None:
        """Start from `states` (by actor name; missing ones anew), and send the source's snapshot through."""
        check_chain(stages)
        states = states or {}
        limits = limits or Limits()
        self.escalated = 0
        self.ended: list[Any] = []
        """What fell off the end of the chain, markers too."""
        self._clock = clock
        self._desk = FaultDesk("inline", limits, lambda: clock.now().mono, redact, self._escalate)
        self._head = Head([stage.name for stage in stages], source, self._desk, limits, checkpoint_every)
        around = Surroundings(
            wiring=wiring,
            routes=routes_of(wiring),
            head=self._head,
            desk=self._desk,
            limits=limits,
            perform=perform_plainly,
            watch=no_watch,
        )
        self._inboxes = [deque[Any]() for _ in stages]
        self._end = ChainEnd(self.ended.append)
        downs = [*(_sender(inbox) for inbox in self._inboxes[1:]), self._end.send]
        healths = [ActorHealth(stage.name) for stage in stages]
        self._actors = actors_of(stages, states, healths, around, downs)
        self._head.begin(clock.now(), restored_sleepers(stages, states))
        self._settle()

    @property
    def faults(self) -> tuple[PutAside, ...]:
        """What was put aside so far."""
        return tuple(self._desk.entries)

    @property
    def unhandled(self) -> Mapping[str, int]:
        """Messages that nobody consumed, by type."""
        return dict(self._end.unhandled)

    def states(self) -> dict[str, Any]:
        """Return the present state of each actor."""
        return {actor.health.name: actor.state for actor in self._actors}

    def send(self, message: Any) -> None:
        """Run a message through the chain, and all that is due at this moment after it."""
        self._through([message])
        self._settle()

    def resync(self) -> None:
        """Send the source's snapshot, as soon as the last one is not too recent."""
        self._head.want_resync()
        self._settle()

    def nudge(self) -> None:
        """Look at the source's `due` again."""
        self._settle()

    def marker(self) -> None:
        """Seal the source and send a marker through, now."""
        self._through(self._head.mark(self._clock.now()))
        self._settle()

    def advance(self, seconds: float) -> None:
        """Move the clock, and on the way do all that comes due, each at its own moment."""
        target = self._clock.now().mono + seconds
        self._settle()
        while (due := self._head.due()) <= target:
            self._clock.move_to(due)
            self._settle()
        self._clock.move_to(target)
        self._settle()

    def _settle(self) -> None:
        """Send what is due at this moment, and what that makes due, until nothing is."""
        for _ in range(MOST_ROUNDS):
            now = self._clock.now()
            if self._head.due() > now.mono:
                return
            self._through(self._head.collect(now))
        raise RuntimeError("the chain makes something due at this moment without end")

    def _through(self, messages: Sequence[Any]) -> None:
        """Run messages through all actors; messages only go to the right, so one pass is enough."""
        self._inboxes[0].extend(messages)
        for actor, inbox in zip(self._actors, self._inboxes, strict=True):
            while inbox:
                _finish(actor.handle(inbox.popleft()))

    def _escalate(self, must: bool) -> None:
        self.escalated += 1


def _sender(inbox: deque[Any]) -> Callable[[Any], Coroutine[Any, Any, None]]:
    async def send(message: Any) -> None:
        inbox.append(message)

    return send


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Drive a coroutine to its end; RuntimeError when it waits, since there is no event loop here."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("an effect waits for an event loop, and the inline runner has none: give it one that does not")
