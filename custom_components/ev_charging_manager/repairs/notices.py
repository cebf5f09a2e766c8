"""The repairs behind the conditions that adapters report."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .stopped_issue import forget_stopped, tell_stopped


class RepairNotices:
    """Creates and withdraws the repairs of a household's chargers."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Report nothing yet."""
        self._hass = hass
        self._entry = entry

    @callback
    def stopped(self, charger_id: str) -> None:
        """Create the repair for a stopped pipeline."""
        tell_stopped(self._hass, self._entry, charger_id)

    @callback
    def started(self, charger_id: str) -> None:
        """Withdraw the repair for a stopped pipeline."""
        forget_stopped(self._hass, charger_id)
