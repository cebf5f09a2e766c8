"""Chargers on the household's page: added, edited, replaced."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, SubentryFlowResult

from .base import HouseholdSubentryFlow
from .cards import rename_cards
from .charger import ChargerSteps
from .charger_draft import ChargerDraft


def charger_unique_id(serial: str) -> str:
    """The unique id of a charger's subentry: of two flows that set up one charger at once the second is refused."""
    return f"charger_{serial.casefold()}"


class ChargerSubentryFlow(ChargerSteps[SubentryFlowResult], HouseholdSubentryFlow):
    """The charger wizard for an existing household."""

    @property
    def household(self) -> ConfigEntry[Any]:
        """The household whose page the wizard was opened on."""
        return self.entry

    @property
    def charger(self) -> ConfigSubentry | None:
        """The charger that is edited; None while one is being added."""
        return self.edited

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a charger."""
        return await self.async_step_choose(user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Edit a charger, or put another one in its place under the same history."""
        return await self.async_step_choose(user_input)

    async def finish_charger(self, draft: ChargerDraft) -> SubentryFlowResult:
        """Store the charger under its subentry id."""
        result = self.finish(draft.name, draft.data(), charger_unique_id(draft.serial))
        rename_cards(self.hass, self.entry)
        return result
