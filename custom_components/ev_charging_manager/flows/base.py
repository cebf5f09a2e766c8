"""What the subentry flows share: the household, what is being edited, and how a flow ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)


class HouseholdSubentryFlow(ConfigSubentryFlow):
    """Adds or edits one thing of the household."""

    @property
    def entry(self) -> ConfigEntry[Any]:
        """The household. `_get_entry` of newer releases is missing in the oldest one supported."""
        return self.hass.config_entries.async_get_known_entry(self.handler[0])

    @property
    def edited(self) -> ConfigSubentry | None:
        """The subentry that is edited, None while one is being added."""
        return self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None

    def form(
        self,
        step_id: str,
        schema: Mapping[Any, Any],
        values: Mapping[str, Any],
        errors: dict[str, str],
        placeholders: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        """Show a form that holds `values`: what is stored, or what was typed a moment ago."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(dict(schema)), values),
            errors=errors,
            description_placeholders=placeholders,
        )

    def finish(self, title: str, data: Mapping[str, Any], unique_id: str | None = None) -> SubentryFlowResult:
        """Add the subentry or put the edited one in its place; its id and all history stay.

        A twin that another flow added meanwhile is looked for here: the oldest release supported lets the same
        finding of its own escape as an unknown error.
        """
        own_id = self.edited.subentry_id if self.edited else None
        others = (other for other in self.entry.subentries.values() if other.subentry_id != own_id)
        if unique_id is not None and any(other.unique_id == unique_id for other in others):
            return self.async_abort(reason="already_configured")
        if self.edited is None:
            return self.async_create_entry(title=title, data=data, unique_id=unique_id)
        return self.async_update_and_abort(self.entry, self.edited, title=title, data=data, unique_id=unique_id)
