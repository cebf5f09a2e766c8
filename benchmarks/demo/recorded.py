"""The sessions of the ledger, read from its file without the integration."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEDGER_FILE = "ev_charging_manager.db"

_SESSIONS = """
SELECT session_id, charger_name, outcome, started_at, ended_at, user_name, vehicle_name, unknown_reason, duration_s,
       energy_mwh, cost_micro, reconstructed, identified_by, cost_method, price_fallback_mwh, charge_price_micro
FROM sessions ORDER BY started_at
"""

_PRICES = """
SELECT quarter, intervals.energy_mwh, price_micro FROM intervals JOIN sessions ON session = number
WHERE session_id = ? ORDER BY position
"""

_LATEST = """
SELECT max(utc) FROM
(SELECT utc FROM checkpoints UNION SELECT ended_at FROM sessions UNION SELECT started_at + duration_s FROM sessions)
"""


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """A recorded session. Times are UTC epoch seconds, energy is mWh, costs are millionths."""

    session_id: str
    charger: str
    outcome: str
    started_at: float
    ended_at: float | None
    user: str
    vehicle: str | None
    unknown_reason: str | None
    duration_s: float
    energy_mwh: int
    cost_micro: int | None
    reconstructed: int
    identified_by: str | None = None
    cost_method: str = "static"
    price_fallback_mwh: int = 0
    charge_price_micro: int | None = None


def recorded_sessions(config: Path, *, besides: Collection[str] = ()) -> list[RecordedSession]:
    """Return all sessions in the order of their starts, including running ones, without the ids in `besides`."""
    found = (RecordedSession(*row) for row in _rows(config, _SESSIONS))
    return [each for each in found if each.session_id not in besides]


def recorded_prices(config: Path, session_id: str) -> list[tuple[int, int, int | None]]:
    """Return the parts of a session's bill: start of the quarter-hour (UTC epoch seconds), mWh, millionths per kWh."""
    return [(quarter, energy, price) for quarter, energy, price in _rows(config, _PRICES, session_id)]


def latest_time(config: Path) -> float:
    """Return the latest house time (UTC epoch seconds) in the ledger; 0 without one."""
    return max((float(latest) for (latest,) in _rows(config, _LATEST) if latest is not None), default=0.0)


def _rows(config: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    file = config / LEDGER_FILE
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(query, values).fetchall()
