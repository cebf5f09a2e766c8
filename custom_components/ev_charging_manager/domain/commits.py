"""What the pipeline asks the ledger to make durable, and what the ledger answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .moment import Moment
from .records import SessionRecord


class EventKind(StrEnum):
    """Events that are fired only after their session is durable."""

    STARTED = "session_started"
    COMPLETED = "session_completed"
    DISCARDED = "session_discarded"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An event that waits in the ledger until it was fired. `entry_id` is given by the ledger."""

    kind: EventKind
    session_id: str
    charger_id: str
    payload: Mapping[str, Any]
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The states of one charger's actors at one point of its stream of messages, by actor name."""

    charger_id: str
    at: Moment
    states: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: sessions as they are now, the events to fire for them, and the checkpoint that agrees."""

    checkpoint: Checkpoint
    sessions: tuple[SessionRecord, ...] = ()
    events: tuple[OutboxEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """The transaction is on disk; the events carry their ids."""

    at: Moment
    sessions: tuple[SessionRecord, ...] = ()
    events: tuple[OutboxEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitFailed:
    """The transaction is not on disk, and why; it is safe to try it again."""

    at: Moment
    reason: str
