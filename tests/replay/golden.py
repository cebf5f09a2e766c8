"""Compares recorded sessions with the golden records of a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord

from .trace import Trace

# The golden value that any value of the record fulfils.
ANY = "any"

# Values that most golden records share and need not state.
USUAL: Mapping[str, Any] = {
    "by": None,
    "reason": None,
    "outcome": "completed",
    "data_gap": False,
    "reconstructed": False,
    "rejected": 0,
    "fallback_wh": 0,
    "charge_price": None,
}


def agree(trace: Trace, records: Sequence[SessionRecord], tolerance_s: float = 0.0) -> None:
    """Check all sessions against the golden records, and each record for contradictions with itself
    and its neighbours.
    """
    told = [_told(record, trace) for record in records]
    golden = [dict(USUAL) | _exact(session) for session in trace.sessions]
    assert len(told) == len(golden), told
    golden = [_filled(theirs, mine) for mine, theirs in zip(told, golden, strict=True)]
    assert [_but_times(one) for one in told] == [_but_times(one) for one in golden]
    for mine, theirs in zip(told, golden, strict=True):
        assert len(_times(mine)) == len(_times(theirs)), (mine, theirs)
        apart = max(abs(one - other) for one, other in zip(_times(mine), _times(theirs), strict=True))
        assert apart <= tolerance_s, (mine, theirs)
    _consistent(records)


def _told(record: SessionRecord, trace: Trace) -> dict[str, Any]:
    who = record.identity
    return {
        "user": who.user_name,
        "by": None if who.identified_by is None else str(who.identified_by),
        "reason": None if who.unknown_reason is None else str(who.unknown_reason),
        "started": record.started_at - trace.begins,
        "ended": None if record.ended_at is None else record.ended_at - trace.begins,
        "energy_wh": Decimal(record.energy_mwh) / 1000,
        "cost": None if record.cost_micro is None else Decimal(record.cost_micro) / 1_000_000,
        "windows": [[one.started_at - trace.begins, one.ended_at - trace.begins] for one in record.windows],
        "outcome": str(record.outcome),
        "data_gap": record.data_gap,
        "reconstructed": record.reconstructed,
        "rejected": record.rejected_readings,
        "fallback_wh": Decimal(record.price_fallback_mwh) / 1000,
        "charge_price": None if record.charge_price_micro is None else Decimal(record.charge_price_micro) / 1_000_000,
    } | ({"months": _months(record)} if any("months" in session for session in trace.sessions) else {})


def _months(record: SessionRecord) -> dict[str, Decimal]:
    """Return the Wh by the month in which they were delivered, in UTC."""
    months: dict[str, Decimal] = {}
    for part in record.intervals:
        month = f"{datetime.fromtimestamp(part.quarter, UTC):%Y-%m}"
        months[month] = months.get(month, Decimal(0)) + Decimal(part.energy_mwh) / 1000
    return months


def _exact(session: Mapping[str, Any]) -> dict[str, Any]:
    """Return YAML's floats as the decimals in the file."""
    exact = {key: Decimal(str(value)) if isinstance(value, float) else value for key, value in session.items()}
    months = session.get("months")
    if months is None:
        return exact
    return exact | {"months": {key: Decimal(str(wh)) for key, wh in months.items()}}


def _filled(golden: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the golden record with the record's values in place of `any`."""
    return {key: told[key] if value == ANY else value for key, value in golden.items()}


def _but_times(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in ("started", "ended", "windows")}


def _times(told: Mapping[str, Any]) -> list[float]:
    ended = [] if told["ended"] is None else [float(told["ended"])]
    return [float(told["started"]), *ended, *(float(time) for window in told["windows"] for time in window)]


def _consistent(records: Sequence[SessionRecord]) -> None:
    for record in records:
        if record.outcome is not Outcome.RUNNING:
            assert sum(part.energy_mwh for part in record.intervals) == record.energy_mwh
            assert sum(part.cost_micro or 0 for part in record.intervals) == record.cost_micro
    for one, other in pairwise(records):
        assert one.ended_at is not None
        assert one.ended_at <= other.started_at, "sessions of one charger overlap"
