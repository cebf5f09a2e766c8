"""One life of the chain: from a checkpoint until it is drained, aborted or cancelled."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel

from .actor import Actor
from .chain import ChainEnd, actors_of, restored_sleepers
from .channel import Channel
from .context import Surroundings
from .health import ActorHealth
from .link import Link
from .pump import Alarm, Pump
from .stage import EffectHandler, Stage


class Generation:
    """Channels, actors and the pump; a restart throws all of it away and builds the next."""

    def __init__(
        self,
        stages: Sequence[Stage[Any]],
        states: Mapping[str, Any],
        healths: Sequence[ActorHealth],
        around: Surroundings,
        end: ChainEnd,
        alarm: Alarm,
    ) -> None:
        """Build the chain from restored states; actors without one start from their initial state."""
        around = replace(around, perform=self._perform)
        self._channels = [Channel[Any](stage.name, stage.capacity) for stage in stages]
        links = [Link(channel) for channel in self._channels]
        self._actors = actors_of(stages, states, healths, around, [*(link.send for link in links[1:]), end.send])
        for link, receiver in zip(links, self._actors, strict=True):
            if not receiver.waits:
                link.lend(receiver)
        self._sleepers = restored_sleepers(stages, states)
        self._head = around.head
        self._alarm = alarm
        self._last_write = around.limits.last_write
        self._pump = Pump(self._channels[0], links[0])
        self._effects: set[anyio.CancelScope] = set()
        self._alive = len(self._actors)
        self._all_ended = anyio.Event()
        self._cut = False
        self.aborted = False

    def offer(self, message: Any) -> bool:
        """Send to the first actor without waiting; False when there is no room, or nobody to hear it."""
        return not self.aborted and self._pump.offer(message)

    def abort(self) -> None:
        """End the actors after the message each has in hand; what waits in the channels is thrown away."""
        self.aborted = True
        self._close()

    def _close(self) -> None:
        for channel in self._channels:
            channel.abort()

    def cut(self) -> None:
        """Let no effect go on, not even one that is shielded."""
        self._cut = True
        for scope in self._effects:
            scope.cancel()

    def show(self) -> None:
        """Write how full the channels are into the actors' health."""
        for actor, channel in zip(self._actors, self._channels, strict=True):
            now = channel.statistics()
            actor.health.depth = now.depth
            actor.health.peak = max(actor.health.peak, now.peak)

    async def run(self, stopping: Callable[[], bool]) -> None:
        """Live until aborted, or until `stopping` says so and all is drained; every actor has ended then."""
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
        """Pump until it is time to stop, then seal: what was gathered, a marker, and no more."""
        head, pump, alarm, now = self._head, self._pump, self._alarm, self._alarm.clock.now
        head.begin(now(), self._sleepers)
        try:
            while not (self.aborted or stopping()):
                alarm.hush()
                await pump.send(head.collect(now()))
                await alarm.sleep_until(head.due())
            if not self.aborted:
                await pump.send(head.mark(now()))
                self._channels[0].close()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            # Aborted while the pump waited for room.
            pass

    async def _finish(self) -> None:
        """Wait for the actors to end, from left to right. The deadline of a drain is the supervisor's."""
        if self.aborted:
            with anyio.move_on_after(self._last_write):
                await self._all_ended.wait()
            self.cut()
        await self._all_ended.wait()

    async def _finish_early(self) -> None:
        """Give the effects under way a little time: a write cancelled halfway leaves its outcome unknown."""
        self.abort()
        with anyio.move_on_after(self._last_write, shield=True):
            await self._all_ended.wait()
        self.cut()

    async def _perform(self, handler: EffectHandler, effect: Any) -> Any:
        """Await an effect which only `cut` can interrupt; TimeoutError says that it was."""
        with anyio.CancelScope(shield=True) as scope:
            self._effects.add(scope)
            try:
                if self._cut:
                    scope.cancel()
                # An effect that fails at once and is asked for again must not keep the loop to itself.
                await anyio.lowlevel.checkpoint()
                return await handler(effect)
            finally:
                self._effects.discard(scope)
        raise TimeoutError(f"{type(effect).__name__} was cut short")
