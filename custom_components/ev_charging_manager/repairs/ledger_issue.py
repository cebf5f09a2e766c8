"""The ledger in trouble: one repair while sessions cannot be written, one for each damaged file that was put aside."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..adapters.household.household import EvChargingConfigEntry
from ..const import DOMAIN
from ..ledger.damage.replacement import Mended
from ..ledger.errors import LedgerError, LedgerFull, LedgerLocked, LedgerReadOnly, LedgerUnresponsive

UNWRITABLE: Final = "ledger_unwritable"
MENDED: Final = "ledger_mended_"

# What to do about it differs; everything else is told in the ledger's own words.
_KINDS: Final[dict[type[LedgerError], str]] = {
    LedgerFull: "ledger_full",
    LedgerReadOnly: "ledger_read_only",
    LedgerLocked: "ledger_locked",
    LedgerUnresponsive: "ledger_unresponsive",
}


class LedgerIssues:
    """Follows the health of the household's ledger."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
        """Prepare; `start` begins to listen."""
        self._hass = hass
        self._household = entry.runtime_data
        self._ledger = entry.runtime_data.ledger
        self._told = 0

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it, and with it what is said of a ledger that nobody writes any more."""
        stop = self._ledger.health.listen(self._look)
        self._look()

        @callback
        def end() -> None:
            stop()
            writable(self._hass)

        return end

    @callback
    def _look(self) -> None:
        health = self._ledger.health
        if health.trouble is None:
            writable(self._hass)
        else:
            unwritable(self._hass, self._ledger.ledger.path, health.trouble)
        for mended in health.mended[self._told :]:
            _mended(self._hass, mended)
            # What was lost is in no sum any more.
            self._household.sums.recount_soon()
        self._told = len(health.mended)


@callback
def unwritable(hass: HomeAssistant, path: Path, error: LedgerError) -> None:
    """Sessions cannot be written: why, and what to do."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        UNWRITABLE,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=_KINDS.get(type(error), UNWRITABLE),
        translation_placeholders={"file": str(path), "reason": str(error)},
    )


@callback
def writable(hass: HomeAssistant) -> None:
    """Sessions are written again."""
    ir.async_delete_issue(hass, DOMAIN, UNWRITABLE)


@callback
def _mended(hass: HomeAssistant, mended: Mended) -> None:
    """It stays until somebody has read it, over restarts too: nothing else tells of what was lost."""
    salvaged = mended.salvaged
    ir.async_create_issue(
        hass,
        DOMAIN,
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
