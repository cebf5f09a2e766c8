"""Draining: from first to last actor, without a loss; cancelling is the last resort."""

from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from custom_components.ev_charging_manager.runtime.faults import Limits
from custom_components.ev_charging_manager.runtime.messages import Marker
from custom_components.ev_charging_manager.runtime.stage import OnFault

from .support import (
    Answer,
    Ask,
    Feed,
    Said,
    fragile,
    last,
    markers,
    numbers,
    pipeline,
    run,
    running,
    stage,
    tally,
    until,
)


def test_draining_under_load_loses_nothing_and_ends_with_a_marker(backend: str) -> None:
    async def main() -> tuple[list[int], list[Any], bool]:
        said: list[Any] = []
        source = Feed()
        supervisor = pipeline([tally(f"t{n}", capacity=3) for n in range(6)] + [last()], source=source, said=said)
        taken: list[int] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)

            async def feed() -> None:
                for number in range(200):
                    if supervisor.offer(number):
                        taken.append(number)
                    await anyio.lowlevel.checkpoint()

            tasks.start_soon(feed)
            await until(lambda: len(taken) > 20)
            source.gathered.append(10_000)
            drained = await supervisor.drain(10)
        return [*taken, 10_000], said, drained

    taken, said, drained = run(backend, main)
    assert drained
    assert numbers(said) == taken
    assert {total for _, total in said[-1].states} == {sum(taken)}


def test_draining_waits_for_the_write_under_way(backend: str) -> None:
    async def main() -> tuple[list[str], bool]:
        written: list[str] = []

        async def write(ask: Ask) -> None:
            await anyio.sleep(0.02)
            written.append(ask.what)

        supervisor = pipeline([stage("w", lambda s, m: (s, (Ask(m),)), str)], effects={Ask: write})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.offer("one"))
            assert supervisor.offer("two")
            drained = await supervisor.drain(5)
        return written, drained

    assert run(backend, main) == (["one", "two"], True)


def test_checkpoints_for_a_hanging_disk_do_not_block_earlier_actors(backend: str) -> None:
    async def main() -> list[Any]:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        said: list[Any] = []
        talker = stage("talker", lambda s, m: (s, (Said(m),)), int)
        writer = stage("writer", lambda s, m: (s, (Ask(m),)), Marker, capacity=2)
        supervisor = pipeline([talker, writer], said=said, effects={Ask: hang})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            for number in range(20):
                await until(partial(supervisor.offer, number))
                supervisor.request_checkpoint()
                await until(partial(said.__contains__, number))
            assert not await supervisor.drain(0.05)
        return said

    assert run(backend, main) == [*range(20)]


def test_a_drain_past_its_deadline_cancels_hanging_work_and_returns_false(backend: str) -> None:
    async def main() -> tuple[bool, float]:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        supervisor = pipeline([stage("w", lambda s, m: (s, (Ask(m),)), str)], effects={Ask: hang})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.offer("one"))
            await anyio.sleep(0.001)
            began = anyio.current_time()
            drained = await supervisor.drain(0.1)
            took = anyio.current_time() - began
        assert supervisor.health().status == "ended"
        return drained, took

    drained, took = run(backend, main)
    assert not drained
    assert 0.1 <= took < 1.0


def test_draining_takes_no_more(backend: str) -> None:
    async def main() -> bool:
        supervisor = pipeline([tally("a"), last()])
        async with running(supervisor):
            pass
        return supervisor.offer(1)

    assert run(backend, main) is False


def test_a_pipeline_that_never_ran_is_drained_at_once_and_does_not_start_any_more(backend: str) -> None:
    async def main() -> tuple[bool, list[Any]]:
        said: list[Any] = []
        supervisor = pipeline([last()], source=Feed(truth=(1,)), said=said)
        drained = await supervisor.drain(1)
        await supervisor.run()
        return drained, said

    assert run(backend, main) == (True, [])


def test_draining_twice_ends_both(backend: str) -> None:
    async def main() -> list[bool]:
        drained: list[bool] = []
        supervisor = pipeline([tally("a"), last()])
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.health().status == "running")

            async def drain() -> None:
                drained.append(await supervisor.drain(5))

            tasks.start_soon(drain)
            tasks.start_soon(drain)
        return drained

    assert run(backend, main) == [True, True]


def test_draining_while_it_waits_to_restart_ends_it_at_once(backend: str) -> None:
    async def main() -> float:
        supervisor = pipeline([fragile()], limits=Limits(restart_pause=1e6))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.health().status == "running")
            for _ in range(5):
                supervisor.offer(-1)
            await until(lambda: supervisor.health().status == "restarting")
            began = anyio.current_time()
            await supervisor.drain(5)
        return anyio.current_time() - began

    assert run(backend, main) < 1.0


def test_faults_while_draining_restart_nothing_and_the_rest_goes_through(backend: str) -> None:
    async def main() -> tuple[list[int], int]:
        said: list[Any] = []
        supervisor = pipeline([tally("a"), fragile(), last()], said=said)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.health().status == "running")
            for number in (-1, -1, -1, -1, -1, 1, 2):
                supervisor.offer(number)
            assert await supervisor.drain(5)
        return numbers(said), supervisor.health().restarts

    assert run(backend, main) == ([1, 2], 0)


def test_a_fault_that_must_not_be_skipped_ends_the_chain_before_the_last_marker(backend: str) -> None:
    async def main() -> tuple[bool, list[Any], int]:
        said: list[Any] = []
        supervisor = pipeline([tally("a"), fragile(on_fault=OnFault.RESTART), last()], said=said)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.health().status == "running")
            supervisor.offer(-1)
            drained = await supervisor.drain(5)
        return drained, markers(said), supervisor.health().restarts

    assert run(backend, main) == (False, [], 0)


def test_a_drain_that_is_cancelled_itself_leaves_nothing_running(backend: str) -> None:
    async def main() -> str:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        supervisor = pipeline([stage("w", lambda s, m: (s, (Ask(m),)), str)], effects={Ask: hang})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.offer("one"))
            await anyio.sleep(0.001)
            with anyio.move_on_after(0.01):
                await supervisor.drain(1000)
        return supervisor.health().status

    assert run(backend, main) == "ended"


@pytest.mark.parametrize("replies", [0, 1])
def test_an_effects_reply_while_draining_still_goes_down(backend: str, replies: int) -> None:
    async def main() -> list[Any]:
        said: list[Any] = []

        async def answer(ask: Ask) -> Answer | None:
            await anyio.sleep(0.005)
            if replies:
                return Answer(ask.what)
            return None

        def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
            return state, ((Said(message.what),) if isinstance(message, Answer) else (Ask(message),))

        supervisor = pipeline([stage("w", step, int), last()], said=said, effects={Ask: answer})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.offer(1))
            assert await supervisor.drain(5)
        assert len(markers(said)) == 1
        return numbers(said)

    assert run(backend, main) == [1] * replies
