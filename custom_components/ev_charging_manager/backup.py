"""Home Assistant's backups: the ledger's file does not change while it is copied, and sessions go on being written."""

from __future__ import annotations

from homeassistant.core import HomeAssistant

from .adapters.recording import backup as backing_up


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Bring everything into the ledger's file and leave that as it is."""
    await backing_up.begin(hass)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Go on as usual."""
    await backing_up.end(hass)
