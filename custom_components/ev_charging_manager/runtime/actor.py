"""The loop around every step."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from .channel import Channel
from .context import Context, Route, Salvaged, type_name
from .health import ActorHealth
from .messages import Marker, WakeAt, Woke
from .stage import OnFault, Stage

_LOGGER = logging.getLogger(__name__)

type Down = Callable[[Any], Awaitable[None]]


class Actor:
    """Holds the state of one stage, steps it with each message, and sends the outputs on."""

    __slots__ = ("_consumed", "_context", "_down", "_due", "_stage", "health", "state")

    def __init__(self, stage: Stage[Any], state: Any, health: ActorHealth, context: Context, down: Down) -> None:
        """Start from this state. `down` sends a message to the next actor and waits while there is no room."""
        self.state = state
        self.health = health
        self._stage = stage
        self._context = context
        self._down = down
        self._consumed = frozenset(stage.consumes) - {Woke}
        # A wake may be out of date when it arrives. Only a wake at or after this second is still wanted.
        self._due: float | None = None

    def expect_wake(self) -> None:
        """Accept the next wake at any time: a restored actor has not requested one yet."""
        self._due = -math.inf

    async def run(self, inbox: Channel[Any], outbox: Channel[Any] | None) -> None:
        """Handle messages until the inbox ends, then close the outbox. No Exception escapes."""
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
        """Handle a message. The only Exceptions that escape are those of an aborted chain."""
        try:
            if type(message) in self._consumed:
                await self._work(message)
            else:
                await self.handle(message)
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            raise
        except Exception as error:
            self._context.desk.report(self.health, message, error)

    @property
    def waits(self) -> bool:
        """Whether it has effects that it must wait for."""
        routes = self._context.routes
        return any(routes.get(kind) is Route.EFFECT for kind in self._stage.produces)

    async def handle(self, message: Any) -> None:
        """Step a message that the stage consumes and send any other on."""
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
        """Step the message, then the replies of its effects, before the next message.

        The outputs wait on a stack instead of in recursive calls, because a reply may request its effect again and
        again.
        """
        outputs = self._step(message, message)
        if not outputs:
            return
        routes = self._context.routes
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
        """Return the outputs of a step; the state changes only after the step returned.

        `in_hand` is the message that came down the chain. It differs from `message` if that is an effect's reply.
        """
        watch = self._context.watch
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
        if _LOGGER.isEnabledFor(logging.DEBUG):
            self._log_step(message, outputs)
        return outputs

    def _log_step(self, message: Any, outputs: tuple[Any, ...]) -> None:
        # An output that is the message itself is not described twice.
        described = [type_name(output) if output is message else self._describe(output) for output in outputs]
        _LOGGER.debug(
            "%s: %s ← %s → %s",
            self._context.name,
            self._stage.name,
            self._describe(message),
            ", ".join(described) or "nothing",
        )

    def _describe(self, message: Any) -> str:
        """Return the message as text; a description that raises must not become a fault of the step."""
        try:
            return self._context.describe(message)
        except Exception as error:
            return f"{type(message).__name__}(<not shown: {type(error).__name__}>)"

    async def _effect(self, effect: Any, in_hand: Any) -> tuple[Any, ...]:
        """Await an effect and step its reply. An expected failure is a reply; an effect that raises is a fault."""
        context = self._context
        try:
            reply = await context.perform(context.wiring.effects[type(effect)], effect)
        except Exception as error:
            return self._fault(effect, in_hand, error)
        if reply is None:
            return ()
        return self._step(reply, in_hand)

    def _leave(self, route: Route, output: Any) -> None:
        schedule = self._context.schedule
        if route is Route.WAKE:
            self._due = output.due
            schedule.wake_at(self._stage.name, output.due)
        elif route is Route.CHECKPOINT:
            schedule.want_checkpoint()
        else:
            self._exit(output)

    def _exit(self, output: Any) -> None:
        """Hand an output to its handler outside the chain.

        A fault is only counted, because a restart of the chain does not repair a handler.
        """
        try:
            self._context.wiring.exits[type(output)](output)
        except Exception as error:
            self._context.desk.report(self.health, output, error, spends=False)

    def _fault(self, culprit: Any, in_hand: Any, error: Exception) -> tuple[Any, ...]:
        """Report the message that raised, and return the messages that replace `in_hand`."""
        mono = self._context.desk.report(self.health, culprit, error)
        if type(culprit) is Woke:
            self._leave(Route.WAKE, WakeAt(mono + self._context.limits.rewake))
        if self._stage.on_fault is OnFault.RESYNC:
            self._context.schedule.want_resync()
            return ()
        if self._stage.on_fault is OnFault.RESTART:
            self._context.desk.restart()
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
            self._context.desk.report(self.health, message, error)
            return (message,)
