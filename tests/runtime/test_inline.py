"""The inline runner: time is moved by hand, and everything happens in the order in which it is due."""

from typing import Any

import pytest

from custom_components.ev_charging_manager.runtime.messages import CheckpointWanted, Marker, WakeAt, Woke

from .support import Ask, Feed, Said, fragile, inline, last, markers, stage, tally


def test_the_snapshot_comes_first() -> None:
    said: list[Any] = []
    runner = inline([tally("a"), last()], source=Feed(truth=(7,)), said=said)
    runner.send(1)
    assert said == [7, 1]


def test_it_starts_from_given_states() -> None:
    runner = inline([tally("a"), tally("b")], states={"a": 10})
    runner.send(1)
    assert runner.states() == {"a": 11, "b": 1}


def test_advancing_polls_the_source_when_it_is_due() -> None:
    said: list[Any] = []
    source = Feed()
    runner = inline([last()], source=source, said=said)
    source.gathered, source.at = [5], 3.0
    runner.nudge()
    assert said == []
    runner.advance(2.9)
    assert said == []
    runner.advance(0.1)
    assert said == [5]


def test_wakes_polls_and_checkpoints_come_in_the_order_of_their_moments() -> None:
    said: list[Any] = []
    source = Feed()

    def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        return state, ((Said(f"woke {message.at.mono}"),) if isinstance(message, Woke) else (WakeAt(3.0),))

    runner = inline([stage("a", step, int, Woke), last()], source=source, said=said, checkpoint_every=5.0)
    source.gathered, source.at = ["polled"], 2.0
    runner.send(1)
    runner.advance(11)
    assert [what if isinstance(what, str) else what.at.mono for what in said] == [
        "polled",
        "woke 3.0",
        5.0,
        10.0,
    ]


def test_a_wish_for_a_checkpoint_is_met_at_once_and_moves_the_next_one() -> None:
    said: list[Any] = []
    wisher = stage("a", lambda s, m: (s + 1, (CheckpointWanted(), CheckpointWanted())), int)
    runner = inline([wisher, last()], said=said, checkpoint_every=30.0)
    runner.advance(20)
    runner.send(1)
    runner.advance(29)
    assert [marker.at.mono for marker in markers(said)] == [20.0]
    assert markers(said)[0].states == (("a", 1),)
    runner.advance(1)
    assert [marker.at.mono for marker in markers(said)] == [20.0, 50.0]


def test_a_snapshot_that_raises_itself_does_not_bring_the_next_one_at_once() -> None:
    source = Feed(truth=(-1,))
    runner = inline([fragile()], source=source)
    assert source.snapshots == [0.0, 0.0]  # the first fault is repaired immediately
    runner.advance(3)
    assert source.snapshots == [0.0, 0.0, 1.0, 2.0, 3.0]


def test_a_source_that_raises_is_a_fault_and_is_asked_again_later() -> None:
    class Broken(Feed):
        def poll(self, at: Any) -> tuple[Any, ...]:
            raise OSError("no")

    runner = inline([last()], source=Broken(at=0.0))
    runner.advance(0.9)
    assert [entry.actor for entry in runner.faults] == ["source"]
    runner.advance(4.1)
    assert 5 <= len(runner.faults) <= 11


def test_an_effect_that_waits_is_refused_with_a_reason() -> None:
    async def suspend(ask: Ask) -> None:
        await Suspended()

    runner = inline([stage("a", lambda s, m: (s, (Ask(m),)), int)], effects={Ask: suspend})
    with pytest.raises(RuntimeError, match="event loop"):
        runner.send(1)


class Suspended:
    """An awaitable that suspends."""

    def __await__(self) -> Any:
        yield


def test_a_chain_that_asks_for_checkpoints_without_end_is_refused() -> None:
    runner = inline([stage("a", lambda s, m: (s, (CheckpointWanted(),)), Marker)])
    with pytest.raises(RuntimeError, match="without end"):
        runner.marker()
