"""The base of the repair forms that concern one charger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.helpers import issue_registry as ir

from .. import const

# Newer releases of Home Assistant have a result type for repair flows; older ones do not.
type RepairResult = Any


class ChargerRepairFlow(RepairsFlow):
    """Shows the forms of an issue that concerns one charger."""

    def __init__(self, entry: ConfigEntry[Any], data: Mapping[str, Any]) -> None:
        """Take the household's entry and the issue's data, which names the charger."""
        self.entry = entry
        self.charger_id = str(data["charger_id"])

    @property
    def words(self) -> dict[str, str]:
        """The issue's placeholders, for the texts of its forms."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        if issue is None:
            return {}
        return dict(issue.translation_placeholders or {})

    @property
    def charger(self) -> ConfigSubentry | None:
        """The charger; None if it was deleted while the form was open."""
        return self.entry.subentries.get(self.charger_id)

    def menu(self, *steps: str) -> RepairResult:
        """Show the menu of the possible remedies."""
        return self.async_show_menu(step_id="init", menu_options=list(steps), description_placeholders=self.words)

    def form(
        self,
        step_id: str,
        schema: Mapping[Any, Any],
        values: Mapping[str, Any],
        errors: dict[str, str],
        **more_words: str,
    ) -> RepairResult:
        """Show a form that is filled in with `values`. `more_words` are further placeholders of its texts."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(dict(schema)), values),
            errors=errors,
            description_placeholders={**self.words, **more_words},
        )

    def end(self, reason: str) -> RepairResult:
        """End without a repair; `reason` is a key of the translations."""
        return self.async_abort(reason=reason, description_placeholders=self.words)

    async def async_step_ignore(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Change nothing and hide the issue."""
        ir.async_get(self.hass).async_ignore(const.DOMAIN, self.issue_id, True)
        return self.end("issue_ignored")
