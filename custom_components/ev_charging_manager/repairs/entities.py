"""The repair of mapped entities that no longer exist. It has no form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .. import const
from ..domain.household import Role
from .issues import charger_issue_id, charger_name, delete_charger_issue

ENTITIES_MISSING: Final = "entities_missing"


@callback
def create_entities_issue(hass: HomeAssistant, entry: ConfigEntry[Any], charger_id: str, roles: Iterable[Role]) -> None:
    """Report the roles that have no entity."""
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        charger_issue_id(ENTITIES_MISSING, charger_id),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ENTITIES_MISSING,
        translation_placeholders={
            "charger": charger_name(entry, charger_id),
            "entities": ", ".join(sorted(role.value for role in roles)),
        },
    )


@callback
def delete_entities_issue(hass: HomeAssistant, charger_id: str) -> None:
    """Withdraw the report: the entities exist again, or the charger was paused or deleted."""
    delete_charger_issue(hass, charger_id, ENTITIES_MISSING)
