"""The cost of one state change while a session runs, at a thousand changes per second of house time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State
from homeassistant.helpers.event import _TRACK_STATE_CHANGE_DATA

from ..charger import BenchCharger
from ..clock import SteppingClock
from ..core import core, settle_memory
from ..deltas import CHANGES_PER_DELTA, Change, Charging, feed, say, turns
from ..frame import Lap, Stopwatch, measure
from ..household import household_entry
from ..listeners import Naive, listen_naively, listen_to_nothing
from ..result import NAIVE, NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "sample"
WHAT = "event-loop time per state change while a session runs, 1,000 changes per second of house time"
LIMIT_US = 1.5
CHANGES_PER_SECOND = 1_000
# A lap is as long as the shortest checkpoint interval of the options, so that each lap contains all periodic work,
# including the ledger's commit. The naive listener has no periodic work and needs no such length.
LAP_S = 5
NAIVE_LAP_S = 1
_DELTAS_PER_SECOND = CHANGES_PER_SECOND // CHANGES_PER_DELTA
_APART_S = 1 / _DELTAS_PER_SECOND
_CALLBACK_BATCHES = 100


class Listening:
    """The entities of a charger, and a listener."""

    def __init__(self, hass: HomeAssistant, name: str, charging: Charging, lap_s: int = LAP_S) -> None:
        self.name = name
        self._lap_s = lap_s
        self.charging = charging
        self.clock = SteppingClock()
        self._hass = hass
        say(hass, charging.at_rest())

    async def lap(self) -> Lap:
        """Play some house seconds."""
        deltas = self.charging.deltas(self._lap_s * _DELTAS_PER_SECOND)
        with Stopwatch() as watch:
            await feed(self._hass, deltas, self.clock.move, _APART_S)
            await self.settle()
        return watch.lap(len(deltas) * CHANGES_PER_DELTA)

    async def settle(self) -> None:
        """Finish the work that the lap caused, so that no other variant is charged for it."""
        await turns()


class Ours(Listening):
    """The same entities, with this integration as the listener."""

    charger: BenchCharger

    async def open(self) -> None:
        """Begin a session."""
        entry = household_entry("ours", {"checkpoint_s": LAP_S})
        self.charger = await BenchCharger.open(self._hass, self.clock, entry, "sample.db")
        await self.charger.start(self.clock.move)

    async def settle(self) -> None:
        """Wait for a running commit too. Waiting costs the event loop nothing."""
        await self.charger.idle()

    async def finish(self) -> None:
        """Let the last samples through."""
        self.clock.move(2.0)
        await self.charger.idle()


async def run(rounds: int) -> Result:
    """Measure all three variants."""
    async with AsyncExitStack() as stack:
        hass = await stack.enter_async_context(core())
        variants = await _variants(hass)
        ours = variants[0]
        assert isinstance(ours, Ours)
        stack.push_async_callback(ours.charger.stop)
        settle_memory()
        series = await measure(variants, rounds)
        callback = {variant.name: await _callback_us(hass, variant) for variant in variants[:2]}
        await ours.finish()
        facts = _facts(ours)
    return _result(cpu_of(series), {"wall": wall_of(series), "callback": callback, **facts})


def _result(series: Mapping[str, tuple[float, ...]], details: Mapping[str, Any]) -> Result:
    over = min(series[OURS]) - min(series[NO_OP])
    return Result(
        case=NAME,
        what=WHAT,
        unit="µs/change",
        series=series,
        target=Target(f"≤ {LIMIT_US} µs over no-op", over, LIMIT_US),
        details=details,
    )


async def _variants(hass: HomeAssistant) -> Sequence[Listening]:
    ours = Ours(hass, OURS, Charging("ours", CHANGES_PER_SECOND))
    await ours.open()
    nothing = Listening(hass, NO_OP, Charging("no_op", CHANGES_PER_SECOND))
    listen_to_nothing(hass, _sampled(nothing.charging))
    naive = Listening(hass, NAIVE, Charging("naive", CHANGES_PER_SECOND), NAIVE_LAP_S)
    session = Naive(naive.charging.session, naive.charging.power, time.time() - 60.0)
    listen_naively(hass, session, _sampled(naive.charging))
    return ours, nothing, naive


def _sampled(charging: Charging) -> Sequence[str]:
    return charging.power, charging.session, charging.total


def _facts(ours: Ours) -> Mapping[str, Any]:
    """Return proof that ours worked: the session's energy against the sent energy, and the pipeline's health."""
    ingestor, health = ours.charger.runtime.ingestor, ours.charger.runtime.health()
    record = ours.charger.views[-1].progress.record
    return {
        "session_kwh": None if record is None else record.energy_mwh / 1e6,
        "fed_kwh": ours.charging.session_wh / 1000,
        "rejected": ingestor.rejected,
        "handled": {actor.name: actor.handled for actor in health.actors},
        "checkpoints": health.checkpoints,
    }


async def _callback_us(hass: HomeAssistant, variant: Listening) -> float:
    """Measure the listener alone with events made in advance: the minimum of many batches."""
    least = float("inf")
    for _ in range(_CALLBACK_BATCHES):
        calls = [(_listener(hass, change.entity_id), _event(hass, change)) for change in _changes(variant.charging)]
        before = time.perf_counter()
        for listener, event in calls:
            listener(event)
        least = min(least, (time.perf_counter() - before) / len(calls))
        await feed(hass, variant.charging.deltas(1), variant.clock.move, 1.0)
    return least * 1e6


def _changes(charging: Charging) -> Sequence[Change]:
    return [change for delta in charging.deltas(_DELTAS_PER_SECOND) for change in delta]


def _listener(hass: HomeAssistant, entity_id: str) -> Callable[[Event[EventStateChangedData]], Any]:
    """Return the listeners of an entity in Home Assistant, so that any integration is measured the same way."""
    (job,) = hass.data[_TRACK_STATE_CHANGE_DATA].callbacks[entity_id]
    return job.target


def _event(hass: HomeAssistant, change: Change) -> Event[EventStateChangedData]:
    """Return a state as core creates it: unchanged attributes are the same object as before."""
    old = hass.states.get(change.entity_id)
    assert old is not None
    new = State(change.entity_id, change.state, old.attributes)
    return Event("state_changed", {"entity_id": change.entity_id, "old_state": old, "new_state": new})
