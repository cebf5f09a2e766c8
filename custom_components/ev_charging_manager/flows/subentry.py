"""The base of the subentry flows: the household, the edited subentry, and the end of a flow."""

from __future__ import annotations

from collections.abc import Mapping

import voluptuous as vol
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult

from .fields import Errors, Form, HouseholdEntry, Values, id_of


class HouseholdSubentryFlow(ConfigSubentryFlow):
    """Adds or edits one subentry of the household."""

    @property
    def entry(self) -> HouseholdEntry:
        """The household. The oldest supported release has no `_get_entry`."""
        return self.hass.config_entries.async_get_known_entry(self.handler[0])

    @property
    def edited(self) -> ConfigSubentry | None:
        """The subentry that is edited; None while one is being added."""
        if self.source != SOURCE_RECONFIGURE:
            return None
        return self._get_reconfigure_subentry()

    @property
    def stored(self) -> Values:
        """The data of the edited subentry; empty while one is being added."""
        if self.edited is None:
            return {}
        return self.edited.data

    def form(
        self,
        step_id: str,
        schema: Form,
        values: Values,
        errors: Errors | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        """Show a form with `values` in its fields: the stored ones, or those that were just submitted."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(schema), values),
            errors=errors or {},
            description_placeholders=placeholders,
        )

    def finish(self, title: str, data: Values, unique_id: str | None = None) -> SubentryFlowResult:
        """Add the subentry, or replace the data of the edited one, which keeps its id and history.

        Abort if another flow added a subentry of the same unique id meanwhile. The oldest supported release finds
        the duplicate too, but shows it as an unknown error.
        """
        if unique_id is not None and unique_id in self._other_unique_ids():
            return self.async_abort(reason="already_configured")
        if self.edited is None:
            return self.async_create_entry(title=title, data=data, unique_id=unique_id)
        return self.async_update_and_abort(self.entry, self.edited, title=title, data=data, unique_id=unique_id)

    def _other_unique_ids(self) -> set[str | None]:
        edited_id = id_of(self.edited)
        return {item.unique_id for item in self.entry.subentries.values() if item.subentry_id != edited_id}
