"""Ledgers of households with years of sessions, made in seconds."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import batched
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, create_engine, insert

from custom_components.ev_charging_manager.domain.household import UserType
from custom_components.ev_charging_manager.domain.records import (
    IdentifiedBy,
    Identity,
    Interval,
    Outcome,
    SessionRecord,
    Window,
)
from custom_components.ev_charging_manager.ledger.ledger import Ledger
from custom_components.ev_charging_manager.ledger.rows import interval_rows, row_of
from custom_components.ev_charging_manager.ledger.schema import intervals, sessions

from .clock import START_UTC
from .household import charger_ids, user_ids

CHARGERS, USERS = 4, 8
YEARS = 10
ZONE = ZoneInfo("Europe/Berlin")
# The energy of every session in each quarter-hour, and the price of a kilowatt-hour.
_QUARTER_MWH, _PRICE_MICRO, _QUARTER_S = 2_500_000, 300_000, 900
_BATCH = 2_000


def past_ledger(path: Path, count: int) -> None:
    """Create a closed ledger in this file with completed sessions, evenly over `YEARS` up to the start of the
    benchmark.

    100,000 commits would take minutes. So the rows are inserted in bulk with the ledger's own functions, and the ledger
    then computes its totals.
    """
    shutil.copyfile(_made(count), path)


@cache
def _made(count: int) -> Path:
    """Return a file that is made once per process and deleted with it."""
    path = Path(_folder().name) / f"{count}.db"
    Ledger.open(path, ZONE).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for number, records in enumerate(batched(past_sessions(count), _BATCH, strict=False)):
            _insert(connection, number * _BATCH + 1, records)
    engine.dispose()
    with Ledger.open(path, ZONE) as ledger:
        ledger.rebuild_totals()
    return path


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="ev_charging_bench_past_")


def past_sessions(count: int) -> Iterator[SessionRecord]:
    """Yield the sessions, oldest first. They are the same in each run."""
    chance = random.Random(count)
    apart = YEARS * 365 * 86_400 / max(count, 1)
    for number in range(count):
        yield _session(number, START_UTC - (count - number) * apart, chance)


def _session(number: int, started_at: float, chance: random.Random) -> SessionRecord:
    quarters, began = chance.randint(4, 16), round(started_at, 3)
    first = int(began) // _QUARTER_S * _QUARTER_S
    cost = _QUARTER_MWH * _PRICE_MICRO // 1_000_000
    user = chance.randrange(USERS)
    charger = number % CHARGERS
    seconds = float(quarters * _QUARTER_S)
    return SessionRecord(
        session_id=f"01PAST{number:020d}",
        charger_id=charger_ids(CHARGERS)[charger],
        charger_name=f"Garage {charger}",
        started_at=began,
        identity=Identity(
            user_ids(USERS)[user], f"User {user}", UserType.RESIDENT, IdentifiedBy.CARD, unknown_reason=None
        ),
        outcome=Outcome.COMPLETED,
        ended_at=began + seconds,
        duration_s=seconds,
        windows=(Window(began + 8.0, began + seconds - 60.0),),
        charging_s=seconds - 68.0,
        energy_mwh=quarters * _QUARTER_MWH,
        max_power_w=11_000.0,
        cost_micro=quarters * cost,
        intervals=tuple(
            Interval(first + position * _QUARTER_S, _QUARTER_MWH, _PRICE_MICRO, cost) for position in range(quarters)
        ),
    )


def _insert(connection: Connection, first: int, records: Sequence[SessionRecord]) -> None:
    numbered = list(enumerate(records, first))
    rows = [
        row_of(record) | {"number": number, "effective_user_id": record.identity.user_id} for number, record in numbered
    ]
    connection.execute(insert(sessions), rows)
    names = ("quarter", "energy_mwh", "price_micro", "cost_micro", "fallback")
    parts = [
        {"session": number, "position": position} | dict(zip(names, part, strict=True))
        for number, record in numbered
        for position, part in enumerate(interval_rows(record))
    ]
    connection.execute(insert(intervals), parts)
