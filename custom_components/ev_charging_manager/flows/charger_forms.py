"""The forms of the charger wizard, and the values that they open with."""

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

from .. import const
from ..adapters.charger.discovery import ROLE_DOMAINS, KnownCharger
from ..domain.household import Role
from ..domain.profile import CarStatus, Profile
from ..profiles import ALL
from .charger_draft import ChargerDraft
from .entities import find_entity, shown_entity
from .fields import TEXT, number, one_of

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

type Form = dict[Any, Any]


def choose_form(known: Iterable[KnownCharger], *, editing: bool) -> Form:
    """Which charger: the one being edited, those that Home Assistant knows, then a family by hand."""
    options = [SelectOptionDict(value=KEEP, label=KEEP)] if editing else []
    options += [SelectOptionDict(value=charger.key, label=charger.label) for charger in known]
    options += [SelectOptionDict(value=profile.key, label=profile.name) for profile in ALL]
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST, translation_key="charger_source")
    )
    return {vol.Required(CONF_SOURCE, default=options[0]["value"]): selector}


def identity_form(draft: ChargerDraft, *, editing: bool) -> Form:
    """Name, serial and area; an existing charger can be paused as well."""
    form: Form = {
        vol.Required(CONF_NAME): TEXT,
        vol.Required(const.CONF_SERIAL): TEXT,
        vol.Optional(const.CONF_AREA): AreaSelector(),
    }
    if editing:
        form[vol.Required(const.CONF_PAUSED, default=draft.paused)] = BooleanSelector()
    return form


def identity_values(draft: ChargerDraft) -> dict[str, Any]:
    """What the form for the name opens with."""
    values = {CONF_NAME: draft.name, const.CONF_SERIAL: draft.serial, const.CONF_AREA: draft.area_id}
    return {key: value for key, value in values.items() if value}


def entities_form(hass: HomeAssistant, draft: ChargerDraft, users: Iterable[ConfigSubentry]) -> Form:
    """An entity for each role, and what else tells one charger from another."""
    form: Form = {_marker(draft.profile, role): _entity(role) for role in ROLES}
    form[vol.Optional(const.CONF_CHARGING_WORDS)] = _words(hass, draft)
    if draft.profile.has_host:
        form[vol.Optional(const.CONF_HOST)] = TEXT
    form[vol.Optional(const.CONF_MAX_POWER_KW)] = number(UnitOfPower.KILO_WATT)
    if people := list(users):
        form[vol.Optional(const.CONF_DEFAULT_USER)] = one_of(people)
    return form


def entities_values(hass: HomeAssistant, draft: ChargerDraft, users: Iterable[ConfigSubentry]) -> dict[str, Any]:
    """What the form for the entities opens with: what was discovered, or what is stored."""
    user_ids = {user.subentry_id for user in users}
    values = {
        const.CONF_CHARGING_WORDS: draft.charging_words,
        const.CONF_HOST: draft.host,
        const.CONF_MAX_POWER_KW: draft.max_power_kw or draft.profile.max_power_w / 1000,
        const.CONF_DEFAULT_USER: draft.default_user_id if draft.default_user_id in user_ids else None,
        **{role: shown_entity(hass, stored) for role, stored in draft.entities.items()},
    }
    return {key: value for key, value in values.items() if value}


def _marker(profile: Profile, role: Role) -> vol.Marker:
    return vol.Required(role.value) if role in profile.required else vol.Optional(role.value)


def _entity(role: Role) -> EntitySelector:
    # As a filter the kinds only narrow what is offered; the check of our own says what is wrong in people's words.
    return EntitySelector(EntitySelectorConfig(filter={"domain": list(ROLE_DOMAINS[role])}))


def _words(hass: HomeAssistant, draft: ChargerDraft) -> SelectSelector:
    status = draft.entities.get(Role.STATUS)
    found = find_entity(hass, status) if status else None
    offered = (found.state.attributes.get("options") if found and found.state else None) or [
        word for word, meaning in draft.profile.status_words.items() if meaning is CarStatus.CHARGING
    ]
    return SelectSelector(
        SelectSelectorConfig(
            options=[str(word) for word in offered],
            multiple=True,
            custom_value=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )
