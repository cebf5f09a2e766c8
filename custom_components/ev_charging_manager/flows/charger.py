"""The charger wizard: one set of steps for "Add integration", "Add charger" and editing a charger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import FlowResult
from homeassistant.helpers import area_registry as ar
from homeassistant.util.network import is_host_valid

from .. import const
from ..adapters.charger.discovery import known_chargers, serials
from ..adapters.configuration import subentries
from ..domain.household import Role
from ..profiles import ALL, BY_KEY
from . import charger_forms as forms
from .charger_draft import ChargerDraft
from .entities import CheckedEntities, check_entities
from .fields import errors_of, name_error, power_error, stripped, text_error
from .pricing import Input, PricingSteps


class ChargerSteps[ResultT: FlowResult[Any, Any]](PricingSteps[ResultT]):
    """Choose, name, map entities, then price. The flow that uses it says where the charger goes in the end."""

    async def async_step_choose(self, user_input: Input = None) -> ResultT:
        """A charger that Home Assistant knows, or a family by hand."""
        own_id = self.charger.subentry_id if self.charger else None
        known = {one.key: one for one in known_chargers(self.hass, self.household, besides=own_id)}
        errors: dict[str, str] = {}
        if user_input is not None:
            source = user_input[forms.CONF_SOURCE]
            self.draft = ChargerDraft.of(self.charger) if self.charger else ChargerDraft(ALL[0])
            if source in known:
                self.draft.take_over(known[source])
            elif source in BY_KEY:
                self.draft.switch_to(BY_KEY[source])
            elif source != forms.KEEP:
                errors[forms.CONF_SOURCE] = "charger_gone"
            if not errors:
                return await self.async_step_charger()
        form = forms.choose_form(known.values(), editing=self.charger is not None)
        return self._form("choose", form, {}, errors)

    async def async_step_charger(self, user_input: Input = None) -> ResultT:
        """Name, serial and area."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input, CONF_NAME, const.CONF_SERIAL)
            errors = self._identity_errors(user_input)
            if not errors:
                self._take_identity(user_input)
                return await self.async_step_entities()
        form = forms.identity_form(self.draft, editing=self.charger is not None)
        values = forms.identity_values(self.draft) if user_input is None else user_input
        return self._form("charger", form, values, errors, {"profile": self.draft.profile.name})

    async def async_step_entities(self, user_input: Input = None) -> ResultT:
        """Which entity tells what."""
        checked = CheckedEntities()
        users = self._default_users()
        if user_input is not None:
            user_input = _without_blanks(user_input)
            checked = self._checked(user_input)
            if not checked.errors:
                self._take_entities(user_input, checked)
                return await self.async_step_pricing()
        values = forms.entities_values(self.hass, self.draft, users) if user_input is None else user_input
        placeholders = {"name": self.draft.name, "wrong_units": ", ".join(checked.wrong_units)}
        form = forms.entities_form(self.hass, self.draft, users)
        return self._form("entities", form, values, checked.errors, placeholders)

    def _form(
        self,
        step_id: str,
        form: forms.Form,
        values: Mapping[str, Any],
        errors: dict[str, str],
        placeholders: Mapping[str, str] | None = None,
    ) -> ResultT:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(form), values),
            errors=errors,
            description_placeholders=placeholders,
            last_step=False,
        )

    def _identity_errors(self, typed: Mapping[str, Any]) -> dict[str, str]:
        own_id = self.charger.subentry_id if self.charger else None
        serial, area_id = typed[const.CONF_SERIAL], typed.get(const.CONF_AREA)
        taken = serial.casefold() in serials(self.household, besides=own_id)
        unknown_area = area_id and ar.async_get(self.hass).async_get_area(area_id) is None
        return errors_of(
            {
                CONF_NAME: name_error(self.household, const.SUBENTRY_CHARGER, typed[CONF_NAME], self.charger),
                const.CONF_SERIAL: "serial_in_use" if taken else text_error(serial) if serial else "serial_required",
                const.CONF_AREA: "area_not_found" if unknown_area else None,
            }
        )

    def _take_identity(self, typed: Mapping[str, Any]) -> None:
        self.draft.name = typed[CONF_NAME]
        self.draft.serial = typed[const.CONF_SERIAL]
        self.draft.area_id = typed.get(const.CONF_AREA)
        self.draft.paused = typed.get(const.CONF_PAUSED, False)

    def _default_users(self) -> list[ConfigSubentry]:
        """Who can be the charger's default user: everyone who is active, and who is it already."""
        users = subentries(self.household, const.SUBENTRY_USER) if self.household else ()
        return [
            user
            for user in users
            if user.data.get(const.CONF_ACTIVE, True) or user.subentry_id == self.draft.default_user_id
        ]

    def _checked(self, typed: Mapping[str, Any]) -> CheckedEntities:
        checked = check_entities(self.hass, self.draft.profile, typed)
        host, max_kw = typed.get(const.CONF_HOST), typed.get(const.CONF_MAX_POWER_KW)
        wordless = const.CONF_CHARGING_WORDS in typed and Role.STATUS not in typed
        checked.errors |= errors_of(
            {
                const.CONF_HOST: "invalid_host" if host and not _is_address(host) else None,
                const.CONF_MAX_POWER_KW: power_error(max_kw) if max_kw is not None else None,
                const.CONF_CHARGING_WORDS: "words_without_status" if wordless else None,
            }
        )
        return checked

    def _take_entities(self, typed: Mapping[str, Any], checked: CheckedEntities) -> None:
        self.draft.entities = checked.stored
        self.draft.charging_words = typed.get(const.CONF_CHARGING_WORDS, [])
        self.draft.host = typed.get(const.CONF_HOST)
        self.draft.max_power_kw = typed.get(const.CONF_MAX_POWER_KW)
        self.draft.default_user_id = typed.get(const.CONF_DEFAULT_USER)


def _without_blanks(typed: Mapping[str, Any]) -> dict[str, Any]:
    """A host or words of nothing but blanks are none."""
    words = [word.strip() for word in typed.get(const.CONF_CHARGING_WORDS, ()) if word.strip()]
    host = typed.get(const.CONF_HOST, "").strip()
    given = {**typed, const.CONF_CHARGING_WORDS: words, const.CONF_HOST: host}
    return {key: value for key, value in given.items() if value not in ("", [])}


def _is_address(host: str) -> bool:
    """A host name or an IP address, with a port where it is not the usual one."""
    name, colon, port = host.rpartition(":")
    if not colon or ":" in name:
        return is_host_valid(host)
    return is_host_valid(name) and port.isdecimal() and 0 < int(port) < 65536
