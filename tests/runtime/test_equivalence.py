"""One graph produces the same outputs under both runners."""

from typing import Any

import anyio
from hypothesis import given, settings, strategies as st

from custom_components.ev_charging_manager.runtime.messages import CheckpointWanted, WakeAt, Woke
from custom_components.ev_charging_manager.runtime.stage import OnFault, Stage

from .support import (
    Answer,
    Ask,
    Feed,
    fragile,
    inline,
    last,
    pipeline,
    run,
    running,
    stage,
    tally,
)


async def double(ask: Ask) -> Answer:
    return Answer(2 * ask.what)


def thinker() -> Stage[int]:
    """Send an effect for even numbers, pass the reply on as a word, and request a checkpoint at each seven."""

    def step(count: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        match message:
            case Answer(what):
                return count + 1, (f"answer {what}",)
            case int() if message % 7 == 0 and message % 5:
                return count, (message, CheckpointWanted())
            case int() if message % 2 == 0:
                return count, (Ask(message), message)
            case _:
                return count, (message,)

    return stage("thinker", step, int)


def napper() -> Stage[int]:
    """Request a wake in the past at each number, so that it is due immediately."""

    def step(count: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        if isinstance(message, Woke):
            return 0, (f"woken after {count}",)
        return count + 1, (message, WakeAt(0.0) if message % 5 == 0 else WakeAt(None))

    return stage("napper", step, int, Woke)


def graph() -> list[Stage[Any]]:
    """Return a graph with every kind of actor.

    No message makes two actors send a request to the schedule: their order would depend on the event loop.
    """
    return [
        tally("a", capacity=2),
        fragile("evidence"),
        fragile("bill", OnFault.PASS_ON, lambda number: (f"flagged {number}",)),
        thinker(),
        napper(),
        last(),
    ]


def told(said: list[Any]) -> list[Any]:
    """Return the outputs without their moments, which differ between the runners."""
    return [what if isinstance(what, (int, str)) else what.states for what in said]


@settings(max_examples=40, deadline=None)
@given(
    messages=st.lists(st.integers(-3, 30) | st.text("ab", max_size=1), max_size=25).filter(
        lambda messages: sum(isinstance(m, int) and m < 0 for m in messages) < 3
    ),
    truth=st.lists(st.integers(0, 20).filter(lambda number: number % 7), max_size=3),
)
def test_the_supervisor_and_the_inline_runner_say_the_same(messages: list[Any], truth: list[int]) -> None:
    alone: list[Any] = []
    runner = inline(graph(), source=Feed(truth=tuple(truth)), said=alone, effects={Ask: double})
    for message in messages:
        runner.send(message)
        runner.advance(1.5)
    runner.marker()

    async def main() -> list[Any]:
        said: list[Any] = []
        source = Feed(truth=tuple(truth))
        supervisor = pipeline(graph(), source=source, said=said, effects={Ask: double})
        async with running(supervisor):
            for message in messages:
                await anyio.sleep(1.5 / 500)
                assert supervisor.offer(message)
            await anyio.sleep(1.5 / 500)
        return said

    assert told(run("trio", main)) == told(alone)
