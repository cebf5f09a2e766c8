"""The actor loop: the input of a step, the route of its outputs, and the reaction to a fault."""

import logging
from typing import Any

import pytest

from custom_components.ev_charging_manager.runtime.context import Reporting
from custom_components.ev_charging_manager.runtime.messages import Marker, WakeAt, Woke
from custom_components.ev_charging_manager.runtime.stage import OnFault

from .support import Answer, Ask, Feed, Said, fragile, inline, last, markers, stage, tally


def test_messages_that_an_actor_does_not_know_pass_by_in_order() -> None:
    said: list[Any] = []
    runner = inline([tally("a"), last()], said=said)
    for message in (1, "word", 2):
        runner.send(message)
    assert said == [1, "word", 2]
    assert runner.states()["a"] == 3


def test_an_unconsumed_message_is_counted_at_the_end() -> None:
    runner = inline([tally("a")])
    runner.send("lost")
    assert runner.unhandled == {"str": 1}
    assert runner.ended == ["lost"]


def test_a_raising_step_changes_no_state_and_asks_for_a_snapshot() -> None:
    said: list[Any] = []
    source = Feed()
    runner = inline([fragile(), last()], source=source, said=said)
    runner.send(2)
    source.truth = (40,)
    runner.send(-1)
    assert said == [2, 40]
    assert runner.states()["fragile"] == 42
    (entry,) = runner.faults
    assert (entry.actor, entry.message, entry.error) == ("fragile", "-1", "ValueError: negative: -1")
    assert "Traceback" in entry.traceback


def test_a_step_that_returns_no_outputs_at_all_is_a_fault_and_changes_no_state() -> None:
    def step(state: int, number: int) -> Any:
        return state + number, None

    runner = inline([stage("a", step, int)])
    runner.send(1)
    assert runner.states() == {"a": 0}
    assert "TypeError" in runner.faults[0].error


def test_pass_on_without_a_salvage_sends_the_message_as_it_came() -> None:
    said: list[Any] = []
    runner = inline([fragile(on_fault=OnFault.PASS_ON), last()], said=said)
    runner.send(-5)
    assert said == [-5]
    assert len(runner.faults) == 1


def test_pass_on_sends_the_salvaged_message() -> None:
    said: list[Any] = []
    source = Feed()
    flagging = fragile(on_fault=OnFault.PASS_ON, salvage=lambda number: (f"flagged {number}",))
    runner = inline([flagging, last()], source=source, said=said)
    runner.send(-5)
    runner.send(1)
    assert said == ["flagged -5", 1]
    assert len(source.snapshots) == 1  # the snapshot at the start


def test_a_salvage_that_raises_loses_nothing() -> None:
    said: list[Any] = []

    def salvage(number: int) -> tuple[Any, ...]:
        raise KeyError(number)

    runner = inline([fragile(on_fault=OnFault.PASS_ON, salvage=salvage), last()], said=said)
    runner.send(-5)
    assert said == [-5]
    assert len(runner.faults) == 2


def test_a_salvaged_message_goes_down_even_if_it_is_a_failed_effect() -> None:
    asked: list[Any] = []

    async def fail(ask: Ask) -> None:
        asked.append(ask)
        raise OSError("disk full")

    first = stage(
        "first",
        lambda state, message: (state, (Ask(message),)),
        int,
        on_fault=OnFault.PASS_ON,
        salvage=lambda number: (Ask(number),),
    )
    runner = inline([first], effects={Ask: fail})
    runner.send(1)
    assert len(asked) == 1
    assert runner.ended == [Ask(1)]


def test_the_reply_of_an_effect_is_stepped_before_the_next_output_and_the_next_message() -> None:
    said: list[Any] = []

    async def double(ask: Ask) -> Answer:
        return Answer(ask.what * 2)

    def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        if isinstance(message, Answer):
            return state + 1, (Said(("answer", message.what, state)),)
        return state, (Said("before"), Ask(message), Said("after"))

    runner = inline([stage("a", step, int)], said=said, effects={Ask: double})
    runner.send(4)
    runner.send(5)
    assert said == ["before", ("answer", 8, 0), "after", "before", ("answer", 10, 1), "after"]


