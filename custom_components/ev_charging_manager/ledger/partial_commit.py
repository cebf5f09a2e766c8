"""A commit of which only a part can be written: the rest is put aside, so that it never blocks what comes after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ..domain.commits import Checkpoint, Commit, OutboxEntry
from ..domain.records import SessionRecord
from . import aside, checkpoints, outbox, sessions
from .errors import CodecError, LedgerError, translated


@dataclass(slots=True)
class PartialCommit:
    """The events that were stored, with their ids, and why each other value was put aside, by its name."""

    entries: list[OutboxEntry] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)


class PartialWriter:
    """Writes each value of a commit in a savepoint of the given transaction."""

    def __init__(self, connection: Connection, path: str, zone: ZoneInfo) -> None:
        """Prepare for the ledger at `path`, which errors name."""
        self._connection = connection
        self._path = path
        self._zone = zone
        self.done = PartialCommit()

    def write(self, commit: Commit) -> PartialCommit:
        """Write what can be written. Raises `LedgerError` for an error of the disk."""
        at = commit.checkpoint.at.utc
        for record in commit.sessions:
            self._try(f"session {record.session_id}", record, partial(self._save, record), at)
        for entry in commit.events:
            self._try(f"event {entry.kind} of session {entry.session_id}", entry, partial(self._add, entry), at)
        self._checkpoint(commit.checkpoint)
        return self.done

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        charger_id = checkpoint.charger_id
        saved = self._try(
            f"checkpoint {charger_id}", checkpoint.states, partial(self._keep, checkpoint), checkpoint.at.utc
        )
        if not saved:
            # An older checkpoint would bill the sessions since then again. Without one, the next start ends the running
            # session as it was last written.
            checkpoints.remove(self._connection, charger_id)

    def _try(self, what: str, value: object, write: Callable[[], None], at: float) -> bool:
        try:
            with translated(self._path), self._connection.begin_nested():
                write()
        except CodecError as error:
            reason = str(error)
        except LedgerError:
            raise
        except Exception as error:  # a value of any kind can be the cause, and must not block the others
            reason = f"unexpected {type(error).__name__}"
        else:
            return True
        aside.keep_latest(self._connection, what, reason, value, at)
        self.done.aside[what] = reason
        return False

    def _save(self, record: SessionRecord) -> None:
        sessions.save(self._connection, record, self._zone)

    def _add(self, entry: OutboxEntry) -> None:
        self.done.entries.append(outbox.add(self._connection, entry))

    def _keep(self, checkpoint: Checkpoint) -> None:
        checkpoints.save(self._connection, [(checkpoint, checkpoints.states_text(checkpoint))])
