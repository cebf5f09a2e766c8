"""What a backup asks of the ledger. Nothing here fails a backup: a copy without these sessions beats none at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ...const import DOMAIN
from ...ledger.errors import LedgerError
from .ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)
_UNDER_WAY: Final = f"{DOMAIN}_backup_under_way"


async def begin(hass: HomeAssistant) -> None:
    """A backup begins."""
    hass.data[_UNDER_WAY] = True
    for ledger in _ledgers(hass):
        await _keep_still(ledger, already=False)


async def end(hass: HomeAssistant) -> None:
    """The backup is over, or has failed."""
    hass.data.pop(_UNDER_WAY, None)
    for ledger in _ledgers(hass):
        try:
            await ledger.move_again()
        except (LedgerError, RuntimeError) as error:
            _LOGGER.warning("The ledger could not be told that the backup is over: %s", error)


async def join(hass: HomeAssistant, ledger: LedgerThread) -> None:
    """A ledger is opened: it keeps still like one that was open when the backup began."""
    if hass.data.get(_UNDER_WAY):
        await _keep_still(ledger, already=True)


async def _keep_still(ledger: LedgerThread, already: bool) -> None:
    try:
        await ledger.keep_still(already)
    except (LedgerError, RuntimeError) as error:
        _LOGGER.warning("The ledger may be incomplete in this backup: %s", error)


def _ledgers(hass: HomeAssistant) -> Iterator[LedgerThread]:
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            yield entry.runtime_data.ledger
