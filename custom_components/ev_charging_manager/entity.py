"""The base classes of the entities: they listen for changes, and write a state only if it changed."""

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


class HouseholdEntity(Entity):
    """An entity that is notified when its state may have changed."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, household: HouseholdRuntime, owner_id: str, key: str) -> None:
        """Build the unique id from `owner_id`, the id of a subentry or the entry, and the entity's key."""
        self._household = household
        self._attr_unique_id = f"{owner_id}_{key}"
        self._attr_translation_key = key
        self._written: tuple[Any, ...] | None = None

    async def async_added_to_hass(self) -> None:
        """Listen until the entity is removed. Home Assistant writes the first state."""
        self.async_on_remove(self._listen())
        self._written = self._content()
        self._keep(*self._written)

    def _listen(self) -> CALLBACK_TYPE:
        """Listen for changes; return the function that stops it."""
        raise NotImplementedError

    def _content(self) -> tuple[Any, ...]:
        """Return the values that the state is made of; none for an entity that writes its states elsewhere."""
        return ()

    def _keep(self, *content: Any) -> None:
        """Keep the values for the properties that Home Assistant reads; not needed where a property computes them."""

    @callback
    def write_if_changed(self) -> None:
        """Write the state if it changed: a write costs as much as twenty samples."""
        content = self._content()
        if content != self._written:
            self._written = content
            self._keep(*content)
            self.async_write_ha_state()


class ChargerEntity(HouseholdEntity):
    """An entity of a charger's device."""

    def __init__(self, household: HouseholdRuntime, charger: ConfigSubentry, key: str) -> None:
        """Put the entity on the charger's device."""
        super().__init__(household, charger.subentry_id, key)
        self._charger_id = charger.subentry_id
        self._display = household.display(charger.subentry_id)
        self._attr_device_info = DeviceInfo(identifiers={(const.DOMAIN, charger.subentry_id)})

    @property
    def progress(self) -> Progress | None:
        """The latest view of the charger; None while its pipeline does not run."""
        return self._display.progress

    def _listen(self) -> CALLBACK_TYPE:
        """Listen for events at the charger. Entities with growing values also follow the refreshes."""
        return self._display.listen(self.write_if_changed)


class SumEntity(HouseholdEntity):
    """An entity that shows the sum of a scope."""

    def __init__(self, household: HouseholdRuntime, scope: Scope, owner_id: str, key: str, device: str) -> None:
        """Put the entity on a device: `device` is the id of a charger, a user or the entry."""
        super().__init__(household, owner_id, key)
        self._scope = scope
        self._statistics = household.statistics
        self._attr_device_info = DeviceInfo(identifiers={(const.DOMAIN, device)})

    def _listen(self) -> CALLBACK_TYPE:
        return self._household.on_totals(self._scope, self.write_if_changed)
