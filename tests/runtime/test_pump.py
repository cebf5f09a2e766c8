"""The pump: messages that it sends in a row stay together, even if others are offered meanwhile."""

import anyio
import anyio.lowlevel

from custom_components.ev_charging_manager.runtime.channel import Channel
from custom_components.ev_charging_manager.runtime.link import Link
from custom_components.ev_charging_manager.runtime.pump import Pump

from .support import messages_of, run


def test_an_offer_never_overtakes_a_message_that_waits_for_room() -> None:
    async def main() -> tuple[list[int], list[int]]:
        ingress = Channel[int]("first", 2)
        pump = Pump(ingress, Link(ingress))
        received: list[int] = []
        offered: list[int] = []

        async def read() -> None:
            async for number in messages_of(ingress):
                received.append(number)  # noqa: PERF401  # two of them read at once

        async def offer() -> None:
            for number in range(100, 140):
                if pump.offer(number):
                    offered.append(number)
                await anyio.lowlevel.checkpoint()

        async def send() -> None:
            await pump.send(range(20))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send)
            await anyio.sleep(0.001)
            # Two readers make room for two messages while the pump knows of room for one.
            for task in (read, read, offer):
                tasks.start_soon(task)
            await anyio.sleep(0.05)
            ingress.close()
        return received, offered

    # Only on asyncio, where tasks wake in the order of their wakeups. On trio the order of two readers is random.
    received, offered = run("asyncio", main)
    assert received == [*range(20), *offered]
    assert len(offered) > 3


def test_the_backlog_is_bounded_and_refuses_when_it_is_full(backend: str) -> None:
    async def main() -> list[bool]:
        ingress = Channel[int]("first", 2)
        pump = Pump(ingress, Link(ingress))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pump.send, (1, 2, 3))
            await anyio.sleep(0.001)
            taken = [pump.offer(number) for number in range(3)]
            tasks.cancel_scope.cancel()
        ingress.abort()
        return taken

    assert run(backend, main) == [True, False, False]
