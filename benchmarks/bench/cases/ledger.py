"""The response times of the ledger with a hundred thousand sessions, and proof that it never blocks the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback

from custom_components.ev_charging_manager import const
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import LedgerThread
from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit, Committed, EventKind, OutboxEntry
from custom_components.ev_charging_manager.domain.events import completed
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.domain.statistics.totals import month_of
from custom_components.ev_charging_manager.ledger.history import Cursor
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES

from ..clock import START_UTC
from ..core import core, settle_memory
from ..deltas import Charging, say
from ..frame import in_turn
from ..household import CHARGER_ID, USER_ID, household_entry
from ..motion import fast_motion
from ..past import YEARS, ZONE, past_ledger, past_sessions
from ..result import NO_OP, OURS, Result, Target
from ..statements import watched_statements

NAME = "ledger"
WHAT = "elapsed time of the slowest of four ledger calls, with 100,000 sessions; no-op: without sessions"
LIMIT_MS = 50.0
SESSIONS = 100_000
_COMMIT, _MONTH, _TOTALS, _PAGE = "commit of a session", "month of a user", "totals of all users", "page of history"
_LAST_MONTH = month_of(START_UTC - 35 * 86_400, ZONE)
_RATE = 100.0
_PATIENCE_S = 20.0


class Asked:
    """A ledger on its thread, and the calls to measure."""

    def __init__(self, thread: LedgerThread) -> None:
        self.ledger = thread.ledger
        self.took_ms: dict[str, list[float]] = {name: [] for name in (_COMMIT, _MONTH, _TOTALS, _PAGE)}
        self.answers: dict[str, int] = {}
        self._thread = thread
        (self._example,) = past_sessions(1)
        self._commits = 0

    @classmethod
    async def open(cls, folder: Path, count: int) -> Asked:
        """Open a ledger with this number of sessions."""
        path = folder / f"{count}.db"
        past_ledger(path, count)
        return cls(await LedgerThread.open(path, ZONE))

    async def close(self) -> None:
        """Close it."""
        await self._thread.close()

    async def round(self) -> float:
        """Make each call once, as the integration does; return the milliseconds of the slowest."""
        return max(
            await self._time(_COMMIT, self._commit),
            await self._time(_MONTH, lambda: self._call(self.ledger.user_month, USER_ID, _LAST_MONTH)),
            await self._time(_TOTALS, lambda: self._call(self.ledger.month_totals)),
            await self._time(_PAGE, lambda: self._call(self._page)),
        )

    async def _time(self, name: str, ask: Callable[[], Any]) -> float:
        before = time.perf_counter()
        self.answers[name] = await ask()
        took = (time.perf_counter() - before) * 1000
        self.took_ms[name].append(took)
        return took

    async def _call(self, function: Callable[..., Sequence[Any]], *arguments: Any) -> int:
        return len(await self._thread.call(function, *arguments))

    def _page(self) -> Sequence[SessionRecord]:
        """Filter from the middle of the years, by one user and one charger: the query must skip the newer half."""
        halfway = Cursor(START_UTC - YEARS * 365 * 86_400 / 2, "")
        return self.ledger.history(halfway, charger_id=CHARGER_ID, user_id=USER_ID).sessions

    async def _commit(self) -> int:
        """Return a session with its event and its charger's checkpoint, as a pipeline commits it."""
        self._commits += 1
        record = replace(self._example, session_id=f"01NEW{self._commits:021d}")
        states = {name: state() for name, state in CHECKPOINT_TYPES.items()}
        event = OutboxEntry(EventKind.COMPLETED, record.session_id, CHARGER_ID, completed(record))
        commit = Commit(Checkpoint(CHARGER_ID, Moment(START_UTC, START_UTC), states), (record,), (event,))
        answer = await self._thread.commit(commit)
        if not isinstance(answer, Committed):
            raise RuntimeError(f"the commit failed: {answer.reason}")
        return len(answer.events)


async def run(rounds: int, sessions: int = SESSIONS) -> Result:
    """Measure both ledgers in turns, then check which threads of the whole integration use its ledger."""
    async with AsyncExitStack() as stack:
        hass = await stack.enter_async_context(core())
        folder = Path(hass.config.config_dir)
        full = await Asked.open(folder, sessions)
        stack.push_async_callback(full.close)
        empty = await Asked.open(folder, 0)
        stack.push_async_callback(empty.close)
        settle_memory()
        slowest: dict[str, list[float]] = {OURS: [], NO_OP: []}
        for number in range(rounds + 1):
            # The first lap fills the caches and is not counted.
            for name, asked in in_turn(((OURS, full), (NO_OP, empty)), number):
                slowest[name].append(await asked.round())
        threads = await _threads(hass)
    calls = {name: _figures(took[1:]) for name, took in full.took_ms.items()}
    worst = max(each["median"] for each in calls.values())
    return Result(
        case=NAME,
        what=WHAT,
        unit="ms",
        series={name: tuple(took[1:]) for name, took in slowest.items()},
        target=Target(f"≤ {LIMIT_MS:.0f} ms each (median), never on the loop", _or_never(worst, threads), LIMIT_MS),
        details={"sessions": sessions, "calls": calls, "answers": full.answers, "threads": threads},
    )


def _figures(took: Sequence[float]) -> Mapping[str, float]:
    return {"least": min(took), "median": median(took), "most": max(took)}


def _or_never(worst: float, threads: Mapping[str, Any]) -> float:
    """Return the slowest call, or infinity if any call ran on the event loop."""
    if threads["on_loop"]:
        return float("inf")
    return worst


async def _threads(hass: HomeAssistant) -> Mapping[str, Any]:
    """Set up the integration, record a session across a reload, correct it, and remove the integration."""
    with fast_motion(_RATE), watched_statements() as watch:
        await Story(hass).tell()
    if not watch.elsewhere:
        raise RuntimeError("no statement reached the ledger, so that the check proves nothing")
    return {"on_loop": watch.on_loop, "elsewhere": watch.elsewhere, "by_thread": dict(watch.by_thread)}


class Story:
    """Record a complete session at a charger of the whole integration, in fast motion."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._charging = Charging("ours", 4.0)
        self._entry = household_entry("ours", {"shortest_session_s": 0, "least_energy_wh": 0})
        self._completed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def tell(self) -> None:
        """Trigger every call from the integration to its ledger."""
        entries, hass = self._hass.config_entries, self._hass
        hass.bus.async_listen_once(f"{const.DOMAIN}_session_completed", self._hear)
        say(hass, self._charging.idle())
        await entries.async_add(self._entry)
        await self._charge(self._charging.at_rest())
        await entries.async_reload(self._entry.entry_id)
        await self._charge(())
        say(hass, self._charging.idle())
        async with asyncio.timeout(_PATIENCE_S):
            session_id = await self._completed
        who = {const.ATTR_SESSION: session_id, const.ATTR_USER: "Guest"}
        await hass.services.async_call(const.DOMAIN, "assign_session", who, blocking=True)
        await entries.async_unload(self._entry.entry_id)
        await hass.async_block_till_done()

    @callback
    def _hear(self, event: Event) -> None:
        self._completed.set_result(event.data["session_id"])

    async def _charge(self, first: Sequence[Any]) -> None:
        say(self._hass, first)
        for delta in self._charging.deltas(40):
            say(self._hass, delta)
            await asyncio.sleep(1 / _RATE)
