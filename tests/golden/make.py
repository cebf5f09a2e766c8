"""Writes the samples of a release: `python -m tests.golden.make tests/golden/<release>`, run with that release's code.

The ledger becomes SQL text, and beside it stands what that release read back from it.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit, EventKind, OutboxEntry
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.records import (
    Attribution,
    Identity,
    Interval,
    Outcome,
    SessionRecord,
    Window,
)
from custom_components.ev_charging_manager.ledger import Ledger
from custom_components.ev_charging_manager.ledger.codec import encode
from custom_components.ev_charging_manager.pipeline import CHECKPOINT_TYPES
from tests.actors.driver import Charger

from .filling import Filler

ZONE = ZoneInfo("Europe/Stockholm")
QUARTER_S = 900
# 31 January 2026, 23:00 in Stockholm.
LATE_IN_JANUARY = 1_769_896_800
FILLED_CHARGER = "filled"
PLAYED_CHARGER = "played"
CORRECTED = "corrected"


def make(folder: Path) -> None:
    """Write all samples into `folder`, except for the config entry, which is copied from Home Assistant."""
    folder.mkdir(parents=True, exist_ok=True)
    filler = Filler(1_000)
    states = {name: filler.filled(kind) for name, kind in CHECKPOINT_TYPES.items()}
    with TemporaryDirectory() as temporary:
        path = Path(temporary) / "ledger.db"
        with Ledger.open(path, ZONE) as ledger:
            _fill(ledger, filler, states)
        _put_aside(path)
        with Ledger.open(path, ZONE) as ledger:
            _write(folder / "expected.json", _readings(ledger))
        with closing(sqlite3.connect(path)) as connection:
            (folder / "ledger.sql").write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
    _write(folder / "states.json", states)


def _fill(ledger: Ledger, filler: Filler, states: dict[str, Any]) -> None:
    first, second = (_session(filler, session_id, Outcome.COMPLETED) for session_id in ("completed", CORRECTED))
    discarded = _session(filler, "discarded", Outcome.DISCARDED)
    running = replace(_session(filler, "running", Outcome.RUNNING), charger_id=FILLED_CHARGER, ended_at=None)
    events = tuple(_event(kind, record) for kind, record in zip(EventKind, (running, first, discarded), strict=True))
    checkpoint = Checkpoint(FILLED_CHARGER, Moment(LATE_IN_JANUARY + 0.25, 5_000.75), states)
    ledger.commit([Commit(checkpoint, (first, second, discarded, running), events)])
    ledger.commit([_played()])
    fired = ledger.pending_events()[0].entry_id
    assert fired is not None
    ledger.mark_fired([fired], LATE_IN_JANUARY + 1.5)
    for at in (1.25, 2.25):
        ledger.assign(CORRECTED, filler.filled(Attribution), f"user:{at}", LATE_IN_JANUARY + at)


def _session(filler: Filler, session_id: str, outcome: Outcome) -> SessionRecord:
    """Return a session that runs over the end of a month, with all fields filled."""
    quarters = range(LATE_IN_JANUARY, LATE_IN_JANUARY + 8 * QUARTER_S, QUARTER_S)
    record: SessionRecord = replace(
        filler.filled(SessionRecord),
        session_id=session_id,
        charger_id="garage",
        started_at=LATE_IN_JANUARY + 60.5,
        ended_at=LATE_IN_JANUARY + 7_000.5,
        outcome=outcome,
        identity=filler.filled(Identity),
        windows=(Window(LATE_IN_JANUARY + 70.5, LATE_IN_JANUARY + 6_000.5),),
        intervals=tuple(replace(filler.filled(Interval), quarter=quarter) for quarter in quarters),
    )
    energy_mwh = sum(interval.energy_mwh for interval in record.intervals)
    cost_micro = sum(interval.cost_micro or 0 for interval in record.intervals)
    return replace(record, energy_mwh=energy_mwh, cost_micro=cost_micro)


def _event(kind: EventKind, record: SessionRecord) -> OutboxEntry:
    payload = {"session_id": record.session_id, "energy_kwh": 1.5, "data_gap": True, "user_id": None}
    return OutboxEntry(kind, record.session_id, record.charger_id, payload)


def _played() -> Commit:
    """Return the last commit of a charger at which a car has drawn 0.5 kWh and still charges."""
    charger = Charger()
    charger.plug_in(card=3)
    charger.charge(0.5, seconds=1800.0, steps=30)
    charger.advance(60)
    kept = charger.ledger.kept
    assert kept is not None
    records = tuple(replace(record, charger_id=PLAYED_CHARGER) for record in charger.ledger.sessions.values())
    states = json.loads(encode(dict(kept.states)).replace('"garage"', f'"{PLAYED_CHARGER}"'))
    return Commit(Checkpoint(PLAYED_CHARGER, kept.at, states), records)


def _put_aside(path: Path) -> None:
    """Leave a checkpoint that could not be read."""
    with Ledger.open(path, ZONE) as ledger:
        ledger.commit([Commit(Checkpoint("unreadable", Moment(1.5, 2.5), {"session": "text"}))])
        assert ledger.checkpoint("unreadable", CHECKPOINT_TYPES) is None


def _readings(ledger: Ledger) -> dict[str, Any]:
    ids = ("completed", CORRECTED, "discarded", *(record.session_id for record in ledger.running()))
    return {
        "sessions": {session_id: ledger.session(session_id) for session_id in ids},
        "measured": {session_id: ledger.measured(session_id) for session_id in ids},
        "running": [record.session_id for record in ledger.running()],
        "corrections": ledger.corrections(CORRECTED),
        "month_totals": ledger.month_totals(),
        "totals": ledger.totals(),
        "pending_events": ledger.pending_events(),
        "checkpointed": sorted(ledger.checkpointed()),
    }


def _write(path: Path, value: Any) -> None:
    text = json.dumps(json.loads(encode(value)), ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
