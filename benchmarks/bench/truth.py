"""A comparison of recorded sessions with those that the simulator delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.ledger.ledger import Ledger

_MOST = 10_000
# As in the demo: two processes learn of the same moment at slightly different times.
_APART_S = 1.0


def recorded(file: Path, zone: ZoneInfo) -> list[SessionRecord]:
    """Return all completed sessions of a ledger that no process has open."""
    with Ledger.open(file, zone) as ledger:
        return list(ledger.history(limit=_MOST).sessions)


def differences(
    truths: Iterable[Mapping[str, Any]], records: Iterable[SessionRecord], late_s: float = 0.0
) -> list[str]:
    """Return the lost, duplicate and differing sessions; one session per charger is expected. Energy to the
    milliwatt-hour.

    `late_s` is the largest lag of the event loop. A listener cannot date a signal earlier than it arrives.
    """
    left = list(records)
    found: list[str] = []
    for truth in truths:
        name = truth["charger_name"]
        mine = [record for record in left if record.charger_name == name]
        found += [f"{name}: {len(mine)} sessions"] if len(mine) != 1 else _unlike(name, truth, mine[0], late_s)
        left = [record for record in left if record.charger_name != name]
    return found + [f"{record.charger_name}: a session without a visit" for record in left]


def _unlike(name: str, truth: Mapping[str, Any], record: SessionRecord, late_s: float) -> Iterator[str]:
    if record.energy_mwh != truth["counter_mwh"]:
        yield f"{name}: {record.energy_mwh} mWh instead of {truth['counter_mwh']}"
    if record.identity.user_name != truth["who"]:
        yield f"{name}: {record.identity.user_name} instead of {truth['who']}"
    for what, told, true in (
        ("start", record.started_at, truth["plugged_at"]),
        ("end", record.ended_at or 0.0, truth["unplugged_at"]),
    ):
        if abs(told - true) > _APART_S + late_s:
            yield f"{name}: {what} off by {told - true:+.3f} s"
