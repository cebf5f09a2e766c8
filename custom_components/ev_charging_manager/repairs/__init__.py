"""Repairs that can be acted on, each by its own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..adapters.household.household import EvChargingConfigEntry
from ..const import DOMAIN
from .card_flow import CardRepairFlow
from .deviation_flow import DeviationFlow
from .stopped_flow import RestartPipelineFlow
from .unknown_flow import UnknownSessionsFlow


async def async_create_fix_flow(hass: HomeAssistant, issue_id: str, data: Mapping[str, Any] | None) -> RepairsFlow:
    """The flow that mends an issue of ours."""
    entry: EvChargingConfigEntry | None = hass.config_entries.async_get_entry(str(data["entry_id"])) if data else None
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if data is None or entry is None or issue is None:
        return ConfirmRepairFlow()
    charger_id = str(data["charger_id"])
    match issue.translation_key:
        case "card_unmapped":
            return CardRepairFlow(entry, charger_id, str(data["card"]))
        case "unknown_sessions":
            return UnknownSessionsFlow(entry, charger_id)
        case "deviation" if entry.state is ConfigEntryState.LOADED:
            return DeviationFlow(entry, charger_id)
        case _ if entry.state is ConfigEntryState.LOADED:
            return RestartPipelineFlow(entry.runtime_data, charger_id)
        case _:
            return ConfirmRepairFlow()
