"""What our entities share: they are told when to look, and write only what changed."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from . import const
from .adapters.household.household import HouseholdRuntime
from .domain.messages import Progress
from .domain.statistics.sums import Scope


class ToldEntity(Entity):
    """An entity that is told when its value may have changed."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, household: HouseholdRuntime, owner_id: str, key: str) -> None:
        """Name the entity by the id of what it belongs to and its key."""
        self._household = household
        self._attr_unique_id = f"{owner_id}_{key}"
        self._attr_translation_key = key
        self._written: tuple[Any, ...] | None = None

    async def async_added_to_hass(self) -> None:
        """Listen as long as the entity is there. Home Assistant writes the first state by itself."""
        self.async_on_remove(self._listen())
        self._written = self._shown()
        self._show(*self._written)

    def _listen(self) -> CALLBACK_TYPE:
        """Ask to be told; returns what ends it."""
        raise NotImplementedError

    def _shown(self) -> tuple[Any, ...]:
        """All that a state is made of; nothing where states are written by other means."""
        return ()

    def _show(self, *shown: Any) -> None:
        """Keep it for when Home Assistant asks; not needed where it is looked up then."""

    @callback
    def told(self) -> None:
        """Write the state if it is another one: each write costs as much as twenty samples."""
        shown = self._shown()
        if shown != self._written:
            self._written = shown
            self._show(*shown)
            self.async_write_ha_state()


class ChargerEntity(ToldEntity):
    """An entity of a charger's device."""

    def __init__(self, household: HouseholdRuntime, charger: ConfigSubentry, key: str) -> None:
        """Belong to a charger."""
        super().__init__(household, charger.subentry_id, key)
        self._charger_id = charger.subentry_id
        self._display = household.display(charger.subentry_id)
        self._attr_device_info = DeviceInfo(identifiers={(const.DOMAIN, charger.subentry_id)})

    @property
    def progress(self) -> Progress | None:
        """The charger as it is; None while its pipeline does not run."""
        return self._display.progress

    def _listen(self) -> CALLBACK_TYPE:
        """Look when something happens; what grows by itself follows the refreshes as well."""
        return self._display.listen(self.told)


class SumEntity(ToldEntity):
    """An entity that shows a sum, of whichever device."""

    def __init__(self, household: HouseholdRuntime, scope: Scope, owner_id: str, key: str, device: str) -> None:
        """Belong to the device of this id: a charger's, a user's or the entry's."""
        super().__init__(household, owner_id, key)
        self._scope = scope
        self._statistics = household.statistics
        self._attr_device_info = DeviceInfo(identifiers={(const.DOMAIN, device)})

    def _listen(self) -> CALLBACK_TYPE:
        return self._household.on_totals(self._scope, self.told)
