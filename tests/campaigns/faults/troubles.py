"""Troubles while cars charge: each begins on entry of its context, and ends on exit."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.adapters.household.household import ledger_path
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import LedgerThread
from custom_components.ev_charging_manager.ledger import LedgerError
from tests.ledger.damage.damaging import overwrite, pages_of
from tests.support.garage import Garage

from .disk import filled

SLOW_S = 0.3
LONGEST_S = 60.0


class Wall:
    """A wall clock that can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace the machine's clock."""
        self._true = time.time
        self.ahead = 0.0
        monkeypatch.setattr(time, "time", self.read)

    def read(self) -> float:
        """Return UTC epoch seconds, as set."""
        return self._true() + self.ahead


@dataclass(frozen=True, slots=True)
class Scene:
    """The objects that the troubles need."""

    garage: Garage
    rng: random.Random
    wall: Wall
    mounted: bool

    @property
    def ledger(self) -> LedgerThread:
        """The household's ledger."""
        ledger: LedgerThread = self.garage.entry.runtime_data.ledger
        return ledger

    @property
    def path(self) -> Path:
        """Its file."""
        return ledger_path(self.garage.hass)


@asynccontextmanager
async def hanging(scene: Scene) -> AsyncIterator[None]:
    """The disk does not respond."""
    over = threading.Event()
    call = asyncio.ensure_future(_tried(scene.ledger, over, LONGEST_S))
    try:
        yield
    finally:
        over.set()
        await call


@asynccontextmanager
async def slow(scene: Scene) -> AsyncIterator[None]:
    """Each disk call waits for a slow operation."""
    over, never = asyncio.Event(), threading.Event()

    async def delay() -> None:
        while not over.is_set():
            await _tried(scene.ledger, never, SLOW_S)

    delaying = asyncio.ensure_future(delay())
    try:
        yield
    finally:
        over.set()
        await delaying


@asynccontextmanager
async def locked(scene: Scene) -> AsyncIterator[None]:
    """Another program writes to the file for a long time."""
    with closing(sqlite3.connect(scene.path, isolation_level=None, timeout=30.0)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@asynccontextmanager
async def full(scene: Scene) -> AsyncIterator[None]:
    """The disk has no room left, not even in space that the ledger used before."""
    await scene.ledger.keep_still()
    await scene.ledger.move_again()
    with filled(scene.path.parent, scene.mounted):
        yield


@asynccontextmanager
async def torn(scene: Scene) -> AsyncIterator[None]:
    """Some pages of the file contain other data, and the original content is lost."""
    await scene.ledger.call(scene.ledger.ledger.release)
    pages = pages_of(scene.path)
    overwrite(scene.path, scene.rng.sample(range(2, pages + 1), pages // 8), scene.rng)
    yield
    # As a user does who has read the repair; hundreds of damaged files would fill the disk.
    for found in scene.ledger.health.mended:
        found.aside.unlink(missing_ok=True)


@asynccontextmanager
async def clock_set(scene: Scene) -> AsyncIterator[None]:
    """The wall clock is set by up to an hour of house time forward or back, while cars charge."""
    step = scene.rng.uniform(600, 3_600) / scene.garage.entry.runtime_data.clock.rate
    scene.wall.ahead += scene.rng.choice((-1, 1)) * step
    yield
    scene.wall.ahead += scene.rng.choice((-1, 1)) * step


async def _tried(ledger: LedgerThread, over: threading.Event, seconds: float) -> None:
    try:
        await ledger.call(over.wait, seconds)
    except LedgerError:
        return
