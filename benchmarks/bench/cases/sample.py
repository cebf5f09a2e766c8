"""What one state change costs while a session runs, at a thousand changes a second of house time."""

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
WHAT = "loop time per state change while a session runs, 1,000 changes a second of house time"
LIMIT_US = 1.5
CHANGES_PER_SECOND = 1_000
# A lap is as long as it is from one checkpoint to the next, at the shortest that the options allow: so each holds all
# that happens now and then, the ledger's commit included. The naive listener needs no such length.
LAP_S = 5
NAIVE_LAP_S = 1
_DELTAS_PER_SECOND = CHANGES_PER_SECOND // CHANGES_PER_DELTA
_APART_S = 1 / _DELTAS_PER_SECOND
_CALLBACK_BATCHES = 100


class Listening:
    """A charger's entities, and somebody who listens to them."""

    def __init__(self, hass: HomeAssistant, name: str, charging: Charging, lap_s: int = LAP_S) -> None:
        self.name = name
        self._lap_s = lap_s
        self.charging = charging
        self.clock = SteppingClock()
        self._hass = hass
        say(hass, charging.at_rest())

    async def lap(self) -> Lap:
        """Some seconds of the house."""
        deltas = self.charging.deltas(self._lap_s * _DELTAS_PER_SECOND)
        with Stopwatch() as watch:
            await feed(self._hass, deltas, self.clock.move, _APART_S)
            await self.settle()
        return watch.lap(len(deltas) * CHANGES_PER_DELTA)

    async def settle(self) -> None:
        """Let go through what the lap set off, so that no other variant pays for it."""
        await turns()


class Ours(Listening):
    """The same, listened to by this integration."""

    charger: BenchCharger

    async def open(self) -> None:
        """Begin a session."""
        entry = household_entry("ours", {"checkpoint_s": LAP_S})
        self.charger = await BenchCharger.open(self._hass, self.clock, entry, "sample.db")
        await self.charger.start(self.clock.move)

    async def settle(self) -> None:
        """Wait for a commit that is under way as well; waiting costs the loop nothing."""
        await self.charger.idle()

    async def finish(self) -> None:
        """Let the last samples through."""
        self.clock.move(2.0)
        await self.charger.idle()


async def run(rounds: int) -> Result:
    """Measure all three."""
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
    """What shows that ours did its work: the session's energy against what the feed said, and its health."""
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
    """The listener alone, called with events that were made before: least of many batches."""
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
    """Whoever listens to an entity, as Home Assistant holds them; so any integration is measured alike."""
    (job,) = hass.data[_TRACK_STATE_CHANGE_DATA].callbacks[entity_id]
    return job.target


def _event(hass: HomeAssistant, change: Change) -> Event[EventStateChangedData]:
    """As core makes it: attributes that say nothing new are those of the state before."""
    old = hass.states.get(change.entity_id)
    assert old is not None
    new = State(change.entity_id, change.state, old.attributes)
    return Event("state_changed", {"entity_id": change.entity_id, "old_state": old, "new_state": new})
