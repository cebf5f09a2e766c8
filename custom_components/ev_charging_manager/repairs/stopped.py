"""The repair of a pipeline that gave up: its form restarts the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.repairs import ConfirmRepairFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..adapters.household.household import EvChargingConfigEntry
from .flow import RepairResult
from .issues import create_charger_issue, delete_charger_issue

PIPELINE_STOPPED: Final = "pipeline_stopped"


@callback
def create_stopped_issue(hass: HomeAssistant, entry: ConfigEntry[Any], charger_id: str) -> None:
    """Report that nothing is recorded at this charger."""
    create_charger_issue(hass, entry, charger_id, PIPELINE_STOPPED, {}, ir.IssueSeverity.ERROR)


@callback
def delete_stopped_issue(hass: HomeAssistant, charger_id: str) -> None:
    """Withdraw the report: the pipeline runs again, or the charger was deleted."""
    delete_charger_issue(hass, charger_id, PIPELINE_STOPPED)


class RestartPipelineFlow(ConfirmRepairFlow):
    """Restarts a charger's pipeline from its last checkpoint."""

    def __init__(self, entry: EvChargingConfigEntry, data: Mapping[str, Any]) -> None:
        """Take the household's entry and the issue's data, which names the charger."""
        self._household = entry.runtime_data
        self._charger_id = str(data["charger_id"])

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairResult:
        """Restart the pipeline once the user confirmed."""
        if user_input is not None:
            await self._household.restart(self._charger_id)
        return await super().async_step_confirm(user_input)
