"""The assignment of a recorded session to another user: a correction that leaves the measured session unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError

from ... import const
from ...domain.household import Household
from ...domain.identity.choice import chosen, over
from ...domain.messages import Driver
from ...domain.records import Attribution, Outcome, SessionRecord
from ...domain.statistics.attribution import attributed
from ...ledger.corrections import Correction
from ...ledger.errors import LedgerError
from ...ledger.ledger import Ledger
from .lookup import refused

if TYPE_CHECKING:
    from .household import HouseholdRuntime


@dataclass(frozen=True, slots=True)
class Assignment:
    """The driver that a session is assigned to. `driver` automatic: the user that it was recorded for."""

    session_id: str
    driver: Driver
    user_id: str | None
    vehicle_id: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """The session with its corrections applied, as it was recorded, and the corrections."""

    record: SessionRecord
    measured: SessionRecord
    corrections: tuple[Correction, ...]


async def recorded(household: HouseholdRuntime, session_id: str) -> SessionRecord:
    """Return the session as it was measured. Raises ServiceValidationError if there is none, or while it runs."""
    ledger = household.ledger
    try:
        found = await ledger.call(ledger.ledger.measured, session_id)
    except LedgerError as error:
        raise _failed(error) from error
    if found is None:
        raise refused("session_not_found", session_id=session_id)
    if found.outcome is Outcome.RUNNING:
        raise refused("session_running", session_id=session_id)
    return found


async def assign(household: HouseholdRuntime, people: Household, wanted: Assignment) -> Assigned:
    """Assign the session; when this returns, sums, sensors and months are up to date.

    Raises ServiceValidationError if there is no such session, HomeAssistantError if the ledger fails.
    """
    measured = await recorded(household, wanted.session_id)
    after = _attribution(measured, people, wanted)
    try:
        now = household.clock.now().utc
        record, corrections = await household.ledger.call(_assign, household.ledger.ledger, wanted, after, now)
        await household.sums.recount()
    except LedgerError as error:
        raise _failed(error) from error
    return Assigned(record, measured, corrections)


def _attribution(measured: SessionRecord, people: Household, wanted: Assignment) -> Attribution:
    choice = chosen(wanted.driver, wanted.user_id, wanted.vehicle_id, people)
    if choice is None:
        return measured.attribution
    return attributed(measured, over(choice, measured.identity), people)


def _assign(
    ledger: Ledger, wanted: Assignment, after: Attribution, at: float
) -> tuple[SessionRecord, tuple[Correction, ...]]:
    """Correct and read back in one call on the ledger's thread, so that no other correction comes between."""
    record = ledger.assign(wanted.session_id, after, wanted.by, at)
    return record, tuple(ledger.corrections(wanted.session_id))


def _failed(error: LedgerError) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=const.DOMAIN,
        translation_key="ledger_failed",
        translation_placeholders={"reason": str(error)},
    )
