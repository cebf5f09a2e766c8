"""Links and channels: no message is lost, duplicated or overtaken, and each checkpoint is consistent."""

from typing import Any

import anyio
import anyio.lowlevel
from hypothesis import given, settings, strategies as st

from custom_components.ev_charging_manager.runtime.faults import Limits
from custom_components.ev_charging_manager.runtime.messages import Marker
from custom_components.ev_charging_manager.runtime.stage import OnFault, Stage
from custom_components.ev_charging_manager.runtime.supervisor import Supervisor

from .support import Ask, Feed, Said, numbers, pipeline, run, running, stage, until

BREAKS_A, BREAKS_B, BREAKS_WRITER = 1, 2, 4

acts = st.lists(
    st.sampled_from(
        (0, 0, 0, BREAKS_A, BREAKS_B, BREAKS_WRITER, "gather", "checkpoint", "resync", "turn", "turns", "pause")
    ),
    max_size=50,
)


def keeper(name: str, breaks: int, capacity: int) -> Stage[tuple[int, ...]]:
    """Remember numbers, pass each on with an echo; raise at negative numbers."""

    def step(seen: tuple[int, ...], number: int) -> tuple[tuple[int, ...], tuple[Any, ...]]:
        if number % 100 == breaks:
            raise ValueError(number)
        return (*seen, number), (number, f"{name}{number}")

    return Stage(name=name, initial=tuple, step=step, consumes=(int,), produces=(int, str), capacity=capacity)


def writer(capacity: int) -> Stage[tuple[int, ...]]:
    """Gather numbers until a marker comes, then write them with the marker."""

    def step(waiting: tuple[int, ...], message: Any) -> tuple[tuple[int, ...], tuple[Any, ...]]:
        if isinstance(message, Marker):
            return (), (Ask((dict(message.states), waiting)),)
        if message % 100 == BREAKS_WRITER:
            raise ValueError(message)
        return (*waiting, message), (message,)

    return Stage(
        name="writer",
        initial=tuple,
        step=step,
        consumes=(int, Marker),
        produces=(int, Ask),
        on_fault=OnFault.RESTART,
        capacity=capacity,
    )


class Disk:
    """Takes some turns for each write, and holds the state from which the next generation starts."""

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self.written: list[tuple[dict[str, tuple[int, ...]], tuple[int, ...]]] = []

    async def write(self, ask: Ask) -> None:
        for _ in range(self._turns):
            await anyio.lowlevel.checkpoint()
        self.written.append(ask.what)

    def states(self) -> dict[str, tuple[int, ...]]:
        if self.written:
            return self.written[-1][0]
        return {}


async def play(supervisor: Supervisor, source: Feed, acts: list[int | str]) -> list[int]:
    """Play the script; return the accepted numbers."""
    taken: list[int] = []
    for n, act in enumerate(acts, 1):
        match act:
            case int():
                taken += [n * 100 + act] if supervisor.offer(n * 100 + act) else []
            case "gather":
                source.gathered += [n * 100 + k for k in range(10, 17)]
                source.at = 0.0
                supervisor.nudge()
            case "checkpoint":
                supervisor.request_checkpoint()
            case "resync":
                supervisor.resync()
            case "pause":
                await anyio.sleep(0.002)
            case _:
                for _ in range(1 if act == "turn" else 5):
                    await anyio.lowlevel.checkpoint()
    return taken


@settings(max_examples=150, deadline=None)
@given(
    acts=acts,
    capacities=st.lists(st.integers(1, 3), min_size=4, max_size=4),
    slow=st.sampled_from((0, 1, 3, 10, 50)),
    library=st.sampled_from(("asyncio", "trio")),
    drained=st.booleans(),
)
def test_order_holds_and_each_checkpoint_is_of_one_moment_through_faults_and_restarts(
    acts: list[int | str], capacities: list[int], slow: int, library: str, drained: bool
) -> None:
    disk, said = Disk(slow), list[Any]()

    async def main() -> tuple[list[int], bool]:
        source = Feed()
        one, two, three, four = capacities
        end = Stage(
            name="end",
            initial=int,
            step=lambda s, m: (s, (Said(m),)),
            consumes=(int, str),
            produces=(Said,),
            capacity=four,
        )
        supervisor = pipeline(
            [keeper("a", BREAKS_A, one), keeper("b", BREAKS_B, two), writer(three), end],
            source=source,
            said=said,
            effects={Ask: disk.write},
            restore=disk.states,
            limits=Limits(faults=3, restarts=50, restart_pause=0.5),
        )
        all_through = False
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(supervisor.run)
            await until(lambda: supervisor.health().status == "running")
            taken = await play(supervisor, source, acts)
            if drained:
                all_through = await supervisor.drain(5)
            else:
                tasks.cancel_scope.cancel()
        assert (supervisor.health().status, supervisor.health().last_error) == ("ended", None)
        return taken, all_through and not supervisor.health().restarts

    taken, nothing_lost = run(library, main)
    before: tuple[int, ...] = ()
    for states, waiting in disk.written:
        # The writes contain everything that the earlier actors received since the last write: all of it, in order,
        # once.
        assert states["b"] == (*before, *waiting)
        assert states["b"] == tuple(number for number in states["a"] if number % 100 != BREAKS_B)
        before = states["b"]
    assert list(before) == sorted(set(before), key=before.index)
    of_the_taken = [number for number in before if number % 100 < 10]
    assert of_the_taken == sorted(of_the_taken)
    if nothing_lost:
        assert of_the_taken == [number for number in taken if number % 100 not in (BREAKS_A, BREAKS_B)]
        assert list(before) == numbers(said)
        # An actor takes the next message only after all consequences of the last one were handed on.
        heard = [echo for echo in said if echo not in {f"a{number}" for number in taken if number % 100 == BREAKS_B}]
        assert heard == [each for number in before for each in (number, f"b{number}", f"a{number}")]


def test_an_actor_that_waits_for_room_is_not_stepped_in_another_turn_meanwhile(backend: str) -> None:
    async def main() -> list[Any]:
        said: list[Any] = []
        gate = anyio.Event()
        source = Feed()

        async def wait(ask: Ask) -> None:
            await gate.wait()

        slow = stage("slow", lambda s, m: (s, (Ask(m), Said(m))), int, str, capacity=1)
        supervisor = pipeline([keeper("a", BREAKS_A, 9), slow], source=source, said=said, effects={Ask: wait})
        async with running(supervisor):
            for number in (10, 20):
                assert supervisor.offer(number)
            await anyio.sleep(0.001)
            # The first message keeps the disk busy and the second waits for room; these go through the pump.
            source.gathered, source.at = [30, 40], 0.0
            supervisor.nudge()
            await anyio.sleep(0.001)
            gate.set()
        return said

    assert run(backend, main) == [10, "a10", 20, "a20", 30, "a30", 40, "a40"]
