"""The repairs of the ledger: one while sessions cannot be written, one for each damaged file that was put aside.

They have no form; Home Assistant's own lets the user confirm that a damaged file was noticed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.household.household import EvChargingConfigEntry
from ..ledger.damage.replacement import Mended
from ..ledger.errors import LedgerError, LedgerFull, LedgerLocked, LedgerReadOnly, LedgerUnresponsive
from .issues import MENDED

UNWRITABLE: Final = "ledger_unwritable"

# Translation keys of errors with a specific remedy; the others show the error's text.
_KEYS: Final[dict[type[LedgerError], str]] = {
    LedgerFull: "ledger_full",
    LedgerReadOnly: "ledger_read_only",
    LedgerLocked: "ledger_locked",
    LedgerUnresponsive: "ledger_unresponsive",
}


class LedgerIssues:
    """Keeps the issues in step with the health of the household's ledger."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._household = entry.runtime_data
        self._ledger = entry.runtime_data.ledger
        self._reported = 0

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; return the callback that ends it and withdraws the report, because the ledger is closed then."""
        stop = self._ledger.health.listen(self._update)
        self._update()

        @callback
        def end() -> None:
            stop()
            delete_unwritable_issue(self._hass)

        return end

    @callback
    def _update(self) -> None:
        health = self._ledger.health
        if health.trouble is None:
            delete_unwritable_issue(self._hass)
        else:
            create_unwritable_issue(self._hass, self._ledger.ledger.path, health.trouble)
        for mended in health.mended[self._reported :]:
            _create_mended_issue(self._hass, mended)
            # The sums still contain the sessions that were lost.
            self._household.sums.recount_soon()
        self._reported = len(health.mended)


@callback
def create_unwritable_issue(hass: HomeAssistant, path: Path, error: LedgerError) -> None:
    """Report why sessions cannot be written, and the remedy."""
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        UNWRITABLE,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=_KEYS.get(type(error), UNWRITABLE),
        translation_placeholders={"file": str(path), "reason": str(error)},
    )


@callback
def delete_unwritable_issue(hass: HomeAssistant) -> None:
    """Withdraw the report: sessions are written again."""
    ir.async_delete_issue(hass, const.DOMAIN, UNWRITABLE)


@callback
def _create_mended_issue(hass: HomeAssistant, mended: Mended) -> None:
    """Report what was saved and lost, until the user confirms; the only other trace is a log line."""
    salvaged = mended.salvaged
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        f"{MENDED}{mended.aside.name}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="ledger_put_aside" if salvaged.lost is None else "ledger_mended",
        translation_placeholders={
            "file": str(mended.aside),
            "saved": str(salvaged.saved),
            "lost": str(salvaged.lost or 0),
            "incomplete": str(salvaged.incomplete),
        },
    )
