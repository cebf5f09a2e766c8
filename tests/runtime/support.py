"""Clocks, sources and stages for the tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import trio
import trio.testing

from custom_components.ev_charging_manager.runtime.channel import Channel
from custom_components.ev_charging_manager.runtime.messages import Instant, Marker
from custom_components.ev_charging_manager.runtime.stage import OnFault, Stage, Wiring
from custom_components.ev_charging_manager.runtime.supervisor import Supervisor

from ..support.inline import InlineRunner, ManualClock

RATE = 500.0
"""House seconds per second of the event loop, so that pauses of seconds take milliseconds on asyncio."""


def run[T](backend: str, main: Callable[[], Awaitable[T]]) -> T:
    """Run to the end within 20 s, on trio with a clock that jumps to the next deadline."""

    async def bounded() -> T:
        with anyio.fail_after(20):
            return await main()
        raise AssertionError

    if backend == "trio":
        # anyio.run is not used because the oldest supported anyio does not pass on the clock.
        return trio.run(bounded, clock=trio.testing.MockClock(autojump_threshold=0))
    return anyio.run(bounded, backend=backend)


@dataclass(frozen=True, slots=True)
class Moment:
    """The smallest possible instant."""

    mono: float


async def messages_of[T](channel: Channel[T]) -> AsyncIterator[T]:
    """Yield the messages of a channel until it ends or is aborted."""
    try:
        while True:
            yield await channel.receive()
    except (anyio.EndOfStream, anyio.ClosedResourceError):
        pass


class LoopClock:
    """The clock of the event loop, multiplied by a rate."""

    def __init__(self, rate: float = RATE) -> None:
        self._rate = rate

    def now(self) -> Moment:
        return Moment(anyio.current_time() * self._rate)

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        seconds = max(0.0, mono / self._rate - anyio.current_time())
        try:
            return asyncio.get_running_loop().call_later(seconds, action).cancel
        except RuntimeError:
            return _call_later_on_trio(seconds, action)


def _call_later_on_trio(seconds: float, action: Callable[[], None]) -> Callable[[], None]:
    scope = trio.CancelScope()

    async def call() -> None:
        with scope:
            await trio.sleep(seconds)
            action()

    trio.lowlevel.spawn_system_task(call)
    return scope.cancel


async def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true; `run` bounds it."""
    while not true():  # noqa: ASYNC110  # the awaited condition has no event
        await anyio.sleep(0.0005)


@dataclass(frozen=True, slots=True)
class Said:
    """An output for the exit."""

    what: Any


@dataclass(frozen=True, slots=True)
class Ask:
    """An output for the effect."""

    what: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An effect's reply."""

    what: Any


@dataclass(slots=True)
class Feed:
    """A source with numbers that a test adds."""

    gathered: list[Any] = field(default_factory=list)
    truth: tuple[Any, ...] = ()
    at: float | None = None
    polls: list[float] = field(default_factory=list)
    snapshots: list[float] = field(default_factory=list)

    def poll(self, at: Instant) -> tuple[Any, ...]:
        self.polls.append(at.mono)
        sealed, self.gathered, self.at = tuple(self.gathered), [], None
        return sealed

    def snapshot(self, at: Instant) -> tuple[Any, ...]:
        self.snapshots.append(at.mono)
        return self.truth

    def due(self) -> float | None:
        return self.at


def tally(name: str, *, capacity: int = 64) -> Stage[int]:
    """Add numbers up and pass them on."""
    return Stage(
        name=name,
        initial=int,
        step=lambda total, number: (total + number, (number,)),
        consumes=(int,),
        produces=(int,),
        capacity=capacity,
    )


def fragile(name: str = "fragile", on_fault: OnFault = OnFault.RESYNC, salvage: Any = None) -> Stage[int]:
    """Add numbers up, and raise at negative ones."""

    def step(total: int, number: int) -> tuple[int, tuple[Any, ...]]:
        if number < 0:
            raise ValueError(f"negative: {number}")
        return total + number, (number,)

    return Stage(
        name=name,
        initial=int,
        step=step,
        consumes=(int,),
        produces=(int,),
        on_fault=on_fault,
        salvage=salvage,
    )


def last(*kinds: type) -> Stage[tuple[Any, ...]]:
    """Return everything that arrives as an output, including markers."""
    return Stage(
        name="last",
        initial=tuple,
        step=lambda _, message: ((), (Said(message),)),
        consumes=(*(kinds or (int, str, Answer)), Marker),
        produces=(Said,),
    )


def stage(
    name: str,
    step: Callable[[Any, Any], tuple[Any, tuple[Any, ...]]],
    *consumes: type,
    state: Any = 0,
    **more: Any,
) -> Stage[Any]:
    """Build a stage from a step; it may produce any output."""
    return Stage(name=name, initial=lambda: state, step=step, consumes=consumes, produces=(Ask, Said), **more)


def pipeline(
    stages: Sequence[Stage[Any]],
    *,
    name: str = "pipeline",
    source: Feed | None = None,
    said: list[Any] | None = None,
    effects: Mapping[type, Any] | None = None,
    states: Mapping[str, Any] | None = None,
    every: float = 1e9,
    **more: Any,
) -> Supervisor:
    """Build a supervisor with a list as its exit and a mapping as its checkpoint."""
    return Supervisor(
        name,
        stages,
        source or Feed(),
        more.pop("clock", LoopClock()),
        wiring(said if said is not None else [], effects),
        checkpoint_every=every,
        restore=more.pop("restore", lambda: states or {}),
        **more,
    )


def inline(
    stages: Sequence[Stage[Any]],
    *,
    source: Feed | None = None,
    said: list[Any] | None = None,
    effects: Mapping[type, Any] | None = None,
    **more: Any,
) -> InlineRunner:
    """Build an inline runner with a list as its exit."""
    more.setdefault("checkpoint_every", 1e9)
    clock = ManualClock(Moment)
    return InlineRunner(stages, source or Feed(), wiring(said if said is not None else [], effects), clock, **more)


def wiring(said: list[Any], effects: Mapping[type, Any] | None = None) -> Wiring:
    """Wire `Said` to a list."""
    return Wiring(effects=effects or {}, exits={Said: lambda output: said.append(output.what)})


@asynccontextmanager
async def running(supervisor: Supervisor) -> AsyncIterator[None]:
    """Run a supervisor during the test and drain it at the end."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(supervisor.run)
        await until(lambda: supervisor.health().status != "new")
        yield
        await supervisor.drain(5)


def numbers(said: Sequence[Any]) -> list[int]:
    """Return the numbers among the outputs."""
    return [what for what in said if isinstance(what, int)]


def markers(said: Sequence[Any]) -> list[Marker]:
    """Return the markers among the outputs."""
    return [what for what in said if isinstance(what, Marker)]
