"""The repair of a stopped pipeline: it is started again by a click."""

from __future__ import annotations

from homeassistant.components.repairs import ConfirmRepairFlow

from ..adapters.household.household import HouseholdRuntime
from .flow import RepairResult


class RestartPipelineFlow(ConfirmRepairFlow):
    """Starts a charger's pipeline again from its last checkpoint."""

    def __init__(self, household: HouseholdRuntime, charger_id: str) -> None:
        """Remember which one."""
        self._household = household
        self._charger_id = charger_id

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairResult:
        """Start it once the user confirmed."""
        if user_input is not None:
            await self._household.restart(self._charger_id)
        return await super().async_step_confirm(user_input)
