"""The household's cars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME, UnitOfEnergy, UnitOfPower
from homeassistant.core import split_entity_id
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from .. import const
from ..adapters.configuration import subentries
from .base import HouseholdSubentryFlow
from .entities import find_entity, shown_entity
from .fields import TEXT, choice, errors_of, name_error, number, one_of, positive_error, power_error, stripped

PHASES: Final = ("1", "2", "3")
LEAST_EFFICIENCY: Final = 0.80
LARGEST_EFFICIENCY: Final = 0.99

# From a child's car to a lorry; the estimate divides by it.
SMALLEST_CAPACITY_KWH: Final = 0.1
LARGEST_CAPACITY_KWH: Final = 2_000.0

# Where integrations of cars tell whether the cable is in.
PLUG_DOMAINS: Final = ("binary_sensor", "sensor", "input_boolean")
PLUG_CONFIG: Final = EntitySelectorConfig(filter={"domain": list(PLUG_DOMAINS)})

DEFAULTS: Final[Mapping[str, Any]] = {
    const.CONF_PHASES: 3,
    const.CONF_MAX_CHARGE_KW: 11.0,
    const.CONF_EFFICIENCY: 0.90,
}


class VehicleSubentryFlow(HouseholdSubentryFlow):
    """What the estimate of the battery's charge needs to know of a car."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a car."""
        return await self.async_step_details(user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Edit a car."""
        return await self.async_step_details(user_input)

    async def async_step_details(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Name, battery and how it charges."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = stripped(user_input)
            errors = self._errors(user_input)
            if not errors:
                return self.finish(user_input[CONF_NAME], {**_data(user_input), **self._at_the_charger(user_input)})
        stored = {**DEFAULTS, **(self.edited.data if self.edited else {})}
        form = {**_form(stored), **self._plug_form()}
        return self.form("details", form, self._values(stored) if user_input is None else user_input, errors)

    def _plug_form(self) -> dict[Any, Any]:
        """The car's own plug, and who is meant by it; nobody can be where there is nobody yet."""
        people = list(subentries(self.entry, const.SUBENTRY_USER))
        form: dict[Any, Any] = {vol.Optional(const.CONF_PLUG_ENTITY): EntitySelector(PLUG_CONFIG)}
        if people:
            form[vol.Optional(const.CONF_USER)] = one_of(people)
        return form

    def _at_the_charger(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        plug = find_entity(self.hass, typed[const.CONF_PLUG_ENTITY]) if const.CONF_PLUG_ENTITY in typed else None
        user = {const.CONF_USER: typed[const.CONF_USER]} if const.CONF_USER in typed else {}
        return {**({const.CONF_PLUG_ENTITY: plug.stored} if plug else {}), **user}

    def _values(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored, as the fields show it, without a user who has been deleted since."""
        values = {**stored, const.CONF_PHASES: str(stored[const.CONF_PHASES])}
        if self.edited:
            values[CONF_NAME] = self.edited.title
        if plug := stored.get(const.CONF_PLUG_ENTITY):
            values[const.CONF_PLUG_ENTITY] = shown_entity(self.hass, plug)
        if stored.get(const.CONF_USER) not in self.entry.subentries:
            values.pop(const.CONF_USER, None)
        return values

    def _errors(self, typed: Mapping[str, Any]) -> dict[str, str]:
        capacity, plug = typed[const.CONF_CAPACITY], typed.get(const.CONF_PLUG_ENTITY)
        return errors_of(
            {
                CONF_NAME: name_error(self.entry, const.SUBENTRY_VEHICLE, typed[CONF_NAME], self.edited),
                const.CONF_CAPACITY: _capacity_error(capacity),
                const.CONF_USABLE: _usable_error(typed.get(const.CONF_USABLE), capacity),
                const.CONF_MAX_CHARGE_KW: power_error(typed[const.CONF_MAX_CHARGE_KW]),
                const.CONF_EFFICIENCY: _efficiency_error(typed[const.CONF_EFFICIENCY]),
                const.CONF_PLUG_ENTITY: self._plug_error(plug) if plug else None,
            }
        )

    def _plug_error(self, typed: str) -> str | None:
        """Why an entity cannot tell that this car is plugged in."""
        found = find_entity(self.hass, typed)
        if found is None:
            return "entity_not_found"
        if split_entity_id(found.entity_id)[0] not in PLUG_DOMAINS:
            return "not_a_plug"
        own_id = self.edited.subentry_id if self.edited else None
        others = (car for car in subentries(self.entry, const.SUBENTRY_VEHICLE) if car.subentry_id != own_id)
        return "plug_in_use" if found.stored in {car.data.get(const.CONF_PLUG_ENTITY) for car in others} else None


def _form(stored: Mapping[str, Any]) -> dict[Any, Any]:
    max_kw, efficiency = stored[const.CONF_MAX_CHARGE_KW], stored[const.CONF_EFFICIENCY]
    return {
        vol.Required(CONF_NAME): TEXT,
        vol.Required(const.CONF_CAPACITY): number(UnitOfEnergy.KILO_WATT_HOUR),
        vol.Optional(const.CONF_USABLE): number(UnitOfEnergy.KILO_WATT_HOUR),
        vol.Required(const.CONF_PHASES, default=str(stored[const.CONF_PHASES])): choice(PHASES, "phases"),
        vol.Required(const.CONF_MAX_CHARGE_KW, default=max_kw): number(UnitOfPower.KILO_WATT),
        vol.Required(const.CONF_EFFICIENCY, default=efficiency): number(),
    }


def _capacity_error(kwh: float) -> str | None:
    in_range = SMALLEST_CAPACITY_KWH <= kwh <= LARGEST_CAPACITY_KWH
    return positive_error(kwh) or (None if in_range else "capacity_out_of_range")


def _usable_error(usable: float | None, capacity: float) -> str | None:
    if usable is None:
        return None
    return _capacity_error(usable) or ("usable_above_capacity" if usable > capacity > 0 else None)


def _efficiency_error(efficiency: float) -> str | None:
    return None if LEAST_EFFICIENCY <= efficiency <= LARGEST_EFFICIENCY else "invalid_efficiency"


def _data(typed: Mapping[str, Any]) -> dict[str, Any]:
    """All of it is usable where nothing else was said."""
    return {
        const.CONF_CAPACITY: typed[const.CONF_CAPACITY],
        const.CONF_USABLE: typed.get(const.CONF_USABLE, typed[const.CONF_CAPACITY]),
        const.CONF_PHASES: int(typed[const.CONF_PHASES]),
        const.CONF_MAX_CHARGE_KW: typed[const.CONF_MAX_CHARGE_KW],
        const.CONF_EFFICIENCY: typed[const.CONF_EFFICIENCY],
    }
