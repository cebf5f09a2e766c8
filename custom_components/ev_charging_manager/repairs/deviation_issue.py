"""Sessions that go on disagreeing with the charger's total counter: something is mapped or wired in a wrong way."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.configuration import entities_of, subentries
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.household import Role
from ..domain.metering.validation import Comparison, compared
from ..domain.quantity import kwh
from ..ledger.errors import LedgerError
from .card_issue import issues_of

_LOGGER = logging.getLogger(__name__)

DEVIATION: Final = "deviation"
ENOUGH: Final = 3
WEEK_S: Final = 7 * 86_400.0
# One that agrees may be chance, such as a session that is too short to show the difference.
AGREED: Final = 2
# The newest of a charger; more than most have in a week.
LOOKED_AT: Final = 100


@dataclass(frozen=True, slots=True)
class Deviating:
    """A charger whose sessions go on disagreeing with its total counter."""

    count: int
    last: Comparison


async def review(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Raise a repair for each charger whose sessions keep deviating, and take back those that agree again."""
    chargers = {item.subentry_id: item for item in subentries(entry, const.SUBENTRY_CHARGER)}
    try:
        found = {charger_id: await _deviating(entry, charger) for charger_id, charger in chargers.items()}
    except (LedgerError, RuntimeError) as error:
        # A ledger that was closed meanwhile: whoever opens it again looks again.
        _LOGGER.debug("Sessions could not be held against the total counter: %s", error)
        return
    for charger_id, deviating in found.items():
        if deviating is not None:
            _raise(hass, entry, chargers[charger_id], deviating)
    for issue in issues_of(hass, DEVIATION):
        if found.get(str((issue.data or {}).get("charger_id"))) is None:
            ir.async_delete_issue(hass, const.DOMAIN, issue.issue_id)


async def _deviating(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> Deviating | None:
    """How a charger deviates; None while it does not, or is no longer compared."""
    if not entities_of(charger).keys() >= {Role.TOTAL_ENERGY, Role.SESSION_ENERGY}:
        # Measured with the total itself, there is nothing to hold it against, and nothing to do without it.
        return None
    newest_first = await _comparisons(entry, charger)
    doubtful = [comparison for comparison in newest_first if comparison.doubtful]
    if len(doubtful) < ENOUGH or not any(comparison.doubtful for comparison in newest_first[:AGREED]):
        return None
    return Deviating(len(doubtful), doubtful[0])


async def _comparisons(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> list[Comparison]:
    """What was compared within a week, newest first, and nobody has looked into yet."""
    household = entry.runtime_data
    ledger, checked = household.ledger, charger.data.get(const.CONF_DEVIATION_CHECKED) or 0.0
    since = max(household.clock.now().utc - WEEK_S, checked)
    lately = await ledger.call(ledger.ledger.lately, charger.subentry_id, since, LOOKED_AT)
    # What had ended when somebody looked is looked into.
    recent = (session for session in lately if (session.ended_at or 0.0) > checked)
    return [comparison for session in recent if (comparison := compared(session)) is not None]


@callback
def _raise(hass: HomeAssistant, entry: EvChargingConfigEntry, charger: ConfigSubentry, deviating: Deviating) -> None:
    last = deviating.last
    tracked = last.record.energy_mwh
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        f"{DEVIATION}_{charger.subentry_id}",
        data={"entry_id": entry.entry_id, "charger_id": charger.subentry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=DEVIATION,
        translation_placeholders={
            "charger": charger.title,
            "count": str(deviating.count),
            "deviation": f"{last.record.deviation_pct or 0.0:+.1f}",
            "tracked": f"{kwh(tracked):.3f}",
            "metered": f"{kwh(tracked - last.apart_mwh):.3f}",
        },
    )
