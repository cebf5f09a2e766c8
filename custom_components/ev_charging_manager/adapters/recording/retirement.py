"""Ends what a charger leaves behind that was deleted: its running session is recorded, its checkpoint goes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
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
from ..household.sums import Sums
from .ledger_thread import LedgerThread
from .outbox import EventOutbox

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retired:
    """What became durable: for the sums, and for those who listen to events."""

    recorded: Recorded = field(default_factory=lambda: Recorded(()))
    announced: tuple[Announced, ...] = ()


def retire(ledger: Ledger, charger_id: str, settings: Settings) -> Retired:
    """Record what ran at the charger and forget where it stood; on the ledger's thread. Repeating it is safe."""
    checkpoint = ledger.checkpoint(charger_id, CHECKPOINT_TYPES)
    records = {record.session_id: record for record in _given_up(ledger, charger_id, settings)}
    if checkpoint is not None and (last := _last(checkpoint, settings)) is not None:
        records[last.session_id] = last
    last_checkpoint = checkpoint or Checkpoint(charger_id, Moment(0.0, 0.0))
    done = put_on_record(ledger, replace(last_checkpoint, states={}), tuple(records.values()))
    ledger.delete_checkpoint(charger_id)
    return done


class Retirement:
    """Remembers how each charger was set up, and records what those leave behind that were deleted."""

    def __init__(self, entry: ConfigEntry[Any], ledger: LedgerThread, sums: Sums, outbox: EventOutbox) -> None:
        """Know no charger yet."""
        self._entry = entry
        self._ledger = ledger
        self._sums = sums
        self._outbox = outbox
        self._settings: dict[str, Settings] = {}

    @callback
    def know(self, settings: Settings) -> None:
        """Remember how a charger is set up; what it leaves behind is priced by that."""
        self._settings[settings.charger.charger_id] = settings

    async def start(self) -> None:
        """Retire what was deleted while nobody looked."""
        try:
            left = await self._ledger.call(_left_behind, self._ledger.ledger)
        except LedgerError as error:
            _LOGGER.warning("What deleted chargers left behind cannot be looked for: %s", error)
            return
        await self._retire(left - set(self._entry.subentries))

    async def follow(self) -> None:
        """Retire the chargers that were deleted since."""
        await self._retire(set(self._settings) - set(self._entry.subentries))

    async def _retire(self, gone: Iterable[str]) -> None:
        ledger = self._ledger
        for charger_id in gone:
            settings = self._settings.pop(charger_id, None) or self._unknown(charger_id)
            try:
                done = await ledger.call(retire, ledger.ledger, charger_id, settings)
            except LedgerError as error:
                _LOGGER.warning("A deleted charger's last session is not on record before a restart: %s", error)
                continue
            self._sums.recorded(done.recorded)
            for announced in done.announced:
                self._outbox.announce(announced)

    def _unknown(self, charger_id: str) -> Settings:
        charger = ChargerSettings(charger_id, charger_id)
        return Settings(charger, household_of(self._entry), options_of(self._entry))


def _left_behind(ledger: Ledger) -> set[str]:
    """The chargers that have a running session or a checkpoint."""
    return {record.charger_id for record in ledger.running()} | set(ledger.checkpointed())


def _last(checkpoint: Checkpoint, settings: Settings) -> SessionRecord | None:
    state = checkpoint.states.get("session", SessionState())
    return retired(state, checkpoint.states.get("pricing", PricingState()), checkpoint.at, settings)


def _given_up(ledger: Ledger, charger_id: str, settings: Settings) -> Iterable[SessionRecord]:
    return (given_up(record, settings.options) for record in ledger.running() if record.charger_id == charger_id)


def put_on_record(ledger: Ledger, checkpoint: Checkpoint, records: tuple[SessionRecord, ...]) -> Retired:
    """Put ended sessions on record with their events; on the ledger's thread."""
    if not records:
        return Retired()
    entries = tuple(_entry(record) for record in records)
    (durable,) = ledger.commit([Commit(checkpoint, records, entries)])
    announced = tuple(Announced(str(entry.kind), entry.payload, entry.entry_id) for entry in durable)
    return Retired(Recorded(records), announced)


def _entry(record: SessionRecord) -> OutboxEntry:
    kind = EventKind.DISCARDED if record.outcome is Outcome.DISCARDED else EventKind.COMPLETED
    return OutboxEntry(kind, record.session_id, record.charger_id, events.completed(record))
