"""What Home Assistant opens for "Add integration", for the entry's options and for each kind of subentry."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryData,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from . import const
from .flows.card import CardSubentryFlow
from .flows.charger import ChargerSteps
from .flows.charger_draft import ChargerDraft
from .flows.charger_subentry import ChargerSubentryFlow, charger_unique_id
from .flows.options import HouseholdOptionsFlow
from .flows.user import UserSubentryFlow
from .flows.vehicle import VehicleSubentryFlow

HOUSEHOLD_TITLE = "EV Charging Manager"


class EvChargingManagerConfigFlow(ChargerSteps[ConfigFlowResult], ConfigFlow, domain=const.DOMAIN):
    """Adds a charger; with the first one it makes the household."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    def async_get_options_flow(config_entry: ConfigEntry[Any]) -> OptionsFlow:
        """The household's options."""
        return HouseholdOptionsFlow()

    @classmethod
    @callback
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry[Any]) -> dict[str, type[ConfigSubentryFlow]]:
        """What the household's page can add."""
        return {
            const.SUBENTRY_CHARGER: ChargerSubentryFlow,
            const.SUBENTRY_USER: UserSubentryFlow,
            const.SUBENTRY_VEHICLE: VehicleSubentryFlow,
            const.SUBENTRY_RFID: CardSubentryFlow,
        }

    @property
    def household(self) -> ConfigEntry[Any] | None:
        """The one entry, if it is there already."""
        entries = self.hass.config_entries.async_entries(const.DOMAIN, include_ignore=False)
        return entries[0] if entries else None

    @property
    def charger(self) -> ConfigSubentry | None:
        """None: this flow only adds."""
        return None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Start the wizard."""
        return await self.async_step_choose(user_input)

    async def finish_charger(self, draft: ChargerDraft) -> ConfigFlowResult:
        """Make the household, or add to it: it may have come into being while this wizard was open.

        The unique id is set last. A flow that has it makes the household at this very moment, and the entry of a
        second one would replace the first with all that is in it.
        """
        household, unique_id = self.household, charger_unique_id(draft.serial)
        if household is None:
            await self.async_set_unique_id(const.DOMAIN)
            return self._household_of(draft, unique_id)
        charger = ConfigSubentry(
            data=MappingProxyType(draft.data()),
            subentry_type=const.SUBENTRY_CHARGER,
            title=draft.name,
            unique_id=unique_id,
        )
        self.hass.config_entries.async_add_subentry(household, charger)
        return self.async_abort(reason="charger_added", description_placeholders={"name": draft.name})

    def _household_of(self, draft: ChargerDraft, unique_id: str) -> ConfigFlowResult:
        first = ConfigSubentryData(
            data=draft.data(), subentry_type=const.SUBENTRY_CHARGER, title=draft.name, unique_id=unique_id
        )
        return self.async_create_entry(title=HOUSEHOLD_TITLE, data={}, subentries=[first])
