"""Replays a trace through the entities' feed, the ingestor and all actors, with a clock that stands still.

The states are set in a real state machine, which notifies its listeners in the next turn of the event loop. The clock
is moved by hand. The ledger is a list in memory; its checkpoints go through JSON as they would on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.adapters.charger.feed import Feed
from custom_components.ev_charging_manager.adapters.clock import HouseClock
from custom_components.ev_charging_manager.adapters.configuration import settings_of
from custom_components.ev_charging_manager.adapters.price.price_feed import PriceFeed
from custom_components.ev_charging_manager.domain.commits import Commit
from custom_components.ev_charging_manager.domain.messages import Announced, LiveView, Logged, Recorded
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.pipeline import restored, stages
from custom_components.ev_charging_manager.repairs.notices import RepairNotices
from custom_components.ev_charging_manager.runtime.stage import Wiring

from ..actors.driver import MemoryLedger
from ..support.inline import InlineRunner, ManualClock
from .household import entity_id, entry_of
from .trace import Line, Shown, Trace


class Clock(ManualClock[Moment]):
    """A house clock that is moved by hand, with the methods that the feeds need."""

    rate = 1.0

    def mono(self) -> float:
        """Return the monotonic seconds of this moment."""
        return self.now().mono


class Replay:
    """One charger, from its entities' states to its ledger."""

    def __init__(self, hass: HomeAssistant, trace: Trace) -> None:
        self.hass = hass
        self.trace = trace
        self.ledger = MemoryLedger()
        self.told: list[tuple[str, str | None]] = []
        self.clock = Clock(lambda mono: Moment(mono, mono), trace.begins)
        self._entry = entry_of(trace)
        self._shown = dict(trace.at_first)
        self._deferred: list[Callable[[], None]] = []
        self._runner: InlineRunner | None = None

    async def play(self) -> list[SessionRecord]:
        """Play all lines, each at its second; return the records in the order in which the sessions began."""
        for key, shown in self._shown.items():
            self._show(key, shown)
        self._start(restarted=False)
        for line in self.trace.lines:
            self._advance_to(line.seconds)
            await self._take(line)
        self._advance_to(self.trace.ends)
        assert self._runner is not None
        assert self._runner.faults == ()
        assert self._runner.escalated == 0
        self._stop()
        return sorted(self.ledger.sessions.values(), key=lambda record: record.started_at)

    def offer(self, message: Any) -> bool:
        """Send an act into the chain."""
        if self._runner is not None:
            self._runner.send(message)
        return True

    def nudge(self) -> None:
        """Check the source again."""
        if self._runner is not None:
            self._runner.nudge()

    def resync(self) -> None:
        """Request a snapshot."""
        if self._runner is not None:
            self._runner.resync()

    async def _take(self, line: Line) -> None:
        match line.happens:
            case None:
                self._shown.update(line.shows)
                if self._runner is not None:
                    for key, shown in line.shows:
                        self._show(key, shown)
                    await self._turn()
            case "kill":
                self._stop()
                for key in self._shown:
                    self.hass.states.async_remove(entity_id(key))
            case "start":
                self._start(restarted=True)
                for key, shown in self._shown.items():
                    self._show(key, shown)
                    await self._turn()
            case "reload":
                assert self._runner is not None
                self._runner.marker()
                self._stop()
                self._start(restarted=False)
            case other:
                raise ValueError(f"unknown event {other!r}")

    def _start(self, restarted: bool) -> None:
        (charger,) = (item for item in self._entry.subentries.values() if item.subentry_type == "charger")
        settings = settings_of(self.hass, self._entry, charger)
        ingestor = Ingestor(settings, self.clock.now, self._deferred.append, restarted)
        self._feed = Feed(self.hass, charger, ingestor, self.clock.mono, RepairNotices(self.hass, self._entry))
        self._prices = PriceFeed(
            self.hass, ingestor, cast(HouseClock, self.clock), RepairNotices(self.hass, self._entry)
        )
        ingestor.connect(self)
        self._feed.start()
        self._prices.follow(charger, settings)
        self._end_of_turn()
        self._runner = InlineRunner(
            stages(lambda: settings),
            ingestor,
            Wiring(effects={Commit: self.ledger.commit}, exits=self._exits()),
            self.clock,
            states=restored(self.ledger.checkpoint(), settings),
            checkpoint_every=settings.options.checkpoint_s,
        )

    def _stop(self) -> None:
        self._feed.stop()
        self._prices.stop()
        self._runner = None
        self._deferred.clear()

    def _show(self, key: str, shown: Shown) -> None:
        attributes: dict[str, str] = {"unit_of_measurement": shown.unit} if shown.unit else {}
        if key == "lock" and self.trace.lock_class:
            attributes["device_class"] = "lock"
        self.hass.states.async_set(entity_id(key), shown.state, attributes)

    def _advance_to(self, seconds: float) -> None:
        mono = self.trace.begins + seconds
        if self._runner is None:
            self.clock.move_to(mono)
        else:
            self._runner.advance(mono - self.clock.mono())

    async def _turn(self) -> None:
        """Give the event loop one turn, in which the listeners receive the states that were set before."""
        await asyncio.sleep(0)
        self._end_of_turn()

    def _end_of_turn(self) -> None:
        while self._deferred:
            self._deferred.pop(0)()

    def _exits(self) -> dict[type, Callable[[Any], None]]:
        return {
            LiveView: lambda _: None,
            Announced: lambda told: self.told.append((told.name, told.payload.get("session_id"))),
            Recorded: lambda _: None,
            Logged: lambda _: None,
        }
