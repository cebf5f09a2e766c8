"""The check of the entities that a person selects for a charger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, STATE_UNAVAILABLE, STATE_UNKNOWN
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

# A binary sensor of this device class is on while the cable is unlocked: as a plug it would be inverted.
LOCK: Final = BinarySensorDeviceClass.LOCK.value

# No car takes this in one session: the value is the charger's lifetime register.
LARGEST_SESSION_KWH: Final = 1_000.0

# A charger needs one role of each: whether a car is connected, and how much energy it took.
CONNECTION: Final = (Role.STATUS, Role.PLUG, Role.POWER)
ENERGY: Final = (Role.SESSION_ENERGY, Role.TOTAL_ENERGY, Role.POWER)


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity at this moment: in the registry, in the state machine, or in both."""

    entity_id: str
    registered: er.RegistryEntry | None
    state: State | None

    @property
    def stored(self) -> str:
        """The id that a mapping stores: the registry id, which outlives renaming, else the entity id."""
        if self.registered is None:
            return self.entity_id
        return self.registered.id

    @property
    def disabled(self) -> bool:
        """Whether the entity is disabled in the registry."""
        return self.registered is not None and self.registered.disabled

    @property
    def value(self) -> str | None:
        """The state; None while it is unknown or unavailable."""
        if self.state is None or self.state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            return None
        return self.state.state

    @property
    def unit(self) -> str | None:
        """The unit of the state, else the unit in the registry."""
        shown = self._attribute(ATTR_UNIT_OF_MEASUREMENT)
        if shown or self.registered is None:
            return shown
        return self.registered.unit_of_measurement

    @property
    def device_class(self) -> str | None:
        """The device class of the state, else the device class in the registry."""
        shown = self._attribute(ATTR_DEVICE_CLASS)
        if shown or self.registered is None:
            return shown
        return self.registered.device_class or self.registered.original_device_class

    def _attribute(self, name: str) -> str | None:
        if self.state is None:
            return None
        found: str | None = self.state.attributes.get(name)
        return found


@dataclass(slots=True)
class CheckedEntities:
    """The result of a check: the ids to store by role, errors by field, and each unsupported unit with its entity."""

    stored: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    wrong_units: list[str] = field(default_factory=list)


def find_entity(hass: HomeAssistant, typed: str) -> FoundEntity | None:
    """Find the entity of an entity id or registry id; None if it has neither a registry entry nor a state."""
    registry = er.async_get(hass)
    entity_id = er.async_resolve_entity_id(registry, typed)
    if entity_id is None:
        return None
    found = FoundEntity(entity_id, registry.async_get(entity_id), hass.states.get(entity_id))
    if found.registered is None and found.state is None:
        return None
    return found


def shown_entity(hass: HomeAssistant, stored: str) -> str:
    """Return the entity id of a stored id, for an entity selector.

    The id of a deleted entity stays as it is: the form then shows an error, instead of losing the id silently.
    """
    return er.async_resolve_entity_id(er.async_get(hass), stored) or stored


def check_entities(hass: HomeAssistant, profile: Profile, typed: Mapping[str, str]) -> CheckedEntities:
    """Check the selected entities by role; each wrong entity gets an error at its own field."""
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
    """Return the key of the error text if an entity cannot have the role, and None otherwise.

    `used` holds the entity ids that another role has already.
    """
    if found is None:
        return "entity_not_found"
    if found.disabled:
        return "entity_disabled"
    if found.entity_id in used:
        return "entity_used_twice"
    if split_entity_id(found.entity_id)[0] not in ROLE_DOMAINS[role]:
        return "wrong_kind"
    if role is Role.PLUG and found.device_class == LOCK:
        return "plug_is_lock"
    if role not in UNITS:
        return None
    return _problem_of_number(role, found)


def _problem_of_number(role: Role, found: FoundEntity) -> str | None:
    """Check a meter. An unavailable one passes if its unit or device class is known and fits."""
    if found.value is None and found.unit is None:
        if found.device_class == DEVICE_CLASSES[role]:
            return None
        return "entity_unavailable"
    if found.value is not None and not is_number(found.value):
        return "not_numeric"
    if found.unit not in UNITS[role]:
        return "wrong_unit"
    if role is Role.SESSION_ENERGY and _is_lifetime(found):
        return "looks_like_total"
    return None


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
