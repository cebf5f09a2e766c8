"""The ledger during a Home Assistant backup. An error here never fails the backup: it is then only less complete."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...ledger.errors import LedgerError
from .ledger_thread import LedgerThread

_LOGGER = logging.getLogger(__name__)
_UNDER_WAY: HassKey[bool] = HassKey(f"{DOMAIN}_backup_under_way")


async def begin(hass: HomeAssistant) -> None:
    """Leave all ledger files unchanged: a backup begins."""
    hass.data[_UNDER_WAY] = True
    for ledger in _ledgers(hass):
        await _keep_still(ledger, already=False)


async def end(hass: HomeAssistant) -> None:
    """Allow changes of the ledger files again: the backup has ended or failed."""
    hass.data.pop(_UNDER_WAY, None)
    for ledger in _ledgers(hass):
        try:
            await ledger.move_again()
        except (LedgerError, RuntimeError) as error:
            _LOGGER.warning("Could not end the ledger's backup mode; it ends when Home Assistant restarts: %s", error)


async def join(hass: HomeAssistant, ledger: LedgerThread) -> None:
    """Leave the file of a ledger that was just opened unchanged, if a backup is under way."""
    if hass.data.get(_UNDER_WAY):
        await _keep_still(ledger, already=True)


async def _keep_still(ledger: LedgerThread, already: bool) -> None:
    try:
        await ledger.keep_still(already)
    except (LedgerError, RuntimeError) as error:
        _LOGGER.warning("Could not prepare the ledger for the backup; its copy may be incomplete: %s", error)


def _ledgers(hass: HomeAssistant) -> Iterator[LedgerThread]:
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            yield entry.runtime_data.ledger
