"""The flows of "Add integration", of the entry's options and of each kind of subentry."""

from __future__ import annotations

from types import MappingProxyType

from homeassistant.config_entries import (
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryData,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from . import const
from .flows.card.subentry import CardSubentryFlow
from .flows.charger.draft import ChargerDraft
from .flows.charger.subentry import ChargerSubentryFlow, charger_unique_id
from .flows.charger.wizard import ChargerSteps
from .flows.fields import HouseholdEntry, Input
from .flows.options import HouseholdOptionsFlow
from .flows.user import UserSubentryFlow
from .flows.vehicle import VehicleSubentryFlow

HOUSEHOLD_TITLE = "EV Charging Manager"


class EvChargingManagerConfigFlow(ChargerSteps[ConfigFlowResult], ConfigFlow, domain=const.DOMAIN):
    """Adds a charger; the first one also creates the household's entry."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    def async_get_options_flow(config_entry: HouseholdEntry) -> OptionsFlow:
        """Return the flow of the household's options."""
        return HouseholdOptionsFlow()

    @classmethod
    @callback
    def async_get_supported_subentry_types(cls, config_entry: HouseholdEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the flows that the household's page offers, by subentry type."""
        return {
            const.SUBENTRY_CHARGER: ChargerSubentryFlow,
            const.SUBENTRY_USER: UserSubentryFlow,
            const.SUBENTRY_VEHICLE: VehicleSubentryFlow,
            const.SUBENTRY_RFID: CardSubentryFlow,
        }

    @property
    def household(self) -> HouseholdEntry | None:
        """The only entry; None before the first charger."""
        return next(iter(self.hass.config_entries.async_entries(const.DOMAIN, include_ignore=False)), None)

    @property
    def charger(self) -> ConfigSubentry | None:
        """None: this flow only adds."""
        return None

    async def async_step_user(self, user_input: Input = None) -> ConfigFlowResult:
        """Start the wizard."""
        return await self.async_step_choose(user_input)

    async def finish_charger(self, draft: ChargerDraft) -> ConfigFlowResult:
        """Create the household with the charger, or add the charger to a household that exists by now.

        The unique id is set only here. Core refuses a second flow with it, and the entry of a second flow would
        replace the first household with all its data.
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
