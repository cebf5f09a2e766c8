"""Three sessions within a week that are nobody's, at a charger that reads cards: somebody should do something."""

from __future__ import annotations

import logging
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.configuration import entities_of, subentries
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.household import Role, UserType
from ..domain.records import SessionRecord
from ..ledger.errors import LedgerError
from .card_issue import issues_of

_LOGGER = logging.getLogger(__name__)

UNKNOWN_SESSIONS: Final = "unknown_sessions"
ENOUGH: Final = 3
WEEK_S: Final = 7 * 86_400.0
# The newest of those who are no user; guests without a person are among them.
LOOKED_AT: Final = 100


async def review(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Raise a repair for each charger with enough unknown sessions, and take back those that are mended."""
    chargers = [charger for charger in subentries(entry, const.SUBENTRY_CHARGER) if _expects_cards(entry, charger)]
    try:
        counted = {charger.subentry_id: await _unknown(entry, charger) for charger in chargers}
    except (LedgerError, RuntimeError) as error:
        # A ledger that was closed meanwhile: whoever opens it again looks again.
        _LOGGER.debug("Unknown sessions could not be counted: %s", error)
        return
    found = {charger.subentry_id: charger for charger in chargers if counted[charger.subentry_id] >= ENOUGH}
    for charger_id, charger in found.items():
        _raise(hass, entry, charger, counted[charger_id])
    for issue in issues_of(hass, UNKNOWN_SESSIONS):
        if str((issue.data or {}).get("charger_id")) not in found:
            ir.async_delete_issue(hass, const.DOMAIN, issue.issue_id)


def _expects_cards(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> bool:
    """A charger with a default user has been told what a session without a card is."""
    return Role.CARD in entities_of(charger) and charger.data.get(const.CONF_DEFAULT_USER) not in entry.subentries


async def _unknown(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> int:
    household = entry.runtime_data
    ledger, since = household.ledger, household.clock.now().utc - WEEK_S
    lately = await ledger.call(ledger.ledger.lately, charger.subentry_id, since, LOOKED_AT, user_id=None)
    return sum(map(_is_unknown, lately))


def _is_unknown(session: SessionRecord) -> bool:
    """Nobody was found. That it is nobody may also have been somebody's choice."""
    who = session.identity
    return who.user_type is UserType.UNKNOWN and who.identified_by is None


@callback
def _raise(hass: HomeAssistant, entry: EvChargingConfigEntry, charger: ConfigSubentry, count: int) -> None:
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        f"{UNKNOWN_SESSIONS}_{charger.subentry_id}",
        data={"entry_id": entry.entry_id, "charger_id": charger.subentry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=UNKNOWN_SESSIONS,
        translation_placeholders={"charger": charger.title, "count": str(count)},
    )
