"""Whether the entities that a person chose for a charger can tell what they are chosen for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, State, split_entity_id
from homeassistant.helpers import entity_registry as er

from ..adapters.charger.discovery import ROLE_DOMAINS
from ..adapters.state_parsers import ENERGY_FACTORS, POWER_FACTORS
from ..domain.household import Role
from ..domain.profile import Profile
from ..domain.quantity import MWH_PER_KWH

# The units that the charger's feed can convert, by role.
UNITS: Final[Mapping[Role, Mapping[str | None, float]]] = {
    Role.SESSION_ENERGY: ENERGY_FACTORS,
    Role.TOTAL_ENERGY: ENERGY_FACTORS,
    Role.POWER: POWER_FACTORS,
}
DEVICE_CLASSES: Final[Mapping[Role, str]] = {
    Role.SESSION_ENERGY: "energy",
    Role.TOTAL_ENERGY: "energy",
    Role.POWER: "power",
}

# No car takes this in one session: the value is the charger's lifetime register.
LARGEST_SESSION_KWH: Final = 1_000.0

# A charger has to tell at least one of each: whether a car is there, and how much it took.
CONNECTION: Final = (Role.STATUS, Role.PLUG, Role.POWER)
ENERGY: Final = (Role.SESSION_ENERGY, Role.TOTAL_ENERGY, Role.POWER)


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity as Home Assistant has it now: in the registry, in the state machine, or both."""

    entity_id: str
    registered: er.RegistryEntry | None
    state: State | None

    @property
    def stored(self) -> str:
        """What a mapping keeps: the registry id, which outlives renaming, else the entity id."""
        return self.registered.id if self.registered else self.entity_id

    @property
    def value(self) -> str | None:
        """What the state says; None while it says nothing."""
        if self.state is None or self.state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            return None
        return self.state.state

    @property
    def unit(self) -> str | None:
        """The unit of the state, else the one that the registry remembers."""
        shown = self.state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) if self.state else None
        return shown or (self.registered.unit_of_measurement if self.registered else None)

    @property
    def device_class(self) -> str | None:
        """The device class of the state, else the one that the registry remembers."""
        shown = self.state.attributes.get(ATTR_DEVICE_CLASS) if self.state else None
        if shown or self.registered is None:
            return shown
        return self.registered.device_class or self.registered.original_device_class


@dataclass(slots=True)
class CheckedEntities:
    """The outcome for a form: what to store by role, errors by field, and the units that did not fit."""

    stored: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    wrong_units: list[str] = field(default_factory=list)


def find_entity(hass: HomeAssistant, typed: str) -> FoundEntity | None:
    """The entity that an entity id or a registry id stands for; None when there is none."""
    registry = er.async_get(hass)
    entity_id = er.async_resolve_entity_id(registry, typed)
    if entity_id is None:
        return None
    found = FoundEntity(entity_id, registry.async_get(entity_id), hass.states.get(entity_id))
    return found if found.registered or found.state else None


def shown_entity(hass: HomeAssistant, stored: str) -> str:
    """A stored entity as an entity selector shows it.

    An id whose entity is gone stays as it is: the form then says so, instead of losing it silently.
    """
    return er.async_resolve_entity_id(er.async_get(hass), stored) or stored


def check_entities(hass: HomeAssistant, profile: Profile, typed: Mapping[str, str]) -> CheckedEntities:
    """Check what was typed by role; every wrong entity gets an error at its own field."""
    checked = CheckedEntities(errors=_missing(profile, typed))
    used: set[str] = set()
    for role in (role for role in Role if role in typed):
        found = find_entity(hass, typed[role])
        error = problem(role, found, used)
        if error:
            checked.errors[role.value] = error
        if found is None:
            continue
        used.add(found.entity_id)
        checked.stored[role.value] = found.stored
        if error == "wrong_unit":
            checked.wrong_units.append(f"{found.entity_id}: {found.unit or '–'}")
    return checked


def _missing(profile: Profile, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {role.value: "entity_required" for role in profile.required if role not in typed}
    if not any(role in typed for role in CONNECTION):
        errors.setdefault(Role.STATUS.value, "needs_connection")
    if not any(role in typed for role in ENERGY):
        errors.setdefault(Role.SESSION_ENERGY.value, "needs_energy")
    return errors


def problem(role: Role, found: FoundEntity | None, used: set[str]) -> str | None:
    """The key of the error that says why an entity cannot have this role; None when it can."""
    if found is None:
        return "entity_not_found"
    if found.registered and found.registered.disabled:
        return "entity_disabled"
    if found.entity_id in used:
        return "entity_used_twice"
    if split_entity_id(found.entity_id)[0] not in ROLE_DOMAINS[role]:
        return "wrong_kind"
    return _problem_of_number(role, found) if role in UNITS else None


def _problem_of_number(role: Role, found: FoundEntity) -> str | None:
    """A number can be checked while the entity is away, as long as anything says what it will be."""
    if found.value is None and found.unit is None:
        return None if found.device_class == DEVICE_CLASSES[role] else "entity_unavailable"
    if found.value is not None and not is_number(found.value):
        return "not_numeric"
    if found.unit not in UNITS[role]:
        return "wrong_unit"
    return "looks_like_total" if role is Role.SESSION_ENERGY and _is_lifetime(found) else None


def is_number(text: str) -> bool:
    """Whether a state is a finite number."""
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _is_lifetime(found: FoundEntity) -> bool:
    if found.value is None:
        return False
    return float(found.value) * ENERGY_FACTORS[found.unit] > LARGEST_SESSION_KWH * MWH_PER_KWH
