"""The one loop around every step."""

import math
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from .channel import Channel
from .context import Route, Salvaged, Surroundings
from .health import ActorHealth
from .messages import Marker, WakeAt, Woke
from .stage import OnFault, Stage

type Down = Callable[[Any], Awaitable[None]]


class Actor:
    """Holds the state of one stage, steps it message by message, and sends on what comes out."""

    __slots__ = ("_around", "_consumed", "_down", "_due", "_stage", "health", "state")

    def __init__(self, stage: Stage[Any], state: Any, health: ActorHealth, around: Surroundings, down: Down) -> None:
        """`down` takes what goes to the next actor, and waits while there is no room."""
        self.state = state
        self.health = health
        self._stage = stage
        self._around = around
        self._down = down
        self._consumed = frozenset(stage.consumes) - {Woke}
        # A wake under way may be out of date when it comes: only one at or after this second is still wanted.
        self._due: float | None = None

    def expect_wake(self) -> None:
        """Take the next wake, whenever it comes, as a restored actor does that has asked for none yet."""
        self._due = -math.inf

    async def run(self, inbox: Channel[Any], outbox: Channel[Any] | None) -> None:
        """Handle messages until the inbox ends; then the next actor's ends too. No Exception escapes."""
        receive, take = inbox.receive, self.take
        try:
            while True:
                await take(await receive())
        except (anyio.EndOfStream, anyio.ClosedResourceError, anyio.BrokenResourceError):
            pass
        finally:
            if outbox is not None:
                outbox.close()

    async def take(self, message: Any) -> None:
        """Handle a message. No Exception escapes but those that say that the chain was aborted."""
        try:
            await (self._work(message) if type(message) in self._consumed else self.handle(message))
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            raise
        except Exception as error:
            self._around.desk.report(self.health, message, error)

    @property
    def waits(self) -> bool:
        """Whether it has effects, for which it has to wait."""
        routes = self._around.routes
        return any(routes.get(kind) is Route.EFFECT for kind in self._stage.produces)

    async def handle(self, message: Any) -> None:
        """Step a message that is for this actor and pass any other on."""
        kind = type(message)
        if kind in self._consumed:
            await self._work(message)
        elif kind is Marker:
            await self._down(Marker(message.at, (*message.states, (self._stage.name, self.state))))
        elif kind is Woke and message.actor == self._stage.name:
            if self._due is not None and self._due <= message.at.mono:
                self._due = None
                await self._work(message)
        else:
            await self._down(message)

    async def _work(self, message: Any) -> None:
        """Step the message, then whatever its effects reply, before anything else is taken.

        The outputs wait on a stack, so that an effect whose reply asks for it again can do so without end.
        """
        outputs = self._step(message, message)
        if not outputs:
            return
        routes = self._around.routes
        stack = list(reversed(outputs))
        while stack:
            output = stack.pop()
            route = routes.get(type(output))
            if route is None:
                await self._down(output)
            elif route is Route.EFFECT:
                stack.extend(reversed(await self._effect(output, message)))
            elif route is Route.SALVAGED:
                await self._down(output.message)
            else:
                self._leave(route, output)

    def _step(self, message: Any, in_hand: Any) -> tuple[Any, ...]:
        """Return the outputs of a step; the state changes only when it has returned.

        `in_hand` is the message that came down the chain, which is another one when an effect's reply is
        stepped.
        """
        watch = self._around.watch
        began = watch()
        try:
            state, outputs = self._stage.step(self.state, message)
            outputs = tuple(outputs)
        except Exception as error:
            return self._fault(message, in_hand, error)
        self.state = state
        health = self.health
        health.handled += 1
        took = watch() - began
        health.step_seconds_total += took
        if took > health.step_seconds_max:
            health.step_seconds_max = took
        return outputs

    async def _effect(self, effect: Any, in_hand: Any) -> tuple[Any, ...]:
        """Await an effect and step its reply. A failure that is expected is a reply; raising is a fault."""
        around = self._around
        try:
            reply = await around.perform(around.wiring.effects[type(effect)], effect)
        except Exception as error:
            return self._fault(effect, in_hand, error)
        return () if reply is None else self._step(reply, in_hand)

    def _leave(self, route: Route, output: Any) -> None:
        head = self._around.head
        if route is Route.WAKE:
            self._due = output.due
            head.wake_at(self._stage.name, output.due)
        elif route is Route.CHECKPOINT:
            head.want_checkpoint()
        else:
            self._exit(output)

    def _exit(self, output: Any) -> None:
        """Hand an output out of the chain. A restart mends nothing out there: a fault is only counted."""
        try:
            self._around.wiring.exits[type(output)](output)
        except Exception as error:
            self._around.desk.report(self.health, output, error, spends=False)

    def _fault(self, culprit: Any, in_hand: Any, error: Exception) -> tuple[Any, ...]:
        """Put aside what raised and return what follows instead of the message in hand."""
        mono = self._around.desk.report(self.health, culprit, error)
        if type(culprit) is Woke:
            self._leave(Route.WAKE, WakeAt(mono + self._around.limits.rewake))
        if self._stage.on_fault is OnFault.RESYNC:
            self._around.head.want_resync()
            return ()
        if self._stage.on_fault is OnFault.RESTART:
            self._around.desk.restart()
            return ()
        if type(in_hand) is Woke or type(in_hand) is Marker:
            return ()
        return tuple(Salvaged(message) for message in self._salvage(in_hand))

    def _salvage(self, message: Any) -> tuple[Any, ...]:
        if self._stage.salvage is None:
            return (message,)
        try:
            return tuple(self._stage.salvage(message))
        except Exception as error:
            self._around.desk.report(self.health, message, error)
            return (message,)
