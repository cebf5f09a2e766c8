"""The charger wizard: one set of steps for "Add integration", "Add charger" and editing a charger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import FlowResult
from homeassistant.helpers import area_registry as ar
from homeassistant.util.network import is_host_valid

from ... import const
from ...adapters.charger.discovery import KnownCharger, known_chargers, serials
from ...adapters.configuration import subentries
from ...domain.household import Role
from ...profiles import ALL, BY_KEY
from ..entities import CheckedEntities, check_entities
from ..fields import (
    Errors,
    Input,
    Values,
    error_if,
    errors_of,
    id_of,
    is_active,
    name_error,
    power_error,
    stripped,
    text_error,
)
from . import forms
from .draft import ChargerDraft
from .price import PriceSteps

LARGEST_PORT = 65_535


class ChargerSteps[ResultT: FlowResult[Any, Any]](PriceSteps[ResultT]):
    """Choose, name, map entities, then price. The flow that uses the steps stores the charger at the end."""

    async def async_step_choose(self, user_input: Input = None) -> ResultT:
        """A charger that Home Assistant knows, or a charger family."""
        chargers = {one.key: one for one in known_chargers(self.hass, self.household, edited_id=id_of(self.charger))}
        if user_input is None:
            return self._choose_form(chargers)
        draft = self._draft_from(user_input[forms.CONF_SOURCE], chargers)
        if draft is None:
            return self._choose_form(chargers, {forms.CONF_SOURCE: "charger_gone"})
        self.draft = draft
        return await self.async_step_charger()

    async def async_step_charger(self, user_input: Input = None) -> ResultT:
        """Name, serial number and area."""
        if user_input is None:
            return self._identity_form(forms.identity_values(self.draft))
        typed = stripped(user_input, CONF_NAME, const.CONF_SERIAL)
        errors = self._identity_errors(typed)
        if errors:
            return self._identity_form(typed, errors)
        self._take_identity(typed)
        return await self.async_step_entities()

    async def async_step_entities(self, user_input: Input = None) -> ResultT:
        """The entity of each role, and the other settings of the charger."""
        if user_input is None:
            values = forms.entities_values(self.hass, self.draft, self._default_users())
            return self._entities_form(values, CheckedEntities())
        typed = _without_blanks(user_input)
        checked = self._checked(typed)
        if checked.errors:
            return self._entities_form(typed, checked)
        self._take_entities(typed, checked)
        return await self.async_step_pricing()

    def _draft_from(self, source: str, chargers: Mapping[str, KnownCharger]) -> ChargerDraft | None:
        """Return the draft for a choice; None if the chosen charger was removed meanwhile."""
        draft = ChargerDraft(ALL[0])
        if self.charger is not None:
            draft = ChargerDraft.of(self.charger)
        if source in chargers:
            draft.take_over(chargers[source])
        elif source in BY_KEY:
            draft.switch_to(BY_KEY[source])
        elif source != forms.KEEP:
            return None
        return draft

    def _choose_form(self, chargers: Mapping[str, KnownCharger], errors: Errors | None = None) -> ResultT:
        form = forms.choose_form(chargers.values(), editing=self.charger is not None)
        return self.show("choose", form, {}, errors)

    def _identity_form(self, values: Values, errors: Errors | None = None) -> ResultT:
        form = forms.identity_form(self.draft, editing=self.charger is not None)
        return self.show("charger", form, values, errors, {"profile": self.draft.profile.name})

    def _entities_form(self, values: Values, checked: CheckedEntities) -> ResultT:
        form = forms.entities_form(self.hass, self.draft, self._default_users())
        placeholders = {"name": self.draft.name, "wrong_units": ", ".join(checked.wrong_units)}
        return self.show("entities", form, values, checked.errors, placeholders)

    def _identity_errors(self, typed: Values) -> Errors:
        return errors_of(
            {
                CONF_NAME: name_error(self.household, const.SUBENTRY_CHARGER, typed[CONF_NAME], self.charger),
                const.CONF_SERIAL: self._serial_error(typed[const.CONF_SERIAL]),
                const.CONF_AREA: self._area_error(typed.get(const.CONF_AREA)),
            }
        )

    def _serial_error(self, serial: str) -> str | None:
        if not serial:
            return "serial_required"
        if serial.casefold() in serials(self.household, edited_id=id_of(self.charger)):
            return "serial_in_use"
        return text_error(serial)

    def _area_error(self, area_id: str | None) -> str | None:
        if not area_id:
            return None
        return error_if(ar.async_get(self.hass).async_get_area(area_id) is None, "area_not_found")

    def _take_identity(self, typed: Values) -> None:
        self.draft.name = typed[CONF_NAME]
        self.draft.serial = typed[const.CONF_SERIAL]
        if self.charger is None:
            self.draft.area_id = typed.get(const.CONF_AREA)
        self.draft.paused = typed.get(const.CONF_PAUSED, False)

    def _default_users(self) -> list[ConfigSubentry]:
        """Return the users who can be the charger's default user: the active ones and the present one."""
        if self.household is None:
            return []
        users = subentries(self.household, const.SUBENTRY_USER)
        present = self.draft.default_user_id
        return [user for user in users if is_active(user) or user.subentry_id == present]

    def _checked(self, typed: Values) -> CheckedEntities:
        checked = check_entities(self.hass, self.draft.profile, typed)
        wordless = const.CONF_CHARGING_WORDS in typed and Role.STATUS not in typed
        checked.errors |= errors_of(
            {
                const.CONF_HOST: _host_error(typed.get(const.CONF_HOST)),
                const.CONF_MAX_POWER_KW: _max_power_error(typed.get(const.CONF_MAX_POWER_KW)),
                const.CONF_CHARGING_WORDS: error_if(wordless, "words_without_status"),
            }
        )
        return checked

    def _take_entities(self, typed: Values, checked: CheckedEntities) -> None:
        self.draft.entities = checked.stored
        self.draft.charging_words = typed.get(const.CONF_CHARGING_WORDS, [])
        self.draft.host = typed.get(const.CONF_HOST)
        self.draft.max_power_kw = typed.get(const.CONF_MAX_POWER_KW)
        self.draft.default_user_id = typed.get(const.CONF_DEFAULT_USER)


def _without_blanks(typed: Values) -> dict[str, Any]:
    """Strip host and charging words, and leave out those that are empty."""
    words = [word.strip() for word in typed.get(const.CONF_CHARGING_WORDS, ()) if word.strip()]
    host = typed.get(const.CONF_HOST, "").strip()
    given = {**typed, const.CONF_CHARGING_WORDS: words, const.CONF_HOST: host}
    return {key: value for key, value in given.items() if value not in ("", [])}


def _max_power_error(kilowatts: float | None) -> str | None:
    if kilowatts is None:
        return None
    return power_error(kilowatts)


def _host_error(host: str | None) -> str | None:
    if not host:
        return None
    return error_if(not _is_address(host), "invalid_host")


def _is_address(host: str) -> bool:
    """Whether a text is a host name or an IP address, with or without a port."""
    name, colon, port = host.rpartition(":")
    # An IPv6 address has more colons than the one before a port.
    if not colon or ":" in name:
        return is_host_valid(host)
    return is_host_valid(name) and port.isdecimal() and 0 < int(port) <= LARGEST_PORT
