"""Transactions that the pipeline asks the ledger for, and the answers of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .moment import Moment
from .records import SessionRecord


class EventKind(StrEnum):
    """Events that are fired after their session is saved."""

    STARTED = "session_started"
    COMPLETED = "session_completed"
    DISCARDED = "session_discarded"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An event that waits in the ledger until it is fired. The ledger sets `entry_id`."""

    kind: EventKind
    session_id: str
    charger_id: str
    payload: Mapping[str, Any]
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The states of one charger's actors between the same two messages, by actor name."""

    charger_id: str
    at: Moment
    states: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: the present records of sessions, the events to fire for them, and the matching checkpoint."""

    checkpoint: Checkpoint
    sessions: tuple[SessionRecord, ...] = ()
    events: tuple[OutboxEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """The transaction is on disk. The events have their `entry_id`."""

    at: Moment
    sessions: tuple[SessionRecord, ...] = ()
    events: tuple[OutboxEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitFailed:
    """The transaction is not on disk, for this reason. It is safe to try it again."""

    at: Moment
    reason: str
