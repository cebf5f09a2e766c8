"""Sessions, commits and ledgers for the tests of the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit, EventKind, OutboxEntry
from custom_components.ev_charging_manager.domain.household import UserType
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.records import (
    Attribution,
    IdentifiedBy,
    Identity,
    Interval,
    Outcome,
    SessionRecord,
    UnknownReason,
    Window,
)
from custom_components.ev_charging_manager.domain.statistics.totals import MonthTotal
from custom_components.ev_charging_manager.ledger import Ledger
from custom_components.ev_charging_manager.ledger.history import WhichUser

STOCKHOLM = ZoneInfo("Europe/Stockholm")
QUARTER = 900
MARCH_NOON = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp()

ANNA = Identity("anna", "Anna", UserType.RESIDENT, IdentifiedBy.CARD, "id4", "ID.4", "uid:04ab", unknown_reason=None)
GUEST = Identity("gus", "Gus", UserType.GUEST, IdentifiedBy.CHOICE, unknown_reason=None)
NOBODY = Identity(unknown_reason=UnknownReason.CARD_UNMAPPED)
SOME_GUEST = Identity(None, "A guest", UserType.GUEST, IdentifiedBy.CHOICE, unknown_reason=None)


def given_to(identity: Identity, charge_price_micro: int | None = None) -> Attribution:
    """The attribution of a session to an identity, with its price if there is one."""
    return Attribution(identity, charge_price_micro, None if charge_price_micro is None else "price")


def opened(path: Path, zone: ZoneInfo = STOCKHOLM, busy_timeout_s: float = 5.0) -> Ledger:
    return Ledger.open(path, zone, busy_timeout_s)


def session(
    session_id: str = "s1",
    started_at: float = MARCH_NOON,
    quarters: int = 4,
    identity: Identity = ANNA,
    **fields: Any,
) -> SessionRecord:
    """A completed session with 1 kWh at 0.30 in each of some quarter-hours; `fields` replace these values."""
    first = int(started_at) // QUARTER * QUARTER
    intervals = tuple(Interval(first + n * QUARTER, 1_000_000, 300_000, 300_000) for n in range(quarters))
    made = SessionRecord(
        session_id=session_id,
        charger_id="garage",
        charger_name="Garage",
        started_at=started_at,
        identity=identity,
        outcome=Outcome.COMPLETED,
        ended_at=started_at + quarters * QUARTER,
        duration_s=quarters * QUARTER + 0.25,
        windows=(Window(started_at, started_at + 10.5),),
        energy_mwh=sum(interval.energy_mwh for interval in intervals),
        cost_micro=sum(interval.cost_micro or 0 for interval in intervals),
        intervals=intervals,
    )
    return replace(made, **fields)


def commit(
    *sessions: SessionRecord, events: Sequence[OutboxEntry] = (), charger_id: str = "garage", **states: Any
) -> Commit:
    return Commit(Checkpoint(charger_id, Moment(1_000.5, 77.25), states), sessions, tuple(events))


def completed(session_id: str = "s1", **payload: Any) -> OutboxEntry:
    return OutboxEntry(EventKind.COMPLETED, session_id, "garage", {"session_id": session_id} | payload)


def last_session(ledger: Ledger, user_id: WhichUser = ..., charger_id: str | None = None) -> SessionRecord | None:
    """The newest completed session of a user (None: without a user), without intervals."""
    found = ledger.history(limit=1, charger_id=charger_id, user_id=user_id).sessions
    return next(iter(found), None)


def sums(totals: Iterable[MonthTotal]) -> tuple[int, int, int]:
    """The sums of energy, cost and sessions of some totals."""
    found = list(totals)
    return (
        sum(total.energy_mwh for total in found),
        sum(total.cost_micro for total in found),
        sum(total.sessions for total in found),
    )


type Expected = dict[tuple[str, str | None, str, str, str], tuple[int, int, int]]


def expected_totals(sessions: Iterable[SessionRecord], zone: ZoneInfo) -> Expected:
    """The expected totals of sessions, computed from their intervals, which contain all their energy."""
    found: dict[tuple[str, str | None, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])

    def month(utc: float) -> str:
        return datetime.fromtimestamp(utc, UTC).astimezone(zone).strftime("%Y-%m")

    for record in sessions:
        if record.outcome is not Outcome.COMPLETED:
            continue
        who = (record.charger_id, record.identity.user_id, str(record.identity.user_type))
        found[*who, month(record.started_at), record.currency][2] += 1
        for interval in record.intervals:
            amounts = found[*who, month(interval.quarter), record.currency]
            amounts[0] += interval.energy_mwh
            amounts[1] += interval.cost_micro or 0
    return {key: (energy, cost, count) for key, (energy, cost, count) in found.items()}


def totals_by_key(totals: Iterable[MonthTotal]) -> Expected:
    """Totals in the shape of `expected_totals`."""
    return {
        (t.charger_id, t.user_id, t.user_type, t.month, t.currency): (t.energy_mwh, t.cost_micro, t.sessions)
        for t in totals
    }


# Hours around the ends of months and years, and around both clock changes, in Stockholm.
EDGES = tuple(
    datetime(*when, tzinfo=UTC).timestamp()
    for when in ((2025, 12, 31, 22), (2026, 1, 31, 22), (2026, 3, 29, 0), (2026, 3, 31, 21), (2026, 10, 25, 0))
)
starts = st.builds(
    lambda edge, minutes: edge + minutes * 60.0, st.sampled_from(EDGES), st.floats(-600, 300, allow_nan=False)
)


@st.composite
def random_sessions(draw: st.DrawFn, session_id: str) -> SessionRecord:
    """A session around the end of a month; its intervals contain all its energy."""
    started_at = draw(starts)
    first = int(started_at) // QUARTER * QUARTER
    energies = draw(st.lists(st.integers(0, 11_000_000), max_size=60))
    price = draw(st.integers(-100_000, 500_000))
    intervals = tuple(
        Interval(first + n * QUARTER, energy, price, energy * price // 1_000_000) for n, energy in enumerate(energies)
    )
    return session(
        session_id,
        started_at,
        identity=draw(st.sampled_from((ANNA, GUEST, NOBODY, SOME_GUEST))),
        charger_id=draw(st.sampled_from(("garage", "yard"))),
        outcome=draw(st.sampled_from(Outcome)),
        currency=draw(st.sampled_from(("EUR", "SEK"))),
        intervals=intervals,
        energy_mwh=sum(energies),
        cost_micro=sum(interval.cost_micro or 0 for interval in intervals),
    )


# Records with any values that the database can store: 64-bit integers, and no NaN.
whole_numbers = st.integers(-(2**63), 2**63 - 1)
numbers = st.floats(allow_nan=False)
records = st.builds(
    SessionRecord,
    session_id=st.text(min_size=1),
    charger_id=st.text(),
    charger_name=st.text(),
    started_at=st.floats(0, 4e9),
    identity=...,
    outcome=...,
    ended_at=st.none() | numbers,
    duration_s=numbers,
    energy_mwh=st.integers(0, 10**12),
    cost_micro=st.none() | st.integers(-(10**12), 10**12),
    meter_start_mwh=st.none() | whole_numbers,
    deviation_pct=st.none() | numbers,
    soc_added_pct=st.none() | numbers,
    charge_price_method=st.none() | st.text(),
    data_gap=...,
    faulted=...,
    intervals=st.lists(
        st.builds(
            Interval,
            st.integers(0, 4 * 10**9),
            st.integers(0, 10**9),
            st.none() | st.integers(0, 10**9),
            st.none() | st.integers(0, 10**9),
            st.booleans(),
        ),
        max_size=5,
    ).map(tuple),
)
