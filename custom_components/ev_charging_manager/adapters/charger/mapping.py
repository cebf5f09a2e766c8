"""The entities that the roles of a charger stand for at this moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ... import const
from ...domain.household import Role
from ..configuration import entities_of, profile_of
from .discovery import KnownCharger, known_chargers


@dataclass(frozen=True, slots=True)
class EntityMapping:
    """Entity ids by role, and the roles with an entity that does not exist."""

    entity_ids: dict[Role, str]
    missing: frozenset[Role]


@callback
def entity_mapping(hass: HomeAssistant, charger: ConfigSubentry) -> EntityMapping:
    """Look up the charger's entities in the entity registry.

    Home Assistant saves its registry some seconds late. After a crash within that time an entity returns with
    another registry id; it is then found by the charger's serial.
    """
    references = entities_of(charger)
    found = _resolved(hass, references)
    missing = references.keys() - found.keys()
    if missing:
        by_serial = _by_serial(hass, charger)
        found |= {role: by_serial[role] for role in missing & by_serial.keys()}
    # The feed reads the first states in this order.
    entity_ids = {role: found[role] for role in references if role in found}
    return EntityMapping(entity_ids, frozenset(references.keys() - found.keys()))


def _resolved(hass: HomeAssistant, references: Mapping[Role, str]) -> dict[Role, str]:
    """Return the entity ids of registry ids; an entity id stands for itself."""
    registry = er.async_get(hass)
    entity_ids = {role: er.async_resolve_entity_id(registry, reference) for role, reference in references.items()}
    return {role: entity_id for role, entity_id in entity_ids.items() if entity_id is not None}


def _by_serial(hass: HomeAssistant, charger: ConfigSubentry) -> dict[Role, str]:
    for known in known_chargers(hass, None):
        if _is_same(known, charger):
            return _resolved(hass, known.entities)
    return {}


def _is_same(known: KnownCharger, charger: ConfigSubentry) -> bool:
    serial = str(charger.data[const.CONF_SERIAL])
    return known.profile.key == profile_of(charger).key and known.serial.casefold() == serial.casefold()
