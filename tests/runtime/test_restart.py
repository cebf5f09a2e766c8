"""Repeated faults: one checkpoint, one snapshot, and finally a stop that affects no other pipeline."""

from collections.abc import Callable
from typing import Any

import anyio

from custom_components.ev_charging_manager.runtime.faults import Limits
from custom_components.ev_charging_manager.runtime.messages import Instant
from custom_components.ev_charging_manager.runtime.stage import OnFault, Stage
from custom_components.ev_charging_manager.runtime.supervisor import Supervisor

from .support import (
    Answer,
    Ask,
    Feed,
    LoopClock,
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

QUICK = Limits(restart_pause=1.0)


def restarted(supervisor: Supervisor, times: int) -> Callable[[], bool]:
    """Return whether it runs again after this number of restarts."""
    return lambda: (supervisor.health().restarts, supervisor.health().status) == (times, "running")


def test_five_faults_restart_all_actors_from_the_checkpoint_and_bring_a_snapshot(backend: str) -> None:
    async def main() -> None:
        said: list[Any] = []
        source = Feed()
        saved = {"a": 100, "fragile": 200}
        supervisor = pipeline([tally("a"), fragile(), last()], source=source, said=said, states=saved, limits=QUICK)
        async with running(supervisor):
            supervisor.offer(7)
            for _ in range(5):
                supervisor.offer(-1)
            await until(lambda: supervisor.health().status == "restarting")
            source.truth = (1000,)
            await until(restarted(supervisor, 1))
            await until(lambda: 1000 in said)
        assert markers(said)[-1].states == (("a", 1100), ("fragile", 1200))
        assert [health.restarts for health in supervisor.health().actors] == [1, 1, 1]
        assert supervisor.health().actors[1].faults == 5

    run(backend, main)


def test_an_actor_that_must_not_pass_over_a_message_restarts_at_once_and_handles_nothing_after_it(backend: str) -> None:
    async def main() -> None:
        said: list[Any] = []
        stages: list[Stage[Any]] = [tally("a"), fragile(on_fault=OnFault.RESTART), last()]
        supervisor = pipeline(stages, said=said, states={"a": 5}, limits=QUICK)
        async with running(supervisor):
            for number in (1, -1, 2):
                supervisor.offer(number)
            supervisor.request_checkpoint()
            await until(restarted(supervisor, 1))
        assert numbers(said) == [1]
        assert [marker.states for marker in markers(said)] == [(("a", 5), ("fragile", 0))]

    run(backend, main)


def test_four_faults_restart_nothing(backend: str) -> None:
    async def main() -> int:
        supervisor = pipeline([fragile(), last()])
        async with running(supervisor):
            for _ in range(4):
                supervisor.offer(-1)
            await until(lambda: supervisor.health().actors[0].faults == 4)
            await anyio.sleep(0.01)
        return supervisor.health().restarts

    assert run(backend, main) == 0


def test_an_effect_under_way_is_finished_before_the_checkpoint_is_read_again(backend: str) -> None:
    async def main() -> list[str]:
        order: list[str] = []

        async def write(ask: Ask) -> Answer:
            order.append("write")
            await anyio.sleep(0.05)
            order.append("written")
            return Answer(ask.what)

        def restore() -> dict[str, Any]:
            order.append("restore")
            return {}

        writer = stage("writer", lambda s, m: (s, (Ask(m),) if isinstance(m, int) else ()), int)
        supervisor = pipeline([fragile(), writer], effects={Ask: write}, restore=restore, limits=QUICK)
        async with running(supervisor):
            supervisor.offer(1)
            await until(lambda: "write" in order)
            for _ in range(5):
                supervisor.offer(-1)
            await until(restarted(supervisor, 1))
        return order

    assert run(backend, main) == ["restore", "write", "written", "restore"]


def test_an_effect_that_hangs_does_not_keep_the_pipeline_from_restarting(backend: str) -> None:
    async def main() -> int:
        async def hang(ask: Ask) -> None:
            await anyio.sleep_forever()

        hanging = stage("hanging", lambda s, m: (s, (Ask(m),)), int)
        limits = Limits(restart_pause=1.0, last_write=0.05)
        supervisor = pipeline([fragile(), hanging], effects={Ask: hang}, limits=limits)
        async with running(supervisor):
            supervisor.offer(1)
            for _ in range(5):
                supervisor.offer(-1)
            await until(restarted(supervisor, 1))
        return supervisor.health().restarts

    assert run(backend, main) == 1


def test_offers_are_refused_while_it_restarts(backend: str) -> None:
    async def main() -> tuple[bool, int]:
        supervisor = pipeline([fragile(), last()])
        async with running(supervisor):
            for _ in range(5):
                supervisor.offer(-1)
            await until(lambda: supervisor.health().status == "restarting")
            return supervisor.offer(1), supervisor.health().refused

    assert run(backend, main) == (False, 1)


def test_offers_are_refused_while_an_aborted_chain_waits_for_the_effect_under_way(backend: str) -> None:
    async def main() -> list[bool]:
        async def write(ask: Ask) -> None:
            await anyio.sleep(0.05)

        source = Feed()
        writer = stage("w", lambda s, m: (s, (Ask(m),)), int)
        supervisor = pipeline([fragile(), writer], source=source, effects={Ask: write}, limits=Limits(faults=1))
        async with running(supervisor):
            assert supervisor.offer(1)
            await anyio.sleep(0.005)
            # The first of three messages in a row: messages that the pump still holds must not be sent again.
            source.gathered, source.at = [-1, 2, 3], 0.0
            supervisor.nudge()
            await until(lambda: supervisor.health().actors[0].faults == 1)
            assert supervisor.health().status == "running"
            return [supervisor.offer(number) for number in (4, 5)]

    assert run(backend, main) == [False, False]


def test_it_stops_after_failing_again_and_again_and_its_neighbour_goes_on(backend: str) -> None:
    async def main() -> None:
        stopped: list[str] = []
        said: list[Any] = []
        poisoned = Feed(truth=(-1,))
        sick = pipeline([fragile(), last()], name="sick", source=poisoned, on_stopped=stopped.append)
        well = pipeline([tally("a"), last()], name="well", said=said)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(well.run)
            await sick.run()
            assert stopped == ["sick"]
            assert well.offer(1)
            await until(lambda: numbers(said) == [1])
            await well.drain(5)
        assert (sick.health().status, sick.health().restarts) == ("stopped", 3)
        assert sick.offer(1) is False
        assert await sick.drain(1)
        assert (well.health().status, well.health().restarts) == ("ended", 0)

    run(backend, main)


def test_a_source_that_raises_restarts_and_stops_its_pipeline(backend: str) -> None:
    class Broken(Feed):
        def snapshot(self, at: Instant) -> tuple[Any, ...]:
            raise OSError("no registry")

    async def main() -> Supervisor:
        supervisor = pipeline([tally("a"), last()], source=Broken())
        await supervisor.run()
        return supervisor

    health = run(backend, main).health()
    assert (health.status, health.restarts) == ("stopped", 3)
    assert health.source.last_fault == "OSError: no registry"


def test_a_checkpoint_that_cannot_be_read_counts_as_a_restart_and_is_tried_again(backend: str) -> None:
    async def main() -> None:
        said: list[Any] = []
        tries = iter([OSError("locked"), None])

        def restore() -> dict[str, Any]:
            if (error := next(tries)) is not None:
                raise error
            return {"a": 5}

        supervisor = pipeline([tally("a"), last()], said=said, restore=restore)
        async with running(supervisor):
            await until(restarted(supervisor, 1))
            supervisor.offer(1)
        assert markers(said)[-1].states == (("a", 6),)
        assert "OSError: locked" in (supervisor.health().last_error or "")

    run(backend, main)


def test_a_checkpoint_may_be_awaited(backend: str) -> None:
    async def main() -> Any:
        said: list[Any] = []

        async def restore() -> dict[str, Any]:
            await anyio.sleep(0.001)
            return {"a": 5}

        async with running(pipeline([tally("a"), last()], said=said, restore=restore)):
            await anyio.sleep(0.01)
        return markers(said)[-1].states

    assert run(backend, main) == (("a", 5),)


def test_a_clock_that_raises_does_not_vanish(backend: str) -> None:
    class Broken(LoopClock):
        def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
            raise OverflowError("too far")

    async def main() -> Supervisor:
        stopped: list[str] = []
        supervisor = pipeline([tally("a")], clock=Broken(), on_stopped=stopped.append)
        await supervisor.run()
        assert stopped == ["pipeline"]
        return supervisor

    health = run(backend, main).health()
    assert health.status == "stopped"
    assert "OverflowError: too far" in (health.last_error or "")


def test_a_listener_that_raises_does_not_keep_it_from_stopping(backend: str) -> None:
    def listen(name: str) -> None:
        raise KeyError(name)

    async def main() -> Supervisor:
        supervisor = pipeline([fragile()], source=Feed(truth=(-1,)), on_stopped=listen)
        await supervisor.run()
        return supervisor

    assert run(backend, main).health().status == "stopped"
