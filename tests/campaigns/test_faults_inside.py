"""Internal faults: disks and clocks fail while two cars charge, and every session is announced and recorded.

Other chargers and live sensors continue, a repair explains the fault while it lasts, and losses of a damaged file are
counted.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from custom_components.ev_charging_manager.adapters.household.household import ledger_path
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import Deadlines
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.ledger import Ledger
from tests.ledger.making import MARCH_NOON, commit, session
from tests.support.garage import SPEED, Garage

from .faults.disk import small_disk
from .faults.troubles import Scene, Wall, clock_set, full, hanging, locked, slow, torn

type Trouble = Callable[[Scene], AbstractAsyncContextManager[None]]

PAST = 400
NAMES = ("left", "right")
# The disk refuses commits, so that a repair must report it.
STOPPING: tuple[Trouble, ...] = (hanging, locked, full)
TROUBLES: tuple[Trouble, ...] = (*STOPPING, slow, torn, clock_set)
ROUNDS, LONG_ROUNDS = len(TROUBLES), 300


@dataclass(slots=True)
class Truth:
    """The delivered energy in Wh of each session in turn, by charger."""

    sessions: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in NAMES})
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(map(len, self.sessions.values()))


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    now = time.time()
    monkeypatch.setenv(FAST_MOTION, f"{SPEED},{now},{now}")
    return Wall(monkeypatch)


@pytest.fixture
def mounted(hass: HomeAssistant, tmp_path: Path) -> Iterator[bool]:
    """Provide a small disk for the ledger, with some hundred past sessions."""
    folder = tmp_path / "disk"
    folder.mkdir()
    hass.config.config_dir = str(folder)
    with small_disk(folder) as mounted:
        with Ledger.open(ledger_path(hass), ZoneInfo(hass.config.time_zone)) as ledger:
            records = [session(f"past-{n:03}", MARCH_NOON + n, quarters=12) for n in range(PAST)]
            ledger.commit([commit(*records, charger_id="past")])
            ledger.delete_checkpoint("past")
        yield mounted


@pytest.fixture
async def scene(hass: HomeAssistant, wall: Wall, mounted: bool) -> AsyncIterator[Scene]:
    garage = Garage(hass, NAMES, [])
    await garage.set_up()
    scene = Scene(garage, random.Random(20), wall, mounted)
    scene.ledger.deadlines = Deadlines(commit_s=0.4, call_s=5.0)
    # House time runs a hundred times as fast as the clock of the file repairs, and many files are damaged here.
    scene.ledger.mend_spacing_s = 0.0
    yield scene
    if garage.entry.state.recoverable:
        await garage.unload()


def issue(scene: Scene) -> ir.IssueEntry | None:
    return ir.async_get(scene.garage.hass).async_get_issue(DOMAIN, "ledger_unwritable")


async def until_issue(scene: Scene, there: bool) -> None:
    async with asyncio.timeout(20.0):
        while (issue(scene) is not None) is not there:
            await scene.garage.pass_house_seconds(5)


async def charge(scene: Scene, name: str, steps: list[int]) -> None:
    """Let a car come, charge and leave; each step is shown immediately, regardless of the disk."""
    garage, charger = scene.garage, scene.garage.chargers[name]
    charger.plug_in()
    charger.power(11_000)
    await garage.until_state("sensor", name, "status", "tracking")
    told = 0
    for wh in steps:
        await garage.pass_house_seconds(wh / 11_000 * 3_600 + 30)
        charger.charge(wh)
        told += wh
        await garage.until_state("sensor", name, "session_energy", str(told / 1_000))
    await garage.pass_house_seconds(30)
    charger.unplug()
    await garage.until_state("sensor", name, "status", "idle")


async def play(scene: Scene, truth: Truth, trouble: Trouble) -> None:
    """Play one trouble while a car charges at each charger; after it, all sessions are announced and the repair is
    gone.
    """
    wanted = {name: [scene.rng.randrange(100, 400) for _ in range(scene.rng.randrange(1, 3))] for name in NAMES}
    async with trouble(scene):
        await asyncio.gather(*(charge(scene, name, steps) for name, steps in wanted.items()))
        if trouble in STOPPING:
            await until_issue(scene, True)
    for name, steps in wanted.items():
        truth.sessions[name].append(sum(steps))
    truth.troubles[trouble.__name__] += 1
    await scene.garage.events.wait("session_completed", truth.count)
    await until_issue(scene, False)


def rounds(rng: random.Random, long: bool) -> Iterator[Trouble]:
    """Return each trouble once, then random ones."""
    yield from rng.sample(TROUBLES, len(TROUBLES))
    for _ in range(LONG_ROUNDS - ROUNDS if long else 0):
        yield rng.choice(TROUBLES)


def assert_told(scene: Scene, truth: Truth) -> None:
    """Check that each session was announced once, with its energy."""
    told: dict[str, list[int]] = {name: [] for name in NAMES}
    completed = scene.garage.events.named("session_completed")
    assert len({event["session_id"] for event in completed}) == len(completed)
    for event in completed:
        told[event["charger_name"]].append(round(event["energy_kwh"] * 1_000))
        assert event["duration_seconds"] > 0
        assert event["ended_at"] >= event["started_at"]
    assert told == truth.sessions


def assert_on_record(scene: Scene, truth: Truth, said: list[int | None]) -> None:
    """Check that each session is recorded once, apart from those that a repair reported as lost with a damaged file.

    None in `said`: too little was left of that file to count its sessions.
    """
    with scene.garage.reopen_ledger() as ledger:
        ledger.integrity()
        assert ledger.running() == []
        assert ledger.pending_events() == []
        recorded = ledger.history(limit=10_000).sessions
        missing = PAST + truth.count - len(recorded)
        known = sum(lost for lost in said if lost is not None)
        assert missing >= known if None in said else missing == known
        assert sum(total.sessions for total in ledger.month_totals()) == len(recorded)
        for name in NAMES:
            found = [record.energy_mwh // 1_000 for record in recorded if record.charger_name == name]
            assert not Counter(found) - Counter(truth.sessions[name])


@pytest.mark.timeout(1_800)
async def test_every_session_is_announced_and_recorded_despite_internal_faults(
    scene: Scene, long: bool, tell: Callable[[str], None]
) -> None:
    truth = Truth()
    for trouble in rounds(scene.rng, long):
        await play(scene, truth, trouble)
    assert_told(scene, truth)
    mended = scene.ledger.health.mended
    said = [found.salvaged.lost for found in mended]
    assert scene.garage.entry.runtime_data.clock.health()["steps"] == 2 * truth.troubles["clock_set"]
    for charger in scene.garage.entry.runtime_data.chargers.values():
        health = charger.health()
        assert (health.restarts, [actor.faults for actor in health.actors]) == (0, [0] * len(health.actors))
    await scene.garage.unload()
    assert_on_record(scene, truth, said)
    played = ", ".join(f"{count} {name}" for name, count in sorted(truth.troubles.items()))
    tell(
        f"faults inside: {played}; {truth.count} sessions during faults, lost 0, duplicated 0, energy lost 0; "
        f"damaged files lost {sum(lost or 0 for lost in said)} older sessions, all reported"
        f"{f'; {said.count(None)} times without a count' if None in said else ''}"
    )


async def test_a_stop_while_the_disk_hangs_ends_in_time_and_the_next_start_finds_all_energy(scene: Scene) -> None:
    garage = scene.garage
    left = garage.chargers["left"]
    left.plug_in()
    left.power(11_000)
    await garage.events.wait("session_started")
    await garage.pass_house_seconds(130)
    left.charge(300)
    await garage.until_state("sensor", "left", "session_energy", "0.3")
    async with hanging(scene):
        left.charge(100)
        await garage.until_state("sensor", "left", "session_energy", "0.4")
        async with asyncio.timeout(9.0):
            await garage.entry.runtime_data.close()
    await garage.unload()
    assert await garage.hass.config_entries.async_setup(garage.entry.entry_id)
    await garage.until_state("sensor", "left", "session_energy", "0.4")
    left.unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert completed["energy_kwh"] == 0.4
