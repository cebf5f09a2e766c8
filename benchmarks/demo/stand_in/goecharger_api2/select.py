"""The card of the charger's present transaction."""

from __future__ import annotations

from homeassistant.components.select import SelectEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import ChargerEntry
from .entity import ChargerEntity

_NOBODY = "null"
_SLOTS = range(11)


async def async_setup_entry(
    hass: HomeAssistant, entry: ChargerEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the card."""
    async_add_entities([CardSelect(entry)])


class CardSelect(ChargerEntity, SelectEntity):
    """`null`: no transaction; `0`: open access; `1`–`10`: the slot of a card."""

    def __init__(self, entry: ChargerEntry) -> None:
        """Follow `trx`."""
        super().__init__(entry, Platform.SELECT, "trx", "Card")
        self._attr_options = [_NOBODY, *map(str, _SLOTS)]

    @property
    def current_option(self) -> str:
        """The present card."""
        slot = self.told("trx")
        if slot is None:
            return _NOBODY
        return str(slot)

    async def async_select_option(self, option: str) -> None:
        """Ignore the choice: simulated drivers use cards."""
        raise HomeAssistantError("Only the simulated drivers hold cards to this charger.")
