"""The household's cars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME, UnitOfEnergy, UnitOfPower

from .. import const
from .base import HouseholdSubentryFlow
from .fields import TEXT, choice, errors_of, name_error, number, positive_error, power_error, stripped

PHASES: Final = ("1", "2", "3")
LEAST_EFFICIENCY: Final = 0.80
LARGEST_EFFICIENCY: Final = 0.99

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
                return self.finish(user_input[CONF_NAME], _data(user_input))
        stored = {**DEFAULTS, **(self.edited.data if self.edited else {})}
        return self.form("details", _form(stored), self._values(stored) if user_input is None else user_input, errors)

    def _values(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        name = {CONF_NAME: self.edited.title} if self.edited else {}
        return {**stored, const.CONF_PHASES: str(stored[const.CONF_PHASES]), **name}

    def _errors(self, typed: Mapping[str, Any]) -> dict[str, str]:
        capacity = typed[const.CONF_CAPACITY]
        return errors_of(
            {
                CONF_NAME: name_error(self.entry, const.SUBENTRY_VEHICLE, typed[CONF_NAME], self.edited),
                const.CONF_CAPACITY: positive_error(capacity),
                const.CONF_USABLE: _usable_error(typed.get(const.CONF_USABLE), capacity),
                const.CONF_MAX_CHARGE_KW: power_error(typed[const.CONF_MAX_CHARGE_KW]),
                const.CONF_EFFICIENCY: _efficiency_error(typed[const.CONF_EFFICIENCY]),
            }
        )


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


def _usable_error(usable: float | None, capacity: float) -> str | None:
    if usable is None:
        return None
    return positive_error(usable) or ("usable_above_capacity" if usable > capacity > 0 else None)


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
