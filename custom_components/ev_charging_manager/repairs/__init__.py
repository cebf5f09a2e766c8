"""Home Assistant's repairs platform: the forms of the integration's issues.

Each file beside this one holds one repair: its condition, its form if it has one, and its withdrawal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..adapters.household.household import EvChargingConfigEntry
from ..const import DOMAIN
from .card import CARD_UNMAPPED, CardRepairFlow
from .deviation import DEVIATION, DeviationFlow
from .stopped import PIPELINE_STOPPED, RestartPipelineFlow
from .unknown import UNKNOWN_SESSIONS, UnknownSessionsFlow

type MakeFlow = Callable[[EvChargingConfigEntry, Mapping[str, Any]], RepairsFlow]

# Flows by the issue's translation key. Other issues only let the user confirm that they were read.
FLOWS: Final[Mapping[str, MakeFlow]] = {
    CARD_UNMAPPED: CardRepairFlow,
    DEVIATION: DeviationFlow,
    PIPELINE_STOPPED: RestartPipelineFlow,
    UNKNOWN_SESSIONS: UnknownSessionsFlow,
}
# These need a household that is set up.
_NEED_HOUSEHOLD: Final = frozenset({DEVIATION, PIPELINE_STOPPED})


async def async_create_fix_flow(hass: HomeAssistant, issue_id: str, data: Mapping[str, Any] | None) -> RepairsFlow:
    """Create the flow that shows the form of an issue."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if data is None or issue is None:
        return ConfirmRepairFlow()
    make_flow = FLOWS.get(issue.translation_key or "")
    entry: EvChargingConfigEntry | None = hass.config_entries.async_get_entry(str(data["entry_id"]))
    if make_flow is None or entry is None:
        return ConfirmRepairFlow()
    if issue.translation_key in _NEED_HOUSEHOLD and entry.state is not ConfigEntryState.LOADED:
        return ConfirmRepairFlow()
    return make_flow(entry, data)
