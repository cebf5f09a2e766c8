"""Chargers on the household's page: added, edited, replaced."""

from __future__ import annotations

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult

from ..cards import rename_cards
from ..fields import HouseholdEntry, Input
from ..subentry import HouseholdSubentryFlow
from .draft import ChargerDraft
from .wizard import ChargerSteps


def charger_unique_id(serial: str) -> str:
    """Return the unique id of a charger's subentry, by which a second flow for the same charger is refused."""
    return f"charger_{serial.casefold()}"


class ChargerSubentryFlow(ChargerSteps[SubentryFlowResult], HouseholdSubentryFlow):
    """The charger wizard for an existing household."""

    @property
    def household(self) -> HouseholdEntry:
        """The household on the page of which the wizard was opened."""
        return self.entry

    @property
    def charger(self) -> ConfigSubentry | None:
        """The charger that is edited; None while one is being added."""
        return self.edited

    async def async_step_user(self, user_input: Input = None) -> SubentryFlowResult:
        """Add a charger."""
        return await self.async_step_choose(user_input)

    async def async_step_reconfigure(self, user_input: Input = None) -> SubentryFlowResult:
        """Edit a charger, or replace it by another one that continues its history."""
        return await self.async_step_choose(user_input)

    async def finish_charger(self, draft: ChargerDraft) -> SubentryFlowResult:
        """Store the charger under its subentry id."""
        result = self.finish(draft.name, draft.data(), charger_unique_id(draft.serial))
        rename_cards(self.hass, self.entry)
        return result
