"""The ledger's front door. Synchronous; everything on one ledger happens on the thread that opened it."""

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
from .damage.mending import Mended, finish, mend
from .errors import CodecError, LedgerCorrupt, LedgerError, SessionUnknown
from .migrations import migrate
from .queries import Questions
from .rebuild import rebuild
from .schema import meta

_LOGGER = logging.getLogger(__name__)

_ZONE = "zone"
_ONE_AT_A_TIME = Lock()


class Ledger(Questions):
    """Every charging session, the events that are owed, and where each pipeline stood.

    Every method raises `LedgerError` (or a kind of it) when the database fails; a call that raised left
    nothing behind and may be repeated.
    """

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        """Use `open`."""
        super().__init__(database)
        self._zone = zone

    @classmethod
    def open(cls, path: str | Path, zone: ZoneInfo, busy_timeout_s: float = 4.0) -> Self:
        """Open the ledger in this file, making or upgrading it, on the thread that will use it.

        `zone` says where months begin; another one than last time sums up all months anew. Otherwise the time
        this takes does not depend on the history. Raises `LedgerTooNew`, `LedgerCorrupt` and the other kinds
        of `LedgerError`.

        `busy_timeout_s` is how long it waits for another program that holds the file: so short that a commit which had
        to wait for one before it still says why it failed, within the time that is allowed for an answer.
        """
        finish(Path(path))
        ledger = cls(Database(Path(path), busy_timeout_s), zone)
        ledger._prepare()
        return ledger

    @classmethod
    def open_or_mend(cls, path: str | Path, zone: ZoneInfo, at: float) -> tuple[Self, Mended | None]:
        """Open the ledger in this file; a damaged one is put aside, and what can be saved of it is in the ledger."""
        # One that nobody waited for any more may be at it still.
        with _ONE_AT_A_TIME:
            try:
                return cls.open(path, zone), None
            except LedgerCorrupt as error:
                mended = mend(Path(path), str(error), at)
            return cls.open(path, zone), mended

    def mend(self, error: LedgerCorrupt, at: float) -> Mended:
        """Go on in a fresh file with what can be saved of this one, which is put aside.

        Raises `LedgerError` when that cannot be done; the damaged file is then where it was and goes on in use.
        """
        self.release()
        mended = mend(self.path, str(error), at)
        self._prepare()
        return mended

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
        """Its file."""
        return Path(self._database.path)

    def release(self) -> None:
        """Let go of the file as it is; the next call opens it again."""
        self._database.release()

    def close(self) -> None:
        """Move everything into the one file and let go of it."""
        self._database.close()

    def keep_still(self, already: bool = False) -> None:
        """Leave the file as it is while somebody copies it; commits go on and gather beside it.

        `already`: the copy began before the file was opened here.
        """
        self._database.keep_still(already)

    def move_again(self) -> None:
        """Nobody copies the file any more."""
        self._database.move_again()

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def integrity(self) -> None:
        """Read the whole file, while `open` looks at its head only; raises `LedgerCorrupt`."""
        self._database.check()

    # What the pipelines write

    def commit(self, commits: Sequence[Commit]) -> list[tuple[OutboxEntry, ...]]:
        """Make these durable in one transaction; the events of each, with their ids.

        Repeating one that is already durable changes nothing and answers the same.
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

    def checkpoint(self, charger_id: str, types: Mapping[str, Any]) -> Checkpoint | None:
        """Where the charger's pipeline stood, with the states of the actors in `types`, by actor name.

        None if there is no checkpoint, or none that can be read as these types: it is then put aside with a
        warning.
        """
        with self._database.reading() as connection:
            try:
                return checkpoints.load(connection, charger_id, types)
            except CodecError as error:
                reason = str(error)
        _LOGGER.warning("Checkpoint of charger %s cannot be read and is put aside: %s", charger_id, reason)
        self._set_aside(charger_id, reason)
        return None

    def _set_aside(self, charger_id: str, reason: str) -> None:
        try:
            with self._database.writing() as connection:
                checkpoints.set_aside(connection, charger_id, reason)
        except LedgerError as error:
            _LOGGER.warning("Checkpoint of charger %s stays where it is: %s", charger_id, error)

    def checkpointed(self) -> list[str]:
        """The ids of the chargers whose pipelines stand somewhere."""
        with self._database.reading() as connection:
            return checkpoints.known(connection)

    def latest_checkpoint(self) -> Moment | None:
        """When the newest checkpoint was made, by both clocks of the process that made it."""
        with self._database.reading() as connection:
            return checkpoints.latest(connection)

    def delete_checkpoint(self, charger_id: str) -> None:
        """Forget where a charger's pipeline stood."""
        with self._database.writing() as connection:
            checkpoints.remove(connection, charger_id)

    def pending_events(self) -> list[OutboxEntry]:
        """Events that were not fired yet, oldest first."""
        with self._database.reading() as connection:
            return outbox.pending(connection)

    def mark_fired(self, entry_ids: Collection[int], at: float) -> None:
        """Note that these events were fired (UTC epoch seconds); those fired 30 days before are forgotten."""
        with self._database.writing() as connection:
            outbox.mark_fired(connection, entry_ids, at)

    # What changes what was recorded

    def rebuild_totals(self) -> None:
        """Sum up all sessions anew."""
        with self._database.writing() as connection:
            rebuild(connection, self._zone)
            connection.execute(delete(meta).where(meta.c.key == _ZONE))
            connection.execute(insert(meta).values(key=_ZONE, value=str(self._zone)))

    def assign(self, session_id: str, given: Attribution, by: str, at: float) -> SessionRecord:
        """Give an ended session to someone, as an audited correction; the session as it is then.

        What was measured stays. Raises `SessionUnknown` for a session that is not there or still runs.
        """
        with self._database.writing() as connection:
            corrections.assign(connection, session_id, given, by, at, self._zone)
            record = sessions.corrected(connection, session_id)
        if record is None:
            raise SessionUnknown(f"Session {session_id} is not recorded")
        return record
