"""The repairs of an integration that is deleted."""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .ledger_issue import MENDED


@callback
def forget_all(hass: HomeAssistant) -> None:
    """Take back everything that is said of the household, but not what became of its history."""
    ours = [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN]
    for issue_id in ours:
        if not issue_id.startswith(MENDED):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
