"""A ledger in memory that refuses, fails and loses replies, and checks that records stay recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

from custom_components.ev_charging_manager.domain.commits import Commit, CommitFailed, Committed
from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord

from ...actors.driver import MemoryLedger


@dataclass(slots=True)
class ShakyLedger(MemoryLedger):
    """`refusing`: it accepts nothing. `breaks`: the failures of the next transactions, in order.

    "before" raises without a write; "after" raises after the write, as if the reply came too late.
    """

    refusing: bool = False
    breaks: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    over_mwh: int = 0

    @property
    def shaky(self) -> bool:
        """Whether a transaction may fail."""
        return self.refusing or bool(self.breaks)

    async def commit(self, commit: Commit) -> Committed | CommitFailed:
        """Commit all of a transaction or nothing; the reply may be wrong."""
        if self.refusing:
            return CommitFailed(commit.checkpoint.at, "disk full")
        breaks = self.breaks.pop(0) if self.breaks else None
        if breaks == "before":
            raise OSError("the ledger broke")
        self._watch(commit)
        committed = await MemoryLedger.commit(self, commit)
        if breaks == "after":
            raise TimeoutError("the ledger answered too late")
        return committed

    def _watch(self, commit: Commit) -> None:
        for record in commit.sessions:
            known = self.sessions.get(record.session_id)
            if known is not None and known.outcome is not Outcome.RUNNING and known != record:
                self._complain(record, "was recorded before, as something else")
            elif record.outcome is not Outcome.RUNNING and known != record:
                self._finished(record)
        running = {record.session_id for record in self.sessions.values() if record.outcome is Outcome.RUNNING}
        for record in commit.sessions:
            running.discard(record.session_id)
            if record.outcome is Outcome.RUNNING:
                running.add(record.session_id)
        if len(running) > 1:
            self.complaints.append(f"more than one session runs: {sorted(running)}")

    def _finished(self, record: SessionRecord) -> None:
        """Check a record for contradictions."""
        self.over_mwh += record.energy_mwh
        if record.ended_at is None or record.energy_mwh < 0 or record.duration_s < 0.0:
            self._complain(record, "has no end, or is negative")
        if record.faulted:
            return
        if sum(part.energy_mwh for part in record.intervals) != record.energy_mwh:
            self._complain(record, "is not the sum of its intervals' energy")
        if record.cost_micro != sum(part.cost_micro or 0 for part in record.intervals):
            self._complain(record, "is not the sum of its intervals' cost")
        if any(part.energy_mwh < 0 for part in record.intervals):
            self._complain(record, "has a negative interval")

    def _complain(self, record: SessionRecord, what: str) -> None:
        self.complaints.append(f"{record.session_id} {what}: {record}")
