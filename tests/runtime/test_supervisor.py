"""The supervisor in normal operation: order, overflow, wakes, checkpoints, health."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given, settings, strategies as st

from custom_components.ev_charging_manager.runtime.context import Reporting
from custom_components.ev_charging_manager.runtime.messages import CheckpointWanted, WakeAt, Woke
from custom_components.ev_charging_manager.runtime.stage import Stage

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


def test_the_snapshot_comes_first_and_messages_keep_their_order(backend: str) -> None:
    async def main() -> list[Any]:
        said: list[Any] = []
        supervisor = pipeline([tally("a"), tally("b"), last()], source=Feed(truth=(0,)), said=said)
        async with running(supervisor):
            await until(lambda: said == [0])
            assert all(supervisor.offer(number) for number in range(1, 20))
        return said

    assert numbers(run(backend, main)) == list(range(20))


def test_an_overflow_is_refused_and_all_that_was_taken_arrives(backend: str) -> None:
    async def main() -> tuple[list[int], list[int], int]:
        said: list[Any] = []
        supervisor = pipeline([tally("a", capacity=4), last()], said=said)
        async with running(supervisor):
            taken = [number for number in range(50) if supervisor.offer(number)]
        return taken, numbers(said), supervisor.health().refused

    taken, arrived, refused = run(backend, main)
    assert arrived == taken
    assert (len(taken) + refused, len(taken) < 50) == (50, True)


def test_a_slow_actor_makes_those_before_it_wait_and_then_offers_are_refused(backend: str) -> None:
    async def main() -> tuple[list[int], list[int], list[int]]:
        said: list[Any] = []
        gate = anyio.Event()

        async def wait(ask: Ask) -> Answer:
            await gate.wait()
            return Answer(ask.what)

        slow = stage("slow", lambda s, m: (s, (Ask(m) if isinstance(m, int) else Said(m.what),)), int, capacity=2)
        supervisor = pipeline([tally("a", capacity=2), slow], said=said, effects={Ask: wait})
        async with running(supervisor):
            taken = []
            for number in range(30):
                if supervisor.offer(number):
                    taken.append(number)
                await anyio.sleep(0.001)
            peaks = [health.peak for health in supervisor.health().actors]
            gate.set()
        return taken, said, peaks

    taken, said, peaks = run(backend, main)
    assert said == taken
    assert 4 <= len(taken) <= 6
    assert peaks == [2, 2]


def test_an_offered_message_does_not_split_a_snapshot(backend: str) -> None:
    async def main() -> list[int]:
        said: list[Any] = []
        source = Feed()
        supervisor = pipeline([tally("a", capacity=3), last()], source=source, said=said)
        async with running(supervisor):
            source.truth = tuple(range(100, 110))
            supervisor.resync()
            await until(lambda: 100 in said)
            for number in range(5):
                await until(lambda: supervisor.offer(number))  # noqa: B023
        return numbers(said)

    arrived = run(backend, main)
    assert arrived == [*range(100, 110), *range(5)]


def test_the_reply_of_an_effect_is_stepped_before_the_next_message(backend: str) -> None:
    async def main() -> list[Any]:
        said: list[Any] = []

        async def double(ask: Ask) -> Answer:
            await anyio.sleep(0.001)
            return Answer(ask.what * 2)

        def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
            return state, ((Said(message.what),) if isinstance(message, Answer) else (Said(message), Ask(message)))

        supervisor = pipeline([stage("a", step, int)], said=said, effects={Ask: double})
        async with running(supervisor):
            for number in (1, 2, 3):
                supervisor.offer(number)
        return said

    assert run(backend, main) == [1, 2, 2, 4, 3, 6]


def alarm_clock() -> Stage[int]:
    """Request a wake after this number of seconds; output its second."""

    def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        match message:
            case Woke(_, at):
                return state, (Said(at.mono),)
            case None:
                return state, (WakeAt(None),)
            case _:
                return state, (WakeAt(message),)

    return stage("alarm", step, float, type(None), Woke)


def test_wakes_come_at_their_second_and_the_latest_wish_wins(backend: str) -> None:
    async def main() -> tuple[float, list[Any]]:
        said: list[Any] = []
        supervisor = pipeline([tally("a"), alarm_clock()], said=said)
        async with running(supervisor):
            start = supervisor_now()
            for ask in (start + 500, start + 2, start + 10):
                supervisor.offer(ask)
            await anyio.sleep(100 / 500)
        return start, said

    start, said = run(backend, main)
    assert len(said) == 1
    assert start + 10 <= said[0] < start + 60


def supervisor_now() -> float:
    """Return the house second of the test clock."""
    from .support import LoopClock

    return LoopClock().now().mono


def test_a_cancelled_wake_does_not_come(backend: str) -> None:
    async def main() -> list[Any]:
        said: list[Any] = []
        supervisor = pipeline([alarm_clock()], said=said)
        async with running(supervisor):
            supervisor.offer(supervisor_now() + 5)
            supervisor.offer(None)
            await anyio.sleep(0.1)
        return said

    assert run(backend, main) == []


def test_a_nudged_source_is_polled_when_it_is_due(backend: str) -> None:
    async def main() -> tuple[float, list[float], list[int]]:
        said: list[Any] = []
        source = Feed()
        supervisor = pipeline([tally("a"), last()], source=source, said=said)
        async with running(supervisor):
            await until(lambda: len(source.polls) == 1)
            source.gathered, source.at = [1, 2], supervisor_now() + 20
            due = source.at
            supervisor.nudge()
            await until(lambda: numbers(said) == [1, 2])
        return due, source.polls, numbers(said)

    due, polls, _ = run(backend, main)
    assert polls[1] >= due


def test_checkpoints_come_in_their_interval_which_can_be_changed(backend: str) -> None:
    async def main() -> list[float]:
        said: list[Any] = []
        supervisor = pipeline([tally("a"), last()], said=said, every=1e6)
        async with running(supervisor):
            await anyio.sleep(0.01)
            assert markers(said) == []
            supervisor.checkpoint_every = 10.0
            await until(lambda: len(markers(said)) >= 3)
        return [marker.at.mono for marker in markers(said)]

    at = run(backend, main)
    assert all(later - earlier >= 10 for earlier, later in pairwise(at[:-1]))


def test_another_interval_does_not_put_off_a_checkpoint_that_is_wanted(backend: str) -> None:
    async def main() -> int:
        said: list[Any] = []
        supervisor = pipeline([tally("a"), last()], said=said)
        async with running(supervisor):
            supervisor.request_checkpoint()
            supervisor.checkpoint_every = 1e6
            await anyio.sleep(0.01)
            return len(markers(said))

    assert run(backend, main) == 1


def test_several_wishes_for_a_checkpoint_before_it_leaves_are_one(backend: str) -> None:
    async def main() -> int:
        said: list[Any] = []
        wisher = stage("a", lambda s, m: (s, (CheckpointWanted(),)), int)
        supervisor = pipeline([wisher, last()], said=said)
        async with running(supervisor):
            await anyio.sleep(0.001)
            for _ in range(5):
                supervisor.request_checkpoint()
            await until(lambda: len(markers(said)) == 1)
            await anyio.sleep(0.001)
            assert len(markers(said)) == 1
            supervisor.offer(1)
            await until(lambda: len(markers(said)) == 2)
        return len(markers(said))

    assert run(backend, main) == 3  # the third is from the drain


@settings(max_examples=25, deadline=None)
@given(
    script=st.lists(st.one_of(st.integers(1, 100), st.just("mark"), st.just("turn")), max_size=60),
    capacities=st.lists(st.integers(1, 5), min_size=2, max_size=5),
)
def test_a_marker_is_a_consistent_cut_under_load(script: list[Any], capacities: list[int]) -> None:
    async def main() -> tuple[list[Any], list[int]]:
        said: list[Any] = []
        stages = [tally(f"tally {n}", capacity=capacity) for n, capacity in enumerate(capacities)]
        supervisor = pipeline([*stages, last()], said=said)
        taken = []
        async with running(supervisor):
            for act in script:
                if act == "mark":
                    supervisor.request_checkpoint()
                elif act == "turn":
                    await anyio.lowlevel.checkpoint()
                elif supervisor.offer(act):
                    taken.append(act)
        return said, taken

    for backend in ("asyncio", "trio"):
        said, taken = run(backend, main)
        assert numbers(said) == taken
        before = 0
        for what in said:
            if isinstance(what, int):
                before += what
            else:
                assert {total for _, total in what.states} == {before}
                assert len(what.states) == len(capacities)
        assert markers(said)


def test_health_shows_the_graph_and_how_each_actor_fares(backend: str) -> None:
    async def main() -> dict[str, Any]:
        ticks = iter(range(1000))
        stages = [tally("a", capacity=8), fragile("b")]
        supervisor = pipeline(stages, name="left", reporting=Reporting(watch=lambda: float(next(ticks))))
        assert supervisor.health().status == "new"
        async with running(supervisor):
            for number in (1, 2, -1):
                supervisor.offer(number)
            await until(lambda: supervisor.health().actors[1].faults == 1)
            await until(lambda: supervisor.health().resyncs == 2)
            assert supervisor.health().status == "running"
        return supervisor.health().as_dict()

    health = run(backend, main)
    assert (health["name"], health["status"], health["restarts"]) == ("left", "ended", 0)
    assert health["edges"] == (
        {"sender": "source", "receiver": "a", "capacity": 8},
        {"sender": "a", "receiver": "b", "capacity": 64},
    )
    first, second = health["actors"]
    assert (first["handled"], first["faults"], first["capacity"], first["depth"]) == (3, 0, 8, 0)
    assert (second["handled"], second["faults"], second["last_fault"]) == (2, 1, "ValueError: negative: -1")
    assert first["step_seconds_total"] >= 3.0 <= 3 * first["step_seconds_max"]
    assert first["peak"] >= 1
    assert health["unhandled"] == {"int": 2}
    assert health["put_aside"][0]["message"] == "-1"


def test_an_idle_pipeline_does_nothing_between_its_deadlines(backend: str) -> None:
    async def main() -> tuple[int, int]:
        source = Feed()
        counting = CountingClock()
        supervisor = pipeline([tally("a"), last()], source=source, clock=counting, every=50.0)
        async with running(supervisor):
            before = counting.sleeps
            await anyio.sleep(0.5)  # 250 house seconds: five checkpoints
            return counting.sleeps - before, len(source.polls)

    sleeps, polls = run(backend, main)
    assert sleeps <= 15
    assert polls <= 7


class CountingClock:
    """Counts the sleeps."""

    def __init__(self) -> None:
        from .support import LoopClock

        self.sleeps = 0
        self._clock = LoopClock()
        self.now = self._clock.now

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        self.sleeps += 1
        return self._clock.call_at(mono, action)


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ([], "at least one stage"),
        ([tally("a"), tally("a")], "two stages"),
        ([tally("a", capacity=0)], "no room"),
        (
            [Stage(name="a", initial=int, step=lambda s, m: (s, ()), consumes=(int,), produces=(WakeAt,))],
            "Woke",
        ),
    ],
)
def test_a_chain_that_cannot_work_is_refused_at_set_up(stages: list[Stage[Any]], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        pipeline(stages)


def test_a_checkpoint_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="checkpoint_every"):
        pipeline([tally("a")], every=0)


def test_a_pipeline_runs_once(backend: str) -> None:
    async def main() -> None:
        supervisor = pipeline([tally("a")])
        async with running(supervisor):
            pass
        with pytest.raises(RuntimeError, match="only once"):
            await supervisor.run()

    run(backend, main)
