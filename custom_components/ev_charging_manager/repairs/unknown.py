"""The repair of a charger with a card reader where several sessions within a week have no known user."""

from __future__ import annotations

from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant

from .. import const
from ..adapters.configuration import active_users, entities_of
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.household import Role, UserType
from ..domain.records import SessionRecord
from ..flows.fields import one_of
from . import recent_sessions
from .flow import ChargerRepairFlow, RepairResult

UNKNOWN_SESSIONS: Final = "unknown_sessions"


async def review(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Create the issue for each charger with enough unknown sessions, and delete it for the others."""
    await recent_sessions.review(hass, entry, UNKNOWN_SESSIONS, _finding)


async def _finding(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> dict[str, str] | None:
    if not _expects_cards(entry, charger):
        return None
    # Sessions without a user also include those of guests.
    sessions = await recent_sessions.recent_sessions(entry, charger, user_id=None)
    count = sum(_is_unknown(session) for session in sessions)
    if count < recent_sessions.ENOUGH:
        return None
    return {"count": str(count)}


def _expects_cards(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> bool:
    """Return whether a session without a card is unexpected; a default user covers those sessions."""
    return Role.CARD in entities_of(charger) and charger.data.get(const.CONF_DEFAULT_USER) not in entry.subentries


def _is_unknown(session: SessionRecord) -> bool:
    """Return whether no user was found; a person may also have chosen to leave the session without one."""
    who = session.identity
    return who.user_type is UserType.UNKNOWN and who.identified_by is None


class UnknownSessionsFlow(ChargerRepairFlow):
    """Sets the charger's default user, or ignores the issue."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Show the menu."""
        if active_users(self.entry):
            return self.menu("default_user", "ignore")
        return self.menu("ignore")

    async def async_step_default_user(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Choose the user of sessions without a card, from the next session on."""
        errors: dict[str, str] = {}
        if user_input is not None:
            charger = self.charger
            if charger is None:
                return self.end("charger_gone")
            user_id = user_input[const.CONF_DEFAULT_USER]
            if user_id in self.entry.subentries:
                return self._store(charger, user_id)
            errors = {const.CONF_DEFAULT_USER: "user_gone"}
        form = {vol.Required(const.CONF_DEFAULT_USER): one_of(active_users(self.entry))}
        return self.form("default_user", form, user_input or {}, errors)

    def _store(self, charger: ConfigSubentry, user_id: str) -> RepairResult:
        data = {**charger.data, const.CONF_DEFAULT_USER: user_id}
        self.hass.config_entries.async_update_subentry(self.entry, charger, data=data)
        return self.async_create_entry(data={})
