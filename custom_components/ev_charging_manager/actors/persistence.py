"""Makes sessions durable: one row, one transaction, together with the checkpoint that agrees with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, assert_never

from ..domain import events
from ..domain.commits import Checkpoint, Commit, CommitFailed, Committed, EventKind, OutboxEntry
from ..domain.household import Settings
from ..domain.messages import ConfigurationChanged, Identified, Noted, Started, Stored, Validated
from ..domain.moment import Moment
from ..domain.records import Outcome, SessionRecord
from ..runtime.messages import CheckpointWanted, Marker, WakeAt, Woke
from .configured import Configured

NAME = "persistence"
RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class PersistenceState:
    """What waits for the next marker, and when a failed transaction is tried again (monotonic seconds)."""

    records: tuple[SessionRecord, ...] = ()
    events: tuple[OutboxEntry, ...] = ()
    told: tuple[Identified, ...] = ()
    retry_at: float | None = None
    failing: bool = False


STATE = PersistenceState
CONSUMES = (Started, Identified, Validated, Marker, Committed, CommitFailed, Woke, ConfigurationChanged)
PRODUCES = (Commit, Stored, Identified, Noted, CheckpointWanted, WakeAt, ConfigurationChanged)

type Consumed = Started | Identified | Validated | Marker | Committed | CommitFailed | Woke | ConfigurationChanged


def step(state: PersistenceState, message: Consumed, settings: Settings) -> tuple[PersistenceState, tuple[Any, ...]]:
    """Gather what happened until a marker brings the states that agree with it, then commit all at once."""
    match message:
        case Started():
            return _gather(state, message.record, EventKind.STARTED), ()
        case Identified():
            # It must not be heard of before the session's start, which waits for the disk.
            return replace(state, records=(*state.records, message.record), told=(*state.told, message)), ()
        case Validated():
            return _gather(state, message.record, _ending(message.record)), ()
        case Marker():
            return state, (_commit(state, message, settings),)
        case Committed():
            return _committed(state, message)
        case CommitFailed():
            return _failed(state, message)
        case Woke():
            return replace(state, retry_at=None), (CheckpointWanted(),)
        case ConfigurationChanged():
            return state, ()
        case _:
            assert_never(message)


def deadline(state: PersistenceState, settings: Settings) -> float | None:
    """When to try again."""
    return state.retry_at


def _gather(state: PersistenceState, record: SessionRecord, kind: EventKind) -> PersistenceState:
    payload = events.started(record) if kind is EventKind.STARTED else events.completed(record)
    entry = OutboxEntry(kind, record.session_id, record.charger_id, payload)
    return replace(state, records=(*state.records, record), events=(*state.events, entry))


def _ending(record: SessionRecord) -> EventKind:
    return EventKind.DISCARDED if record.outcome is Outcome.DISCARDED else EventKind.COMPLETED


def _commit(state: PersistenceState, marker: Marker, settings: Settings) -> Commit:
    assert isinstance(marker.at, Moment)
    cores = {name: held.core for name, held in marker.states if isinstance(held, Configured)}
    checkpoint = Checkpoint(settings.charger.charger_id, marker.at, cores)
    return Commit(checkpoint, _latest(state.records), state.events)


def _latest(records: tuple[SessionRecord, ...]) -> tuple[SessionRecord, ...]:
    """Each session once, as it stands last."""
    return tuple({record.session_id: record for record in records}.values())


def _committed(state: PersistenceState, message: Committed) -> tuple[PersistenceState, tuple[Any, ...]]:
    stored = (Stored(message.at, message.sessions, message.events),) if message.sessions or message.events else ()
    mended = (Noted("info", "The ledger takes sessions again"),) if state.failing else ()
    return PersistenceState(), (*mended, *stored, *state.told)


def _failed(state: PersistenceState, message: CommitFailed) -> tuple[PersistenceState, tuple[Any, ...]]:
    text = f"The ledger did not take a transaction, it is tried again: {message.reason}"
    # Said once when it begins, not every few seconds while it lasts.
    noted = () if state.failing else (Noted("warning", text),)
    return replace(state, retry_at=message.at.mono + RETRY_S, failing=True), noted
