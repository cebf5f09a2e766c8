"""The household's cars."""

from __future__ import annotations

from typing import Final

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME, UnitOfEnergy
from homeassistant.core import split_entity_id
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from .. import const
from ..adapters.configuration import subentries
from .entities import find_entity, shown_entity
from .fields import (
    TEXT,
    Errors,
    Form,
    Input,
    Values,
    error_if,
    errors_of,
    given,
    name_error,
    number,
    one_of,
    others_of,
    positive_error,
    stripped,
)
from .subentry import HouseholdSubentryFlow

LEAST_EFFICIENCY: Final = 0.80
LARGEST_EFFICIENCY: Final = 0.99
DEFAULT_EFFICIENCY: Final = 0.90

# From a child's car to a lorry; the estimate of the added charge divides by the capacity.
SMALLEST_CAPACITY_KWH: Final = 0.1
LARGEST_CAPACITY_KWH: Final = 2_000.0

# The kinds of entity in which integrations of cars show whether the cable is plugged in.
PLUG_DOMAINS: Final = ("binary_sensor", "sensor", "input_boolean")
PLUG_CONFIG: Final = EntitySelectorConfig(filter={"domain": list(PLUG_DOMAINS)})


class VehicleSubentryFlow(HouseholdSubentryFlow):
    """Adds or edits a car: its battery, its plug and its usual driver."""

    async def async_step_user(self, user_input: Input = None) -> SubentryFlowResult:
        """Add a car."""
        return await self.async_step_details(user_input)

    async def async_step_reconfigure(self, user_input: Input = None) -> SubentryFlowResult:
        """Edit a car."""
        return await self.async_step_details(user_input)

    async def async_step_details(self, user_input: Input = None) -> SubentryFlowResult:
        """Name, battery, plug and usual driver."""
        if user_input is None:
            return self.form("details", self._form(), self._values())
        typed = stripped(user_input)
        errors = self._errors(typed)
        if errors:
            return self.form("details", self._form(), typed, errors)
        return self.finish(typed[CONF_NAME], self._data(typed))

    def _form(self) -> Form:
        efficiency = self.stored.get(const.CONF_EFFICIENCY, DEFAULT_EFFICIENCY)
        form: Form = {
            vol.Required(CONF_NAME): TEXT,
            vol.Required(const.CONF_CAPACITY): number(UnitOfEnergy.KILO_WATT_HOUR),
            vol.Optional(const.CONF_USABLE): number(UnitOfEnergy.KILO_WATT_HOUR),
            vol.Required(const.CONF_EFFICIENCY, default=efficiency): number(),
            vol.Optional(const.CONF_PLUG_ENTITY): EntitySelector(PLUG_CONFIG),
        }
        if users := list(subentries(self.entry, const.SUBENTRY_USER)):
            form[vol.Optional(const.CONF_USER)] = one_of(users)
        return form

    def _values(self) -> dict[str, object]:
        """Return the stored values as the fields show them, without a user who was deleted since."""
        values = {const.CONF_EFFICIENCY: DEFAULT_EFFICIENCY, **self.stored}
        if self.edited:
            values[CONF_NAME] = self.edited.title
        if plug := values.get(const.CONF_PLUG_ENTITY):
            values[const.CONF_PLUG_ENTITY] = shown_entity(self.hass, plug)
        if values.get(const.CONF_USER) not in self.entry.subentries:
            values.pop(const.CONF_USER, None)
        return values

    def _data(self, typed: Values) -> dict[str, object]:
        """Return the data to store. An empty usable capacity means that all of the battery is usable.

        Keys that older releases stored, such as `phases`, are left out.
        """
        capacity = typed[const.CONF_CAPACITY]
        return given(
            {
                const.CONF_CAPACITY: capacity,
                const.CONF_USABLE: typed.get(const.CONF_USABLE, capacity),
                const.CONF_EFFICIENCY: typed[const.CONF_EFFICIENCY],
                const.CONF_PLUG_ENTITY: self._stored_plug(typed),
                const.CONF_USER: typed.get(const.CONF_USER),
            }
        )

    def _stored_plug(self, typed: Values) -> str | None:
        plug = find_entity(self.hass, typed.get(const.CONF_PLUG_ENTITY, ""))
        if plug is None:
            return None
        return plug.stored

    def _errors(self, typed: Values) -> Errors:
        capacity = typed[const.CONF_CAPACITY]
        return errors_of(
            {
                CONF_NAME: name_error(self.entry, const.SUBENTRY_VEHICLE, typed[CONF_NAME], self.edited),
                const.CONF_CAPACITY: _capacity_error(capacity),
                const.CONF_USABLE: _usable_error(typed.get(const.CONF_USABLE), capacity),
                const.CONF_EFFICIENCY: _efficiency_error(typed[const.CONF_EFFICIENCY]),
                const.CONF_PLUG_ENTITY: self._plug_error(typed.get(const.CONF_PLUG_ENTITY)),
            }
        )

    def _plug_error(self, typed: str | None) -> str | None:
        """Check that an entity can show whether this car, and no other, is plugged in."""
        if not typed:
            return None
        found = find_entity(self.hass, typed)
        if found is None:
            return "entity_not_found"
        if split_entity_id(found.entity_id)[0] not in PLUG_DOMAINS:
            return "not_a_plug"
        others = others_of(self.entry, const.SUBENTRY_VEHICLE, self.edited)
        taken = {car.data.get(const.CONF_PLUG_ENTITY) for car in others}
        return error_if(found.stored in taken, "plug_in_use")


def _capacity_error(kwh: float) -> str | None:
    in_range = SMALLEST_CAPACITY_KWH <= kwh <= LARGEST_CAPACITY_KWH
    return positive_error(kwh) or error_if(not in_range, "capacity_out_of_range")


def _usable_error(usable: float | None, capacity: float) -> str | None:
    if usable is None:
        return None
    return _capacity_error(usable) or error_if(usable > capacity > 0, "usable_above_capacity")


def _efficiency_error(efficiency: float) -> str | None:
    in_range = LEAST_EFFICIENCY <= efficiency <= LARGEST_EFFICIENCY
    return error_if(not in_range, "invalid_efficiency")
