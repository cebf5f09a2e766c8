"""The persistence actor: writes sessions, events and the matching checkpoint to the ledger in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from ..domain import events
from ..domain.commits import Checkpoint, Commit, CommitFailed, Committed, EventKind, OutboxEntry
from ..domain.household import Settings
from ..domain.messages import ConfigurationChanged, Identified, Noted, Started, Stored, Validated
from ..domain.moment import Moment
from ..domain.records import Outcome, SessionRecord
from ..runtime.messages import CheckpointWanted, Marker, WakeAt, Woke
from .actor import Actor, Configured, kinds

RETRY_S = 5.0

type Input = Started | Identified | Validated | Marker | Committed | CommitFailed | Woke | ConfigurationChanged
type Output = Commit | Stored | Identified | Noted | CheckpointWanted | WakeAt | ConfigurationChanged


@dataclass(frozen=True, slots=True)
class PersistenceState:
    """What waits for the next marker.

    `told` are messages to pass on after the commit. `retry_at` is when a failed transaction is tried again, in
    monotonic seconds. `failing`: the last transaction failed, which the log has a line about.
    """

    records: tuple[SessionRecord, ...] = ()
    events: tuple[OutboxEntry, ...] = ()
    told: tuple[Identified, ...] = ()
    retry_at: float | None = None
    failing: bool = False


def step(state: PersistenceState, message: Input, settings: Settings) -> tuple[PersistenceState, tuple[Output, ...]]:
    """Gather records and events until a marker brings the states that match them, then commit all together."""
    match message:
        case Started():
            return _gather(state, message.record, EventKind.STARTED, events.started(message.record)), ()
        case Identified():
            # It waits for the commit, because its event must not be fired before that of the session's start.
            return replace(state, records=(*state.records, message.record), told=(*state.told, message)), ()
        case Validated():
            return _gather_end(state, message.record), ()
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
    """Return when to try a failed transaction again, in monotonic seconds."""
    return state.retry_at


def _gather_end(state: PersistenceState, record: SessionRecord) -> PersistenceState:
    discarded = record.outcome is Outcome.DISCARDED
    kind = EventKind.DISCARDED if discarded else EventKind.COMPLETED
    return _gather(state, record, kind, events.completed(record))


def _gather(
    state: PersistenceState, record: SessionRecord, kind: EventKind, payload: Mapping[str, Any]
) -> PersistenceState:
    entry = OutboxEntry(kind, record.session_id, record.charger_id, payload)
    return replace(state, records=(*state.records, record), events=(*state.events, entry))


def _commit(state: PersistenceState, marker: Marker, settings: Settings) -> Commit:
    assert isinstance(marker.at, Moment)
    cores = {name: held.core for name, held in marker.states if isinstance(held, Configured)}
    checkpoint = Checkpoint(settings.charger.charger_id, marker.at, cores)
    return Commit(checkpoint, _latest(state.records), state.events)


def _latest(records: tuple[SessionRecord, ...]) -> tuple[SessionRecord, ...]:
    """Return the latest record of each session."""
    return tuple({record.session_id: record for record in records}.values())


def _committed(state: PersistenceState, message: Committed) -> tuple[PersistenceState, tuple[Output, ...]]:
    outputs: list[Output] = []
    if state.failing:
        outputs.append(Noted("info", "The ledger takes sessions again"))
    if message.sessions or message.events:
        outputs.append(Stored(message.at, message.sessions, message.events))
    return PersistenceState(), (*outputs, *state.told)


def _failed(state: PersistenceState, message: CommitFailed) -> tuple[PersistenceState, tuple[Output, ...]]:
    later = replace(state, retry_at=message.at.mono + RETRY_S, failing=True)
    if state.failing:
        # The log has a line already; one every few seconds would fill it.
        return later, ()
    return later, (Noted("warning", f"The ledger did not take a transaction, it is tried again: {message.reason}"),)


ACTOR = Actor(
    name="persistence",
    state=PersistenceState,
    step=step,
    deadline=deadline,
    consumes=kinds(Input),
    produces=kinds(Output),
)
