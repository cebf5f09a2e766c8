"""Event entities: the events of automations as entities, for the history and dashboards."""

from __future__ import annotations

from typing import Any

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import const
from .adapters.household.household import EvChargingConfigEntry, HouseholdRuntime
from .domain.events import CARD_TAPPED, SESSION_EVENTS
from .entity import ChargerEntity

# Nothing is polled and nothing is written to a device.
PARALLEL_UPDATES = 0

SESSION = EventEntityDescription(key="session", event_types=list(SESSION_EVENTS))
# Taps have a separate entity: a card tapped during a session must not hide the session's last event.
CARD = EventEntityDescription(key="card", event_types=[CARD_TAPPED])


async def async_setup_entry(
    hass: HomeAssistant, entry: EvChargingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the entities of each charger, and of each one that is added later."""
    household = entry.runtime_data

    def add_charger(charger: ConfigSubentry) -> None:
        async_add_entities(
            [ChargerEvents(household, charger, SESSION), ChargerEvents(household, charger, CARD)],
            config_subentry_id=charger.subentry_id,
        )

    entry.async_on_unload(household.on_added(const.SUBENTRY_CHARGER, add_charger))


class ChargerEvents(ChargerEntity, EventEntity):
    """The last event of a charger; its fields are the attributes."""

    entity_description: EventEntityDescription

    def __init__(
        self, household: HouseholdRuntime, charger: ConfigSubentry, description: EventEntityDescription
    ) -> None:
        """Show the events that the description names."""
        super().__init__(household, charger, description.key)
        self.entity_description = description
        if description is CARD:
            # Without a card reader the entity stays empty. It can be enabled if a reader is mapped later.
            self._attr_entity_registry_enabled_default = "card" in charger.data[const.CONF_ENTITIES]

    def _listen(self) -> CALLBACK_TYPE:
        return self._household.outbox.listen(self._charger_id, self._on_event)

    @callback
    def _on_event(self, name: str, payload: dict[str, Any]) -> None:
        if name in self.event_types:
            self._trigger_event(name, payload)
            self.async_write_ha_state()