def test_an_effect_that_replies_nothing_steps_nothing() -> None:
    async def nothing(ask: Ask) -> None:
        return None

    runner = inline([stage("a", lambda s, m: (s + 1, (Ask(m),)), int)], effects={Ask: nothing})
    runner.send(1)
    assert runner.states() == {"a": 1}


def test_an_effect_may_be_asked_for_again_many_times_over() -> None:
    async def count(ask: Ask) -> Answer:
        return Answer(ask.what - 1)

    def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        left = message.what if isinstance(message, Answer) else message
        return state + 1, ((Ask(left),) if left else ())

    runner = inline([stage("a", step, int)], effects={Ask: count})
    runner.send(5000)
    assert runner.states() == {"a": 5001}


def test_a_raising_effect_is_a_fault_of_the_actor_that_asked() -> None:
    async def fail(ask: Ask) -> None:
        raise OSError("disk full")

    source = Feed()
    runner = inline([stage("a", lambda s, m: (s + 1, (Ask(m),)), int)], source=source, effects={Ask: fail})
    source.truth = ("now",)
    runner.send(1)
    assert runner.faults[0].message == "Ask(what=1)"
    assert runner.ended == ["now"]


def test_a_raising_exit_is_counted_and_the_rest_goes_on() -> None:
    source = Feed()
    runner = inline([stage("a", lambda s, m: (s, (Said(m), m)), int)], source=source, said=Stuck())
    for number in range(6):
        runner.send(number)
    assert runner.ended == [0, 1, 2, 3, 4, 5]
    assert len(runner.faults) == 6
    assert (runner.escalated, len(source.snapshots)) == (0, 1)


class Stuck(list[Any]):
    """A list that takes nothing."""

    def append(self, item: Any) -> None:
        raise RuntimeError(f"no room for {item}")


def test_the_marker_collects_each_state_and_the_consumer_s_own_is_not_in_it() -> None:
    said: list[Any] = []
    runner = inline([tally("a"), tally("b"), last()], said=said)
    runner.send(3)
    runner.marker()
    (marker,) = markers(said)
    assert marker.states == (("a", 3), ("b", 3))


def test_a_marker_that_is_passed_on_goes_on_collecting() -> None:
    persist = stage("persist", lambda s, m: (s, (m,)), Marker)
    runner = inline([tally("a"), persist, tally("c")])
    runner.send(3)
    runner.marker()
    assert runner.ended[-1].states == (("a", 3), ("c", 3))
    assert runner.unhandled == {"int": 1}


def sleeper(name: str) -> Any:
    """A number requests a wake at that second, a word cancels it. The step outputs the second of the wake."""

    def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        match message:
            case Woke(actor, at):
                return state + 1, (Said((actor, at.mono)),)
            case int():
                return state, (WakeAt(float(message)), message)
            case _:
                return state, (WakeAt(None), message)

    return stage(name, step, int, str, Woke)


def test_a_wake_comes_once_at_its_second_to_the_actor_that_asked() -> None:
    said: list[Any] = []
    runner = inline([sleeper("a"), stage("b", lambda s, m: (s + 1, ()), Woke)], said=said)
    runner.send(10)
    runner.advance(9.5)
    assert said == []
    runner.advance(100)
    assert said == [("a", 10.0)]
    assert runner.states()["b"] == 0


@pytest.mark.parametrize(("asks", "expected"), [([10, 20], [20.0]), ([20, 10], [10.0]), ([10, "no"], [])])
def test_the_latest_wish_for_a_wake_wins(asks: list[Any], expected: list[float]) -> None:
    said: list[Any] = []
    runner = inline([sleeper("a")], said=said)
    for ask in asks:
        runner.send(ask)
    runner.advance(100)
    assert said == [("a", second) for second in expected]


def test_a_wake_that_was_cancelled_while_it_was_under_way_is_not_delivered() -> None:
    said: list[Any] = []
    source = Feed()
    runner = inline([sleeper("a")], said=said, source=source)
    runner.send(10)
    source.gathered.append("no")  # sealed just before the wake is sent
    runner.advance(100)
    assert said == []


def test_a_wake_in_the_past_comes_at_once_and_does_not_spin() -> None:
    woken: list[float] = []

    def step(state: int, message: Any) -> tuple[int, tuple[Any, ...]]:
        if isinstance(message, Woke):
            woken.append(message.at.mono)
        return state, (WakeAt(-1.0),)

    runner = inline([stage("a", step, int, Woke)])
    runner.send(1)
    assert woken == [0.0]
    runner.advance(0.05)
    assert 4 <= len(woken) <= 6


def test_a_wake_that_raised_comes_again_five_seconds_later() -> None:
    said: list[Any] = []

    def step(ready: bool, message: Any) -> tuple[bool, tuple[Any, ...]]:
        if isinstance(message, Woke) and not ready:
            raise ValueError("not ready")
        return True, ((Said(message.at.mono),) if isinstance(message, Woke) else ())

    def ask(_: int, message: int) -> tuple[int, tuple[Any, ...]]:
        return 0, (WakeAt(10.0),)

    late = stage("a", lambda s, m: ask(s, m) if m == 1 else step(s, m), int, Woke, on_fault=OnFault.PASS_ON)
    runner = inline([late], said=said)
    runner.send(1)
    runner.advance(12)
    assert (said, len(runner.faults), runner.ended) == ([], 1, [])
    runner.send(2)
    runner.advance(20)
    assert said == [15.0]


def test_a_restored_actor_is_woken_after_the_snapshot_so_that_it_can_look_at_its_deadlines() -> None:
    said: list[Any] = []
    runner = inline([sleeper("a"), last()], source=Feed(truth=(b"x",)), said=said, states={"a": 5})
    assert runner.ended == [b"x"]
    assert said == [("a", 0.0)]
    assert runner.states()["a"] == 6


def test_a_restored_actor_that_requests_a_wake_at_the_snapshot_gets_only_that_wake() -> None:
    said: list[Any] = []
    runner = inline([sleeper("a")], source=Feed(truth=(30,)), said=said, states={"a": 5})
    runner.advance(100)
    assert said == [("a", 30.0)]


def test_a_fresh_actor_is_not_woken() -> None:
    said: list[Any] = []
    inline([sleeper("a")], said=said).advance(100)
    assert said == []


ACTOR_LOG = "custom_components.ev_charging_manager.runtime.actor"


def test_the_debug_log_has_one_line_for_each_step(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, ACTOR_LOG)
    runner = inline([tally("a"), last()], reporting=Reporting(describe=lambda message: f"<{message}>"))
    runner.send(1)
    assert [record.getMessage() for record in caplog.records] == [
        "inline: a ← <1> → int",
        "inline: last ← <1> → <Said(what=1)>",
    ]


def test_messages_are_not_described_while_the_debug_log_is_off(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, ACTOR_LOG)
    described: list[Any] = []

    def describe(message: Any) -> str:
        described.append(message)
        return ""

    inline([tally("a"), last()], reporting=Reporting(describe=describe)).send(1)
    assert described == []


def test_a_description_that_raises_is_no_fault_of_the_step(caplog: pytest.LogCaptureFixture) -> None:
    def describe(message: Any) -> str:
        raise ValueError("cannot describe")

    caplog.set_level(logging.DEBUG, ACTOR_LOG)
    said: list[Any] = []
    runner = inline([tally("a"), last()], said=said, reporting=Reporting(describe=describe))
    runner.send(1)
    assert (said, runner.faults) == ([1], ())
    assert "inline: a ← int(<not shown: ValueError>) → int" in caplog.text
