"""Sums for people: what was recorded, and what the running sessions add to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .household import Options
from .records import Outcome, SessionRecord
from .totals import MonthTotal


@dataclass(frozen=True, slots=True)
class Total:
    """Energy in mWh, cost in millionths, and how many sessions were recorded."""

    energy_mwh: int = 0
    cost_micro: int = 0
    sessions: int = 0

    def plus(self, energy_mwh: int, cost_micro: int, sessions: int = 0) -> Total:
        """This total and more."""
        return Total(self.energy_mwh + energy_mwh, self.cost_micro + cost_micro, self.sessions + sessions)


type Key = tuple[str, str | None]
"""Charger and user; None is Unknown."""


class Statistics:
    """The household's sums by charger and user. Each step costs the same however many sessions there are.

    A session that runs counts with what it has so far, once it is long enough to be kept. It leaves only when its
    record arrives, so that no sum dips between the end of a session and the moment it is durable.
    """

    def __init__(self, recorded: Iterable[MonthTotal] = ()) -> None:
        """Start from what the ledger holds."""
        self._recorded: dict[Key, Total] = {}
        self._open: dict[str, SessionRecord] = {}
        for month in recorded:
            self._add((month.charger_id, month.user_id), month.energy_mwh, month.cost_micro, month.sessions)

    def run(self, record: SessionRecord, options: Options) -> None:
        """Take a running session as it stands."""
        if record.duration_s >= options.shortest_session_s and record.energy_mwh >= options.least_energy_mwh:
            self._open[record.session_id] = record

    def record(self, record: SessionRecord) -> None:
        """Take a session that is durable."""
        self._open.pop(record.session_id, None)
        if record.outcome is Outcome.COMPLETED:
            self._add(_key(record), record.energy_mwh, record.cost_micro or 0, 1)

    def of_user(self, user_id: str | None) -> Total:
        """The sum of one user over all chargers."""
        total = Total()
        for part in (found for (_, who), found in self._recorded.items() if who == user_id):
            total = total.plus(part.energy_mwh, part.cost_micro, part.sessions)
        for record in (running for running in self._open.values() if running.identity.user_id == user_id):
            total = total.plus(record.energy_mwh, record.cost_micro or 0)
        return total

    def users(self) -> Iterator[str | None]:
        """Everyone who has a sum."""
        yield from {user for _, user in self._recorded} | {run.identity.user_id for run in self._open.values()}

    def _add(self, key: Key, energy_mwh: int, cost_micro: int, sessions: int) -> None:
        self._recorded[key] = self._recorded.get(key, Total()).plus(energy_mwh, cost_micro, sessions)


def _key(record: SessionRecord) -> Key:
    return record.charger_id, record.identity.user_id
