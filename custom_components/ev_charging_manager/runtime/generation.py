"""One generation of the chain: from a checkpoint until it is drained, aborted or cancelled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel

from .actor import Actor
from .chain import ChainEnd, actors_of, restored_sleepers
from .channel import Channel
from .context import Context
from .health import ActorHealth
from .link import Link
from .pump import Alarm, Pump
from .stage import EffectHandler, Stage


class Generation:
    """The channels, the actors and the pump. A restart discards all of them and builds the next generation."""

    def __init__(
        self,
        stages: Sequence[Stage[Any]],
        states: Mapping[str, Any],
        healths: Sequence[ActorHealth],
        context: Context,
        end: ChainEnd,
        alarm: Alarm,
    ) -> None:
        """Build the chain. Actors without a restored state start from their initial state."""
        context = replace(context, perform=self._perform)
        self._channels = [Channel[Any](stage.name, stage.capacity) for stage in stages]
        links = [Link(channel) for channel in self._channels]
        self._actors = actors_of(stages, states, healths, context, [*(link.send for link in links[1:]), end.send])
        for link, receiver in zip(links, self._actors, strict=True):
            if not receiver.waits:
                link.lend(receiver)
        self._sleepers = restored_sleepers(stages, states)
        self._schedule = context.schedule
        self._alarm = alarm
        self._last_write = context.limits.last_write
        self._pump = Pump(self._channels[0], links[0])
        self._effects: set[anyio.CancelScope] = set()
        self._alive = len(self._actors)
        self._all_ended = anyio.Event()
        self._cut = False
        self.aborted = False

    def offer(self, message: Any) -> bool:
        """Send to the first actor without waiting; False if there is no room or the chain was aborted."""
        return not self.aborted and self._pump.offer(message)

    def abort(self) -> None:
        """End each actor after its present message; messages that wait in the channels are dropped."""
        self.aborted = True
        self._close()

    def _close(self) -> None:
        for channel in self._channels:
            channel.abort()

    def cut(self) -> None:
        """Cancel all effects, including shielded ones."""
        self._cut = True
        for scope in self._effects:
            scope.cancel()

    def show(self) -> None:
        """Copy the depths of the channels into the actors' health."""
        for actor, channel in zip(self._actors, self._channels, strict=True):
            now = channel.statistics()
            actor.health.depth = now.depth
            actor.health.peak = max(actor.health.peak, now.peak)

    async def run(self, stopping: Callable[[], bool]) -> None:
        """Run until aborted, or until `stopping` returns True and the chain is drained. Then every actor has ended."""
        try:
            async with anyio.create_task_group() as tasks:
                for actor, inbox, outbox in self._links():
                    tasks.start_soon(self._live, actor, inbox, outbox, name=f"{actor.health.name} actor")
                try:
                    await self._work(stopping)
                    await self._finish()
                except BaseException:
                    await self._finish_early()
                    raise
        finally:
            self._close()
            self.show()

    def _links(self) -> Iterator[tuple[Actor, Channel[Any], Channel[Any] | None]]:
        return zip(self._actors, self._channels, [*self._channels[1:], None], strict=True)

    async def _live(self, actor: Actor, inbox: Channel[Any], outbox: Channel[Any] | None) -> None:
        try:
            await actor.run(inbox, outbox)
        finally:
            self._alive -= 1
            if not self._alive:
                self._all_ended.set()

    async def _work(self, stopping: Callable[[], bool]) -> None:
        """Send messages until it is time to stop, then send the last readings and a marker."""
        schedule = self._schedule
        pump = self._pump
        alarm = self._alarm
        now = alarm.clock.now
        schedule.begin(now(), self._sleepers)
        try:
            while not (self.aborted or stopping()):
                alarm.reset()
                await pump.send(schedule.collect(now()))
                await alarm.sleep_until(schedule.due())
            if not self.aborted:
                await pump.send(schedule.mark(now()))
                self._channels[0].close()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            # The chain was aborted while the pump waited for room.
            pass

    async def _finish(self) -> None:
        """Wait for the actors to end, from first to last. The supervisor sets the deadline of a drain."""
        if self.aborted:
            with anyio.move_on_after(self._last_write):
                await self._all_ended.wait()
            self.cut()
        await self._all_ended.wait()

    async def _finish_early(self) -> None:
        """Give running effects a little time, because a write that is cancelled halfway leaves its outcome unknown."""
        self.abort()
        with anyio.move_on_after(self._last_write, shield=True):
            await self._all_ended.wait()
        self.cut()

    async def _perform(self, handler: EffectHandler, effect: Any) -> Any:
        """Await an effect that only `cut` can cancel. Raises TimeoutError if it was cancelled."""
        with anyio.CancelScope(shield=True) as scope:
            self._effects.add(scope)
            try:
                if self._cut:
                    scope.cancel()
                # An effect that fails immediately and is requested again must not block the event loop.
                await anyio.lowlevel.checkpoint()
                return await handler(effect)
            finally:
                self._effects.discard(scope)
        raise TimeoutError(f"{type(effect).__name__} was cancelled because its pipeline stopped")
