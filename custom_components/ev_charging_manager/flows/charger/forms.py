"""The forms of the charger wizard without those of the price, and the values that they open with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ... import const
from ...adapters.charger.discovery import ROLE_DOMAINS, KnownCharger
from ...domain.household import Role
from ...domain.profile import CarStatus, Profile
from ...profiles import ALL
from ..entities import find_entity, shown_entity
from ..fields import TEXT, Form, number, one_of
from .draft import ChargerDraft

CONF_SOURCE: Final = "source"
KEEP: Final = "keep"

# In the order in which people know their charger: the car, then the meter, then the card.
ROLES: Final = (
    Role.STATUS,
    Role.PLUG,
    Role.LOCK,
    Role.SESSION_ENERGY,
    Role.TOTAL_ENERGY,
    Role.POWER,
    Role.CARD,
    Role.LAST_CARD,
)


def choose_form(known: Iterable[KnownCharger], *, editing: bool) -> Form:
    """Return the list of chargers: the edited one, those that Home Assistant knows, then the charger families."""
    options = [SelectOptionDict(value=charger.key, label=charger.label) for charger in known]
    options += [SelectOptionDict(value=profile.key, label=profile.name) for profile in ALL]
    if editing:
        options.insert(0, SelectOptionDict(value=KEEP, label=KEEP))
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST, translation_key="charger_source")
    )
    return {vol.Required(CONF_SOURCE, default=options[0]["value"]): selector}


def identity_form(draft: ChargerDraft, *, editing: bool) -> Form:
    """Return name and serial number, for a new charger the area, for an existing one whether it is paused.

    The area only applies to a new device: a user may have moved an existing one.
    """
    form: Form = {vol.Required(CONF_NAME): TEXT, vol.Required(const.CONF_SERIAL): TEXT}
    if not editing:
        form[vol.Optional(const.CONF_AREA)] = AreaSelector()
    else:
        form[vol.Required(const.CONF_PAUSED, default=draft.paused)] = BooleanSelector()
    return form


def identity_values(draft: ChargerDraft) -> dict[str, Any]:
    """Return the values that the form for the name opens with."""
    values = {CONF_NAME: draft.name, const.CONF_SERIAL: draft.serial, const.CONF_AREA: draft.area_id}
    return {key: value for key, value in values.items() if value}


def entities_form(hass: HomeAssistant, draft: ChargerDraft, users: Iterable[ConfigSubentry]) -> Form:
    """Return an entity for each role, and the other settings of the charger."""
    form: Form = {_marker(draft.profile, role): _entity(role) for role in ROLES}
    form[vol.Optional(const.CONF_CHARGING_WORDS)] = _words(hass, draft)
    if draft.profile.has_host:
        form[vol.Optional(const.CONF_HOST)] = TEXT
    form[vol.Optional(const.CONF_MAX_POWER_KW)] = number(UnitOfPower.KILO_WATT)
    if people := list(users):
        form[vol.Optional(const.CONF_DEFAULT_USER)] = one_of(people)
    return form


def entities_values(hass: HomeAssistant, draft: ChargerDraft, users: Iterable[ConfigSubentry]) -> dict[str, Any]:
    """Return the values that the form for the entities opens with: discovered or stored ones."""
    values: dict[str, Any] = {role: shown_entity(hass, stored) for role, stored in draft.entities.items()}
    values[const.CONF_CHARGING_WORDS] = draft.charging_words
    values[const.CONF_HOST] = draft.host
    values[const.CONF_MAX_POWER_KW] = draft.max_power_kw or draft.profile.max_power_w / 1000
    if draft.default_user_id in {user.subentry_id for user in users}:
        values[const.CONF_DEFAULT_USER] = draft.default_user_id
    return {key: value for key, value in values.items() if value}


def _marker(profile: Profile, role: Role) -> vol.Marker:
    if role in profile.required:
        return vol.Required(role.value)
    return vol.Optional(role.value)


def _entity(role: Role) -> EntitySelector:
    # The filter only narrows the list; `check_entities` refuses other kinds, with a translated text.
    return EntitySelector(EntitySelectorConfig(filter={"domain": list(ROLE_DOMAINS[role])}))


def _words(hass: HomeAssistant, draft: ChargerDraft) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=_options_of_status(hass, draft) or _words_of_family(draft.profile),
            multiple=True,
            custom_value=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _options_of_status(hass: HomeAssistant, draft: ChargerDraft) -> list[str]:
    """Return the options that the status entity lists; none while it has no state."""
    found = find_entity(hass, draft.entities.get(Role.STATUS, ""))
    if found is None or found.state is None:
        return []
    return [str(word) for word in found.state.attributes.get("options") or ()]


def _words_of_family(profile: Profile) -> list[str]:
    return [word for word, meaning in profile.status_words.items() if meaning is CarStatus.CHARGING]
