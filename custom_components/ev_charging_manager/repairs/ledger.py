"""The repairs of the ledger: while sessions cannot be written, and for each file that was put aside or written back.

They have no form; Home Assistant's own lets the user confirm that the report was read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..adapters.household.household import EvChargingConfigEntry
from ..ledger.damage.replacement import Mended
from ..ledger.damage.restoration import Restored
from ..ledger.errors import LedgerError, LedgerFull, LedgerLocked, LedgerReadOnly, LedgerUnresponsive
from .issues import MENDED, RESTORED

UNWRITABLE: Final = "ledger_unwritable"
VALUE_PUT_ASIDE: Final = "ledger_value_put_aside"

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
        self._reported_restored = 0
        self._reported_aside = 0

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
        for restored in health.restored[self._reported_restored :]:
            _create_restored_issue(self._hass, restored)
        self._reported_restored = len(health.restored)
        if len(health.aside) > self._reported_aside:
            _create_aside_issue(self._hass, self._ledger.ledger.path, len(health.aside))
        self._reported_aside = len(health.aside)


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
def _create_restored_issue(hass: HomeAssistant, restored: Restored) -> None:
    """Report that the ledger was deleted or replaced, until the user confirms: it would happen again."""
    key = "ledger_deleted"
    kept = ""
    if restored.aside is not None:
        key = "ledger_replaced"
        kept = str(restored.aside)
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        f"{RESTORED}{Path(kept).name or 'deleted'}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"file": str(restored.path), "kept": kept},
    )


@callback
def _create_aside_issue(hass: HomeAssistant, path: Path, count: int) -> None:
    """Report that sessions, events or checkpoints are missing because the ledger cannot store them."""
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        VALUE_PUT_ASIDE,
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=VALUE_PUT_ASIDE,
        translation_placeholders={"file": str(path), "count": str(count)},
    )


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
