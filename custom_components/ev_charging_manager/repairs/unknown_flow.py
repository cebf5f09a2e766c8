"""The repair of a charger whose sessions are nobody's: who charges there when no card says so?"""

from __future__ import annotations

from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry

from .. import const
from ..adapters.configuration import subentries
from ..flows.fields import one_of
from .flow import HouseholdRepairFlow, RepairResult


class UnknownSessionsFlow(HouseholdRepairFlow):
    """Makes somebody the charger's default user, or leaves it as it is."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """What can be done here; the rest is in the text."""
        return self.menu(*(("default_user",) if self._users() else ()), "ignore")

    async def async_step_default_user(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Whom sessions without a card belong to, from the next one on."""
        errors: dict[str, str] = {}
        if user_input is not None:
            charger = self.entry.subentries.get(self.charger_id)
            if charger is None:
                return self.async_abort(reason="charger_gone", description_placeholders=self.words)
            if user_input[const.CONF_DEFAULT_USER] in self.entry.subentries:
                data = {**charger.data, const.CONF_DEFAULT_USER: user_input[const.CONF_DEFAULT_USER]}
                self.hass.config_entries.async_update_subentry(self.entry, charger, data=data)
                return self.async_create_entry(data={})
            errors = {const.CONF_DEFAULT_USER: "user_gone"}
        form = {vol.Required(const.CONF_DEFAULT_USER): one_of(self._users())}
        return self.form("default_user", form, user_input or {}, errors)

    def _users(self) -> list[ConfigSubentry]:
        users = subentries(self.entry, const.SUBENTRY_USER)
        return [user for user in users if user.data.get(const.CONF_ACTIVE, True)]
