"""The public interface of the ledger. All calls are synchronous and must come from the thread that opened it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from ..domain.commits import Checkpoint, Commit, OutboxEntry
from ..domain.moment import Moment
from ..domain.records import Attribution, SessionRecord
from . import checkpoints, corrections, outbox, sessions
from .connection import Database
from .damage.replacement import Mended, finish, mend
from .damage.restoration import Restored, restore
from .errors import CodecError, LedgerCorrupt, LedgerError, SessionUnknown
from .migrations import migrate
from .partial_commit import PartialCommit, PartialWriter
from .queries import Queries
from .rebuild import rebuild
from .schema import meta

_LOGGER = logging.getLogger(__name__)

_ZONE = "zone"
_ONE_AT_A_TIME = Lock()


class Ledger(Queries):
    """All charging sessions, the events not yet fired, and the checkpoint of each pipeline.

    Every method raises `LedgerError` (or a kind of it) when the database fails. A call that raised has changed nothing
    and can be repeated.
    """

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        """Do not call this; use `open`."""
        super().__init__(database)
        self._zone = zone
        self._named_aside: set[str] = set()

    @classmethod
    def open(cls, path: str | Path, zone: ZoneInfo, busy_timeout_s: float = 4.0) -> Self:
        """Open, create or upgrade the ledger in this file, on the thread that will use it.

        `zone` defines where months begin; a change computes all totals again. Otherwise the duration does not depend
        on the history. Raises `LedgerTooNew`, `LedgerCorrupt` and the other kinds of `LedgerError`.

        `busy_timeout_s` is how long a call waits for another program that has locked the file. Two timeouts must fit
        into the deadline of a commit: then a commit that waits for another one still reports the reason of its failure.
        """
        finish(Path(path))
        ledger = cls(Database(Path(path), busy_timeout_s), zone)
        ledger._prepare()
        return ledger

    @classmethod
    def open_or_mend(cls, path: str | Path, zone: ZoneInfo, at: float) -> tuple[Self, Mended | None]:
        """Open the ledger in this file. A damaged file is replaced by one with everything that could be saved."""
        # An earlier call, which its caller no longer waits for, can still be running.
        with _ONE_AT_A_TIME:
            try:
                return cls.open(path, zone), None
            except LedgerCorrupt as error:
                mended = mend(Path(path), str(error), at)
            return cls.open(path, zone), mended

    def mend(self, error: LedgerCorrupt, at: float) -> Mended:
        """Replace the damaged file by one with everything that could be saved.

        Raises `LedgerError` if that fails; the damaged file then stays in use.
        """
        self.release()
        mended = mend(self.path, str(error), at)
        self._prepare()
        return mended

    def refuse_moved(self) -> None:
        """Raise `LedgerMoved` if the file was deleted or replaced while it was open."""
        self._database.refuse_moved()

    def restore(self, at: float) -> Restored:
        """Write the open database back to its path, after the file was deleted or replaced.

        Another file at the path is renamed with the date of the UTC epoch second `at`. Raises `LedgerError`; the
        database then stays open, and the call can be repeated.
        """
        return restore(self._database, at)

    def _prepare(self) -> None:
        try:
            migrate(self._database)
            self._settle_zone()
        except BaseException:
            self._database.release()
            raise

    def _settle_zone(self) -> None:
        with self._database.reading() as connection:
            known = connection.scalar(select(meta.c.value).where(meta.c.key == _ZONE))
        if known != str(self._zone):
            self.rebuild_totals()

    @property
    def path(self) -> Path:
        """Return the path of the file."""
        return Path(self._database.path)

    def release(self) -> None:
        """Close the file without moving the WAL; the next call opens it again."""
        self._database.release()

    def close(self) -> None:
        """Move the WAL into the file and close it."""
        self._database.close()

    def keep_still(self, already: bool = False) -> None:
        """Leave the file unchanged while a backup copies it; commits are kept in the WAL.

        `already`: the backup began before the file was opened here.
        """
        self._database.keep_still(already)

    def move_again(self) -> None:
        """Allow changes of the file again: the backup has ended."""
        self._database.move_again()

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ledger."""
        self.close()

    def integrity(self) -> None:
        """Read the whole file, while `open` reads only its beginning; raises `LedgerCorrupt`."""
        self._database.check()

    # Pipelines

    def commit(self, commits: Sequence[Commit]) -> list[tuple[OutboxEntry, ...]]:
        """Make these commits durable in one transaction; return the events of each, with their ids.

        Repeating a durable commit changes nothing and returns the same.
        """
        states = [checkpoints.states_text(commit.checkpoint) for commit in commits]
        if not commits:
            return []
        answers = []
        with self._database.writing() as connection:
            for commit in commits:
                for record in commit.sessions:
                    sessions.save(connection, record, self._zone)
                answers.append(tuple(outbox.add(connection, entry) for entry in commit.events))
            checkpoints.save(connection, zip((commit.checkpoint for commit in commits), states, strict=True))
        return answers

    def commit_writable(self, commit: Commit) -> PartialCommit:
        """Make durable what can be written of a commit, and put the rest aside; the log names each value once.

        Raises `LedgerError` for an error of the disk.
        """
        with self._database.writing() as connection:
            done = PartialWriter(connection, self._database.path, self._zone).write(commit)
        for what, reason in done.aside.items():
            if what not in self._named_aside:
                _LOGGER.error("The ledger cannot store %s and puts it aside; recording continues: %s", what, reason)
        self._named_aside |= done.aside.keys()
        return done

    def checkpoint(self, charger_id: str, types: Mapping[str, Any]) -> Checkpoint | None:
        """Return the charger's checkpoint with the states of the actors in `types`, by actor name.

        None if there is no checkpoint. An unreadable one is moved to `put_aside` with a warning, and None is returned.
        """
        with self._database.reading() as connection:
            try:
                return checkpoints.load(connection, charger_id, types)
            except CodecError as error:
                reason = str(error)
        _LOGGER.warning(
            "The checkpoint of charger %s cannot be read and is put aside; its pipeline starts without it: %s",
            charger_id,
            reason,
        )
        self._set_aside(charger_id, reason)
        return None

    def _set_aside(self, charger_id: str, reason: str) -> None:
        try:
            with self._database.writing() as connection:
                checkpoints.set_aside(connection, charger_id, reason)
        except LedgerError as error:
            _LOGGER.warning("The unreadable checkpoint of charger %s could not be put aside: %s", charger_id, error)

    def checkpointed(self) -> list[str]:
        """Return the ids of the chargers that have a checkpoint."""
        with self._database.reading() as connection:
            return checkpoints.known(connection)

    def latest_checkpoint(self) -> Moment | None:
        """Return the moment of the newest checkpoint, on both clocks of its process."""
        with self._database.reading() as connection:
            return checkpoints.latest(connection)

    def delete_checkpoint(self, charger_id: str) -> None:
        """Delete a charger's checkpoint."""
        with self._database.writing() as connection:
            checkpoints.remove(connection, charger_id)

    def pending_events(self) -> list[OutboxEntry]:
        """Return the events that were not fired yet, oldest first."""
        with self._database.reading() as connection:
            return outbox.pending(connection)

    def mark_fired(self, entry_ids: Collection[int], at: float) -> None:
        """Mark these events as fired at `at` (UTC epoch seconds); delete those fired more than 30 days before."""
        with self._database.writing() as connection:
            outbox.mark_fired(connection, entry_ids, at)

    # Recorded sessions

    def rebuild_totals(self) -> None:
        """Compute all totals again from the sessions."""
        with self._database.writing() as connection:
            rebuild(connection, self._zone)
            connection.execute(delete(meta).where(meta.c.key == _ZONE))
            connection.execute(insert(meta).values(key=_ZONE, value=str(self._zone)))

    def assign(self, session_id: str, given: Attribution, by: str, at: float) -> SessionRecord:
        """Assign an ended session to a user with a correction; return the corrected session.

        The measured session stays stored. Raises `SessionUnknown` for a session that does not exist or still runs.
        """
        with self._database.writing() as connection:
            corrections.assign(connection, session_id, given, by, at, self._zone)
            record = sessions.corrected(connection, session_id)
        if record is None:
            raise SessionUnknown(f"Session {session_id} does not exist")
        return record
