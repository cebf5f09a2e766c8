"""The issues behind the conditions that adapters report: the implementation of `adapters/notices.py`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..adapters.notices import PriceUnit
from ..domain.household import Role
from .entities import create_entities_issue, delete_entities_issue
from .price_unit import create_price_unit_issue, delete_price_unit_issue
from .stopped import create_stopped_issue, delete_stopped_issue


class RepairNotices:
    """Creates and deletes the issues of a household's chargers."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Report nothing yet."""
        self._hass = hass
        self._entry = entry

    @callback
    def stopped(self, charger_id: str) -> None:
        """Create the issue of a stopped pipeline."""
        create_stopped_issue(self._hass, self._entry, charger_id)

    @callback
    def started(self, charger_id: str) -> None:
        """Delete the issue of a stopped pipeline."""
        delete_stopped_issue(self._hass, charger_id)

    @callback
    def entities_missing(self, charger_id: str, roles: Iterable[Role]) -> None:
        """Create the issue of missing entities."""
        create_entities_issue(self._hass, self._entry, charger_id, roles)

    @callback
    def entities_found(self, charger_id: str) -> None:
        """Delete the issue of missing entities."""
        delete_entities_issue(self._hass, charger_id)

    @callback
    def price_unit_unknown(self, charger_id: str, price_unit: PriceUnit) -> None:
        """Create the issue of a price unit that cannot be converted."""
        create_price_unit_issue(self._hass, charger_id, price_unit)

    @callback
    def price_unit_known(self, charger_id: str) -> None:
        """Delete the issue of a price unit that cannot be converted."""
        delete_price_unit_issue(self._hass, charger_id)
