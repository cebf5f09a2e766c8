"""The household's options, on two pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import UnitOfEnergy, UnitOfPower, UnitOfTime
from homeassistant.helpers.selector import BooleanSelector

from .. import const
from ..domain.household import Options
from ..domain.quantity import MWH_PER_WH
from .fields import errors_of, number


@dataclass(frozen=True, slots=True)
class NumberOption:
    """A number that can be chosen, with the range in which it does what it says."""

    key: str
    unit: str
    low: float
    high: float
    default: float

    def error(self, value: float) -> str | None:
        """Why a number cannot be taken."""
        return None if self.low <= value <= self.high else "out_of_range"


_DEFAULT: Final = Options()

# What makes a session a session.
SESSION: Final = (
    NumberOption(const.OPT_SHORTEST_SESSION, UnitOfTime.SECONDS, 0, 3_600, _DEFAULT.shortest_session_s),
    NumberOption(const.OPT_LEAST_ENERGY, UnitOfEnergy.WATT_HOUR, 0, 5_000, _DEFAULT.least_energy_mwh / MWH_PER_WH),
    NumberOption(const.OPT_IDLE_TIMEOUT, UnitOfTime.MINUTES, 1, 240, _DEFAULT.idle_timeout_s / 60),
    NumberOption(const.OPT_GRACE, UnitOfTime.MINUTES, 0, 120, _DEFAULT.grace_s / 60),
    NumberOption(const.OPT_POWER_THRESHOLD, UnitOfPower.WATT, 10, 5_000, _DEFAULT.power_threshold_w),
)

# How closely it is watched and how often that is written down.
RECORDING: Final = (
    NumberOption(const.OPT_CHECKPOINT, UnitOfTime.SECONDS, 5, 300, _DEFAULT.checkpoint_s),
    NumberOption(const.OPT_DEBOUNCE, UnitOfTime.SECONDS, 0, 30, _DEFAULT.debounce_s),
    NumberOption(const.OPT_INGEST, UnitOfTime.SECONDS, 0.1, 60, _DEFAULT.ingest_s),
    NumberOption(const.OPT_REFRESH, UnitOfTime.SECONDS, 1, 300, _DEFAULT.refresh_s),
)


class HouseholdOptionsFlow(OptionsFlow):
    """Edits the options; the entry's listener passes them on to running sessions."""

    _chosen: dict[str, Any]

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """What makes a session a session."""
        errors = _errors(SESSION, user_input)
        if user_input is not None and not errors:
            self._chosen = {**self.config_entry.options, **user_input}
            return await self.async_step_recording()
        return self._page("init", self._numbers(SESSION), user_input, errors, last=False)

    async def async_step_recording(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """How closely it is watched."""
        errors = _errors(RECORDING, user_input)
        if user_input is not None and not errors:
            return self.async_create_entry(data={**self._chosen, **user_input})
        notify = self.config_entry.options.get(const.OPT_NOTIFY_UNMAPPED, _DEFAULT.notify_unmapped)
        form = self._numbers(RECORDING)
        form[vol.Required(const.OPT_NOTIFY_UNMAPPED, default=notify)] = BooleanSelector()
        return self._page("recording", form, user_input, errors, last=True)

    def _numbers(self, fields: tuple[NumberOption, ...]) -> dict[Any, Any]:
        chosen = self.config_entry.options
        return {
            vol.Required(field.key, default=chosen.get(field.key, field.default)): number(field.unit)
            for field in fields
        }

    def _page(
        self,
        step_id: str,
        form: dict[Any, Any],
        typed: Mapping[str, Any] | None,
        errors: dict[str, str],
        *,
        last: bool,
    ) -> ConfigFlowResult:
        schema = self.add_suggested_values_to_schema(vol.Schema(form), typed)
        return self.async_show_form(step_id=step_id, data_schema=schema, errors=errors, last_step=last)


def _errors(fields: tuple[NumberOption, ...], typed: Mapping[str, Any] | None) -> dict[str, str]:
    return {} if typed is None else errors_of({field.key: field.error(typed[field.key]) for field in fields})
