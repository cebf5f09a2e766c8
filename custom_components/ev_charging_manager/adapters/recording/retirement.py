"""Deleted chargers: the running session is recorded and the checkpoint is deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback

from ...domain import events
from ...domain.commits import Checkpoint, Commit, EventKind, OutboxEntry
from ...domain.household import ChargerSettings, Settings
from ...domain.messages import Announced, Recorded
from ...domain.moment import Moment
from ...domain.pricing.bill import PricingState
from ...domain.records import Outcome, SessionRecord
from ...domain.session.retirement import given_up, retired
from ...domain.session.state import SessionState
from ...ledger.errors import LedgerError
from ...ledger.ledger import Ledger
from ...pipeline import CHECKPOINT_TYPES
from ..configuration import household_of, options_of
from .ledger_thread import LedgerThread
from .outbox import EventOutbox

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retired:
    """The sessions and events that became durable."""

    recorded: Recorded = field(default_factory=lambda: Recorded(()))
    announced: tuple[Announced, ...] = ()


def retire(ledger: Ledger, charger_id: str, settings: Settings) -> Retired:
    """Record the charger's running session and delete its checkpoint, on the ledger's thread; it can be repeated."""
    checkpoint = ledger.checkpoint(charger_id, CHECKPOINT_TYPES)
    records = {record.session_id: record for record in _given_up(ledger, charger_id, settings)}
    if checkpoint is not None and (last := _last(checkpoint, settings)) is not None:
        records[last.session_id] = last
    last_checkpoint = checkpoint or Checkpoint(charger_id, Moment(0.0, 0.0))
    done = put_on_record(ledger, replace(last_checkpoint, states={}), tuple(records.values()))
    ledger.delete_checkpoint(charger_id)
    return done


class Retirement:
    """Remembers the settings of each charger, and records the running session of a deleted one."""

    def __init__(
        self,
        entry: ConfigEntry[Any],
        ledger: LedgerThread,
        outbox: EventOutbox,
        recorded: Callable[[Recorded], None],
    ) -> None:
        """Start without chargers. `recorded` receives the sessions that became durable."""
        self._entry = entry
        self._ledger = ledger
        self._outbox = outbox
        self._recorded = recorded
        self._settings: dict[str, Settings] = {}

    @callback
    def remember(self, settings: Settings) -> None:
        """Remember a charger's settings, which price its last session."""
        self._settings[settings.charger.charger_id] = settings

    async def start(self) -> None:
        """Retire the chargers that were deleted while the integration was not loaded."""
        try:
            left = await self._ledger.call(_left_behind, self._ledger.ledger)
        except LedgerError as error:
            _LOGGER.warning("Could not look for sessions of deleted chargers; retrying at the next start: %s", error)
            return
        await self._retire(left - set(self._entry.subentries))

    async def follow(self) -> None:
        """Retire the chargers that were deleted since the last call."""
        await self._retire(set(self._settings) - set(self._entry.subentries))

    async def _retire(self, gone: Iterable[str]) -> None:
        ledger = self._ledger
        for charger_id in gone:
            settings = self._settings.pop(charger_id, None) or self._unknown(charger_id)
            try:
                done = await ledger.call(retire, ledger.ledger, charger_id, settings)
            except LedgerError as error:
                _LOGGER.warning(
                    "Could not record the last session of a deleted charger; retrying at the next start: %s", error
                )
                continue
            self._recorded(done.recorded)
            for announced in done.announced:
                self._outbox.announce(announced)

    def _unknown(self, charger_id: str) -> Settings:
        charger = ChargerSettings(charger_id, charger_id)
        return Settings(charger, household_of(self._entry), options_of(self._entry))


def _left_behind(ledger: Ledger) -> set[str]:
    """Return the ids of the chargers that have a running session or a checkpoint."""
    return {record.charger_id for record in ledger.running()} | set(ledger.checkpointed())


def _last(checkpoint: Checkpoint, settings: Settings) -> SessionRecord | None:
    state = checkpoint.states.get("session", SessionState())
    return retired(state, checkpoint.states.get("pricing", PricingState()), checkpoint.at, settings)


def _given_up(ledger: Ledger, charger_id: str, settings: Settings) -> Iterable[SessionRecord]:
    return (given_up(record, settings.options) for record in ledger.running() if record.charger_id == charger_id)


def put_on_record(ledger: Ledger, checkpoint: Checkpoint, records: tuple[SessionRecord, ...]) -> Retired:
    """Store ended sessions with their events. Call it on the ledger's thread."""
    if not records:
        return Retired()
    entries = tuple(_entry(record) for record in records)
    # A record that cannot be written must not prevent that of the others, nor be tried again at each start.
    durable = ledger.commit_writable(Commit(checkpoint, records, entries))
    announced = tuple(Announced(str(entry.kind), entry.payload, entry.entry_id) for entry in durable.entries)
    return Retired(Recorded(records), announced)


def _entry(record: SessionRecord) -> OutboxEntry:
    kind = EventKind.COMPLETED
    if record.outcome is Outcome.DISCARDED:
        kind = EventKind.DISCARDED
    return OutboxEntry(kind, record.session_id, record.charger_id, events.completed(record))
