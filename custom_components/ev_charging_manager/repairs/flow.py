"""What the forms of our repairs share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import issue_registry as ir

from .. import const

# Newer releases give the results of repair flows a type of their own, which older ones do not have.
type RepairResult = Any


class HouseholdRepairFlow(RepairsFlow):
    """Mends something about one charger."""

    def __init__(self, entry: ConfigEntry[Any], charger_id: str) -> None:
        """Remember which one."""
        self.entry = entry
        self.charger_id = charger_id

    @property
    def words(self) -> dict[str, str]:
        """What the repair is about, for the texts of its forms."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return dict((issue and issue.translation_placeholders) or {})

    def menu(self, *steps: str) -> RepairResult:
        """What can be done about it."""
        return self.async_show_menu(step_id="init", menu_options=list(steps), description_placeholders=self.words)

    def form(
        self, step_id: str, schema: Mapping[Any, Any], values: Mapping[str, Any], errors: dict[str, str]
    ) -> RepairResult:
        """Show a form that holds `values`."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(dict(schema)), values),
            errors=errors,
            description_placeholders=self.words,
        )

    async def async_step_ignore(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Leave it as it is, and say nothing more of it."""
        ir.async_get(self.hass).async_ignore(const.DOMAIN, self.issue_id, True)
        return self.async_abort(reason="issue_ignored", description_placeholders=self.words)
