"""Repairs that can be acted on: a stopped pipeline is started again by a click."""

from __future__ import annotations

from typing import Any

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResult

from .adapters.household import HouseholdRuntime


class RestartPipelineFlow(ConfirmRepairFlow):
    """Starts a charger's pipeline again from its last checkpoint."""

    def __init__(self, household: HouseholdRuntime, charger_id: str) -> None:
        """Remember which one."""
        self._household = household
        self._charger_id = charger_id

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> FlowResult:
        """Start it once the user confirmed."""
        if user_input is not None:
            await self._household.restart(self._charger_id)
        return await super().async_step_confirm(user_input)


async def async_create_fix_flow(hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None) -> RepairsFlow:
    """The flow that mends an issue of ours."""
    entry = hass.config_entries.async_get_entry(str(data["entry_id"])) if data else None
    if data is None or entry is None:
        return ConfirmRepairFlow()
    return RestartPipelineFlow(entry.runtime_data, str(data["charger_id"]))
