"""The review of a week of sessions, from which an issue of a charger follows."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from .. import const
from ..adapters.configuration import subentries
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.records import SessionRecord
from ..ledger.errors import LedgerError
from ..ledger.history import WhichUser
from .issues import charger_id_of, create_charger_issue, delete_charger_issue, issues_of

_LOGGER = logging.getLogger(__name__)

# So many sessions within a week are a pattern; fewer may be chance.
ENOUGH: Final = 3
WEEK_S: Final = 7 * 86_400.0
# Few chargers have more sessions in a week. The newest are read.
MOST_READ: Final = 100

type Finding = Callable[[EvChargingConfigEntry, ConfigSubentry], Awaitable[dict[str, str] | None]]
"""Review a charger; return the placeholders of its issue, or None if it needs none."""


async def review(hass: HomeAssistant, entry: EvChargingConfigEntry, key: str, finding: Finding) -> None:
    """Create or update the issue `key` for each charger with a finding, and delete it for the others."""
    try:
        found = {
            charger.subentry_id: await finding(entry, charger)
            for charger in tuple(subentries(entry, const.SUBENTRY_CHARGER))
        }
    except (LedgerError, RuntimeError) as error:
        # The ledger was closed meanwhile. The next set-up reviews again.
        _LOGGER.debug("Could not review the sessions of the last week for the repair %s: %s", key, error)
        return
    _update(hass, entry, key, {charger_id: words for charger_id, words in found.items() if words is not None})


@callback
def _update(hass: HomeAssistant, entry: EvChargingConfigEntry, key: str, found: dict[str, dict[str, str]]) -> None:
    for charger_id, placeholders in found.items():
        # The charger may have been deleted during the review.
        if charger_id in entry.subentries:
            create_charger_issue(hass, entry, charger_id, key, placeholders)
    for issue in issues_of(hass, key):
        charger_id = charger_id_of(issue)
        if charger_id not in found:
            delete_charger_issue(hass, charger_id, key)


async def recent_sessions(
    entry: EvChargingConfigEntry, charger: ConfigSubentry, *, since: float = 0.0, user_id: WhichUser = ...
) -> list[SessionRecord]:
    """Read a charger's completed sessions of the last week, newest first and at most `MOST_READ`.

    `since`: UTC epoch seconds after which they ended. `user_id` None: only sessions without a user.
    """
    household = entry.runtime_data
    ledger = household.ledger
    begin = max(household.clock.now().utc - WEEK_S, since)
    return await ledger.call(ledger.ledger.lately, charger.subentry_id, begin, MOST_READ, user_id=user_id)
