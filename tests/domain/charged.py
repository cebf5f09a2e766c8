"""Sessions and sums for the tests of statistics: around the end of a year in Stockholm, at two chargers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from custom_components.ev_charging_manager.domain.household import Options, User, UserType
from custom_components.ev_charging_manager.domain.records import Identity, Interval, Outcome, SessionRecord
from custom_components.ev_charging_manager.domain.statistics.statistics import Statistics
from custom_components.ev_charging_manager.domain.statistics.totals import Total

ZONE = ZoneInfo("Europe/Stockholm")
QUARTER = 900
# Two hours before the year ends in Stockholm.
START = datetime(2025, 12, 31, 21, tzinfo=UTC).timestamp()
OPTIONS = Options()
CHARGERS = ("left", "right")
ANNA = Identity("anna", "Anna", UserType.RESIDENT)
BEN = Identity("ben", "Ben", UserType.RESIDENT)
GITA = Identity("gita", "Gita", UserType.GUEST)
SOME_GUEST = Identity(None, "A guest", UserType.GUEST)
NOBODY = Identity()
PEOPLE = (ANNA, BEN, GITA, SOME_GUEST, NOBODY)
USERS = {who.user_id: User(who.user_id, who.user_name, who.user_type) for who in PEOPLE if who.user_id}


def session(
    session_id: str, charger: str, who: Identity, started_at: float, parts: list[tuple[int, int]]
) -> SessionRecord:
    """Return a running session with one interval in each quarter-hour since its start."""
    first = int(started_at) // QUARTER * QUARTER
    intervals = tuple(Interval(first + n * QUARTER, mwh, 1, micro) for n, (mwh, micro) in enumerate(parts))
    return SessionRecord(
        session_id=session_id,
        charger_id=charger,
        charger_name=charger,
        started_at=started_at,
        identity=who,
        duration_s=len(parts) * QUARTER,
        energy_mwh=sum(mwh for mwh, _ in parts),
        cost_micro=sum(micro for _, micro in parts),
        intervals=intervals,
    )


def ended(record: SessionRecord, outcome: Outcome = Outcome.COMPLETED) -> SessionRecord:
    return replace(record, outcome=outcome, ended_at=record.started_at + record.duration_s)


def summed(totals: Iterable[Total]) -> Total:
    return sum(totals, Total())


def completed(session_id: str, who: Identity, kwh: int = 1, started_at: float = START) -> SessionRecord:
    return ended(session(session_id, "left", who, started_at, [(kwh * 1_000_000, 250_000)]))


def statistics(*records: SessionRecord, users: Iterable[str] = USERS) -> Statistics:
    made = Statistics(ZONE)
    made.set_users({user_id: USERS[user_id] for user_id in users})
    for record in records:
        made.record(record)
    return made
