"""Which entities of Home Assistant a charger's roles stand for at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir

from ... import const
from ...domain.household import Role
from ..configuration import entities_of, profile_of
from .discovery import known_chargers


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entity ids by role, and the roles whose entity is gone."""

    entity_ids: dict[Role, str]
    missing: frozenset[Role]


@callback
def mapped(hass: HomeAssistant, charger: ConfigSubentry) -> Mapping:
    """Look the charger's entities up.

    Home Assistant writes its entity registry some seconds late: after a crash within that time an entity is there again
    under another registry id. The charger's serial then tells which one it is.
    """
    registry = er.async_get(hass)
    references = entities_of(charger)
    found = {role: er.async_resolve_entity_id(registry, reference) for role, reference in references.items()}
    lost = [role for role, entity_id in found.items() if entity_id is None]
    again = _by_serial(hass, charger) if lost else {}
    entity_ids = {role: entity_id or again.get(role) for role, entity_id in found.items()}
    return Mapping(
        {role: entity_id for role, entity_id in entity_ids.items() if entity_id is not None},
        frozenset(role for role, entity_id in entity_ids.items() if entity_id is None),
    )


def _by_serial(hass: HomeAssistant, charger: ConfigSubentry) -> dict[Role, str]:
    registry = er.async_get(hass)
    profile, serial = profile_of(charger), str(charger.data[const.CONF_SERIAL]).casefold()
    for known in known_chargers(hass, None):
        if known.profile.key == profile.key and known.serial.casefold() == serial:
            ids = {role: er.async_resolve_entity_id(registry, one) for role, one in known.entities.items()}
            return {role: entity_id for role, entity_id in ids.items() if entity_id is not None}
    return {}


@callback
def tell_missing(hass: HomeAssistant, charger: ConfigSubentry, missing: frozenset[Role]) -> None:
    """Say that entities are gone, or that they are back."""
    if not missing:
        forget_missing(hass, charger.subentry_id)
        return
    ir.async_create_issue(
        hass,
        const.DOMAIN,
        _issue_id(charger.subentry_id),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="entities_missing",
        translation_placeholders={
            "charger": charger.title,
            "entities": ", ".join(sorted(role.value for role in missing)),
        },
    )


@callback
def forget_missing(hass: HomeAssistant, charger_id: str) -> None:
    """The entities are back, or the charger is gone as well."""
    ir.async_delete_issue(hass, const.DOMAIN, _issue_id(charger_id))


def _issue_id(charger_id: str) -> str:
    return f"entities_missing_{charger_id}"
