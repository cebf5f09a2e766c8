"""Cancelling `run` from outside, as Home Assistant does with a background task when it stops."""

import asyncio
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from custom_components.ev_charging_manager.runtime.cancellation import CancelWatch
from custom_components.ev_charging_manager.runtime.faults import Limits
from custom_components.ev_charging_manager.runtime.pump import Alarm
from custom_components.ev_charging_manager.runtime.supervisor import Supervisor

from .support import Ask, Feed, LoopClock, fragile, last, pipeline, run, stage, tally, until


async def start(supervisor: Supervisor) -> asyncio.Task[None]:
    """Start `run` as a separate task, eagerly as Home Assistant does, and wait until it runs."""
    task = asyncio.Task(supervisor.run(), loop=asyncio.get_running_loop(), eager_start=True)
    await until(lambda: supervisor.health().status == "running")
    await asyncio.sleep(0.005)
    return task


async def ended(task: asyncio.Task[None]) -> bool:
    """Return whether the task ended soon; a task that hangs is cancelled repeatedly."""
    done, _ = await asyncio.wait([task], timeout=2)
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    return bool(done)


def test_a_native_cancel_ends_it() -> None:
    async def main() -> tuple[bool, bool, str]:
        supervisor = pipeline([tally("a"), last()])
        task = await start(supervisor)
        task.cancel()
        return await ended(task), task.cancelled(), supervisor.health().status

    assert run("asyncio", main) == (True, True, "ended")


def nudge(supervisor: Supervisor) -> None:
    """Wake the pump, which exits a cancel scope."""
    supervisor.nudge()


def restart(supervisor: Supervisor) -> None:
    """Let it fail, so that it ends one generation and starts the next."""
    for _ in range(5):
        supervisor.offer(-1)


def checkpoint(supervisor: Supervisor) -> None:
    """Request a marker."""
    supervisor.request_checkpoint()


@pytest.mark.parametrize("turns", range(12))
@pytest.mark.parametrize("disturb", [nudge, restart, checkpoint])
@pytest.mark.parametrize("cancel_first", [False, True])
def test_a_native_cancel_in_the_turn_of_any_other_is_not_swallowed(
    turns: int, disturb: Callable[[Supervisor], None], cancel_first: bool
) -> None:
    async def main() -> bool:
        supervisor = pipeline([fragile(), last()], limits=Limits(restart_pause=1.0))
        task = await start(supervisor)
        if cancel_first:
            task.cancel()
        disturb(supervisor)
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        return await ended(task)

    assert run("asyncio", main)


def test_the_watch_raises_a_native_cancel_that_a_scope_took_for_its_own() -> None:
    async def main() -> tuple[bool, list[str]]:
        scopes: list[anyio.CancelScope] = []
        awake: list[str] = []

        async def sleep() -> None:
            cancels = CancelWatch()
            with anyio.CancelScope() as scope:
                scopes.append(scope)
                await anyio.sleep_forever()
            await cancels.surface()
            awake.append("goes on")

        task = asyncio.create_task(sleep())
        await asyncio.sleep(0.01)
        scopes[0].cancel()
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled(), awake

    assert run("asyncio", main) == (True, [])


def test_an_alarm_that_rings_in_the_turn_of_a_native_cancel_does_not_swallow_it() -> None:
    async def main() -> tuple[bool, list[str]]:
        alarm = Alarm(LoopClock())
        awake: list[str] = []

        async def sleep() -> None:
            await alarm.sleep_until(1e12)
            awake.append("goes on")

        task = asyncio.create_task(sleep())
        await asyncio.sleep(0.01)
        alarm.ring()
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled(), awake

    assert run("asyncio", main) == (True, [])


def test_the_watch_does_not_stop_a_task_without_a_cancel() -> None:
    async def main() -> None:
        cancels = CancelWatch()
        with anyio.move_on_after(0.001):
            await anyio.sleep_forever()
        await cancels.surface()

    run("asyncio", main)


@pytest.mark.parametrize("turns", range(6))
def test_a_native_cancel_in_the_middle_of_a_drain_ends_it(turns: int) -> None:
    async def main() -> bool:
        supervisor = pipeline([tally(f"t{n}") for n in range(5)])
        task = await start(supervisor)
        drain = asyncio.create_task(supervisor.drain(5))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        ended_soon = await ended(task)
        await asyncio.wait([drain], timeout=2)
        return ended_soon and drain.done()

    assert run("asyncio", main)


def test_a_native_cancel_in_the_turn_in_which_a_drain_gives_up_ends_both() -> None:
    async def main() -> tuple[bool, bool]:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        supervisor = pipeline([stage("w", lambda s, m: (s, (Ask(m),)), int)], effects={Ask: hang})
        task = await start(supervisor)
        supervisor.offer(1)
        await asyncio.sleep(0.01)
        loop = asyncio.get_running_loop()
        drain = asyncio.create_task(supervisor.drain(0.05))
        await asyncio.sleep(0)
        loop.call_at(loop.time() + 0.05, task.cancel)
        return await ended(task), await drain

    assert run("asyncio", main) == (True, False)


@pytest.mark.parametrize("native", [True, False])
def test_the_write_under_way_is_finished_when_everything_is_cancelled(native: bool) -> None:
    async def main() -> list[str]:
        order: list[str] = []

        async def write(ask: Ask) -> None:
            order.append("write")
            await anyio.sleep(0.05)
            order.append("written")

        supervisor = pipeline([stage("w", lambda s, m: (s, (Ask(m),)), int)], effects={Ask: write})
        async with anyio.create_task_group() as tasks:
            if native:
                task = await start(supervisor)
            else:
                tasks.start_soon(supervisor.run)
                await until(lambda: supervisor.health().status == "running")
            supervisor.offer(1)
            await until(lambda: order == ["write"])
            if native:
                task.cancel()
                assert await ended(task)
            else:
                tasks.cancel_scope.cancel()
        return order

    assert run("asyncio", main) == ["write", "written"]


def test_the_running_write_is_finished_on_trio_too() -> None:
    async def main() -> list[str]:
        order: list[str] = []

        async def write(ask: Ask) -> None:
            order.append("write")
            await anyio.sleep(1)
            order.append("written")

        supervisor = pipeline([stage("w", lambda s, m: (s, (Ask(m),)), int)], effects={Ask: write})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.offer(1))
            await until(lambda: order == ["write"])
            tasks.cancel_scope.cancel()
        return order

    assert run("trio", main) == ["write", "written"]


def test_an_effect_that_hangs_is_cut_a_moment_after_everything_is_cancelled(backend: str) -> None:
    async def main() -> tuple[float, Any]:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        hanging = stage("w", lambda s, m: (s, (Ask(m),)), int)
        supervisor = pipeline([hanging], effects={Ask: hang}, limits=Limits(last_write=0.1))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.offer(1))
            await anyio.sleep(0.01)
            began = anyio.current_time()
            tasks.cancel_scope.cancel()
        return anyio.current_time() - began, supervisor.health()

    took, health = run(backend, main)
    assert 0.05 < took < 1.0
    assert health.status == "ended"
    assert "TimeoutError" in health.actors[0].last_fault


def test_a_cancel_while_the_chain_is_full_ends_it(backend: str) -> None:
    async def main() -> str:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        stages = [tally("a", capacity=1), stage("w", lambda s, m: (s, (Ask(m),)), int, capacity=1)]
        source = Feed(truth=tuple(range(10)))
        supervisor = pipeline(stages, source=source, effects={Ask: hang}, limits=Limits(last_write=0.02))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await anyio.sleep(0.02)
            tasks.cancel_scope.cancel()
        return supervisor.health().status

    assert run(backend, main) == "ended"
