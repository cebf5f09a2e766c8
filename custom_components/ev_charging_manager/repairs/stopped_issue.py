"""The repair for a charger whose pipeline gave up: somebody has to know, and can start it again."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN


@callback
def tell_stopped(hass: HomeAssistant, entry: ConfigEntry[Any], charger_id: str) -> None:
    """Say that nothing is recorded at this charger any more."""
    charger = entry.subentries.get(charger_id)
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(charger_id),
        data={"entry_id": entry.entry_id, "charger_id": charger_id},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key="pipeline_stopped",
        translation_placeholders={"charger": charger.title if charger else charger_id},
    )


@callback
def forget_stopped(hass: HomeAssistant, charger_id: str) -> None:
    """It is recorded again, or the charger is gone as well."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(charger_id))


def _issue_id(charger_id: str) -> str:
    return f"pipeline_stopped_{charger_id}"
