"""Invariants after each message, despite all troubles."""

from __future__ import annotations

from custom_components.ev_charging_manager.domain.messages import Progress

from .house import House
from .kinds import Kind
from .truth import Truth

ROUNDING_MWH = 2


class Invariants:
    """Checks every view that leaves the chain."""

    def __init__(self, kind: Kind, house: House, truth: Truth) -> None:
        """Start to check. `doubled`: sessions with more shown than delivered energy."""
        self.broken: list[str] = []
        self.doubled: set[str] = set()
        self._step_mwh, self._by_power = kind.coarsest_mwh, kind.by_flow
        self._house, self._truth = house, truth
        self._life, self._session, self._energy = 0, "", 0
        house.watch = self.check

    def check(self, progress: Progress) -> None:
        """Check a view that users see."""
        record = progress.record
        if record is None:
            return
        same = record.session_id == self._session and self._house.lives == self._life
        if same and record.energy_mwh < self._energy:
            self._complain(f"{record.session_id} went back from {self._energy} to {record.energy_mwh} mWh")
        if min(record.energy_mwh, record.duration_s, record.charging_s, record.max_power_w) < 0:
            self._complain(f"{record.session_id} is negative: {record}")
        self._life, self._session, self._energy = self._house.lives, record.session_id, record.energy_mwh
        self._no_more_than_delivered(record.session_id, record.energy_mwh)

    def _no_more_than_delivered(self, session_id: str, running_mwh: int) -> None:
        """Check that the recorded and running energy never exceeds the delivered energy."""
        ledger = self._house.ledger
        told = ledger.over_mwh + running_mwh
        most = self._truth.total + (len(ledger.sessions) + 1) * 2 * self._step_mwh + ROUNDING_MWH
        if told > most and not self._by_power:
            self.doubled.add(session_id)
            self._complain(f"{told} mWh are shown, the meter delivered {self._truth.total:.0f}")

    def _complain(self, what: str) -> None:
        if len(self.broken) < 20:
            self.broken.append(f"{self._house.clock.elapsed:.1f} s: {what}")
