"""Slots: the latest wins, and none is lost."""

import anyio

from custom_components.ev_charging_manager.runtime.slot import Slot

from .support import run


def test_the_latest_of_several_items_is_taken(backend: str) -> None:
    async def main() -> int:
        slot = Slot[int]()
        slot.put(1)
        slot.put(2)
        return await slot.take()

    assert run(backend, main) == 2


def test_a_waiting_reader_gets_each_item_once(backend: str) -> None:
    async def main() -> list[int | None]:
        slot = Slot[int | None]()
        taken: list[int | None] = []

        async def read() -> None:
            while (item := await slot.take()) is not None:
                taken.append(item)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            for number in (1, 2):
                await anyio.sleep(0.001)
                slot.put(number)
            await anyio.sleep(0.001)
            slot.put(None)
        return taken

    assert run(backend, main) == [1, 2]


def test_a_cancelled_reader_leaves_the_item_for_the_next(backend: str) -> None:
    async def main() -> int:
        slot = Slot[int]()
        with anyio.move_on_after(0.001):
            await slot.take()
        slot.put(7)
        return await slot.take()

    assert run(backend, main) == 7
