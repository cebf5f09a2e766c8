"""Backup platform: the ledger's file does not change during a backup, while sessions are still recorded."""

from __future__ import annotations

from homeassistant.core import HomeAssistant

from .adapters.recording import backup


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Write everything into the ledger's file and leave it unchanged."""
    await backup.begin(hass)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Allow changes of the ledger's file again."""
    await backup.end(hass)
