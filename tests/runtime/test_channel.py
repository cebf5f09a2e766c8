"""Channels: order, capacity, end."""

from typing import Any

import anyio
import anyio.lowlevel
import pytest

from custom_components.ev_charging_manager.runtime.channel import Channel, ChannelStatistics

from .support import messages_of, run


def test_messages_arrive_in_order_and_a_closed_channel_gives_up_all_it_holds(backend: str) -> None:
    async def main() -> list[int]:
        channel = Channel[int]("reader", 4)
        for number in (1, 2, 3):
            await channel.send(number)
        channel.close()
        return [number async for number in messages_of(channel)]

    assert run(backend, main) == [1, 2, 3]


def test_a_full_channel_refuses_an_offer_and_keeps_what_it_has(backend: str) -> None:
    async def main() -> tuple[list[bool], list[int]]:
        channel = Channel[int]("reader", 2)
        taken = [channel.offer(number) for number in (1, 2, 3)]
        channel.close()
        return taken, [number async for number in messages_of(channel)]

    assert run(backend, main) == ([True, True, False], [1, 2])


def test_a_sender_waits_for_room(backend: str) -> None:
    async def main() -> list[str]:
        order: list[str] = []
        channel = Channel[int]("reader", 1)
        async with anyio.create_task_group() as tasks:

            async def send() -> None:
                for number in range(3):
                    await channel.send(number)
                    order.append(f"sent {number}")
                channel.close()

            tasks.start_soon(send)
            await anyio.sleep(0.01)
            order.append("look")
            order.extend([f"received {number}" async for number in messages_of(channel)])
        return order

    order = run(backend, main)
    assert order[:2] == ["sent 0", "look"]
    assert [entry for entry in order if entry.startswith("received")] == [f"received {n}" for n in range(3)]


def test_the_statistics_show_depth_peak_and_capacity(backend: str) -> None:
    async def main() -> tuple[ChannelStatistics, ChannelStatistics]:
        channel = Channel[int]("reader", 5)
        for number in range(4):
            channel.offer(number)
        before = channel.statistics()
        for _ in range(3):
            await channel.receive()
        after = channel.statistics()
        channel.abort()
        return before, after

    assert run(backend, main) == (ChannelStatistics(4, 4, 5), ChannelStatistics(1, 4, 5))


def test_an_aborted_channel_releases_its_reader(backend: str) -> None:
    async def main() -> list[int]:
        channel = Channel[int]("reader", 1)
        received: list[int] = []
        async with anyio.create_task_group() as tasks:

            async def read() -> None:
                received.extend([number async for number in messages_of(channel)])

            tasks.start_soon(read)
            await anyio.sleep(0.001)
            channel.abort()
        return received

    assert run(backend, main) == []


def test_an_aborted_channel_releases_its_sender_and_takes_no_more(backend: str) -> None:
    async def main() -> bool:
        channel = Channel[Any]("reader", 1)
        await channel.send(1)
        async with anyio.create_task_group() as tasks:

            async def send() -> None:
                with pytest.raises((anyio.BrokenResourceError, anyio.ClosedResourceError)):
                    await channel.send(2)

            tasks.start_soon(send)
            await anyio.sleep(0.001)
            channel.abort()
        return channel.offer(3)

    assert run(backend, main) is False


def test_an_item_a_reader_was_woken_for_survives_an_abort_in_the_same_turn(backend: str) -> None:
    async def main() -> list[int]:
        channel = Channel[int]("reader", 3)
        received: list[int] = []
        async with anyio.create_task_group() as tasks:

            async def read() -> None:
                received.extend([number async for number in messages_of(channel)])

            tasks.start_soon(read)
            await anyio.sleep(0.001)
            channel.offer(1)
            channel.offer(2)
            channel.abort()
        return received

    assert run(backend, main) == [1]


def test_a_reader_that_never_waits_lets_others_have_their_turn(backend: str) -> None:
    async def main() -> int:
        channel = Channel[int]("reader", 10)
        for number in range(10):
            channel.offer(number)
        channel.close()
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                await anyio.lowlevel.checkpoint()
                turns += 1

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(count)
            assert len([number async for number in messages_of(channel)]) == 10
            tasks.cancel_scope.cancel()
        return turns

    assert run(backend, main) >= 8
