"""The form of the household's options; the table of options is in the package's `options.py`."""

from __future__ import annotations

from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import BooleanSelector, Selector

from ..options import Option, Page, SwitchOption, options_on
from .fields import Errors, Form, Input, Values, errors_of, number


class HouseholdOptionsFlow(OptionsFlow):
    """Edits the options; the entry's update listener passes them on to running sessions."""

    _chosen: Values

    async def async_step_init(self, user_input: Input = None) -> ConfigFlowResult:
        """Options that decide when a session begins, pauses and counts."""
        errors = _errors(Page.SESSION, user_input)
        if user_input is None or errors:
            return self._page(Page.SESSION, user_input, errors, last=False)
        self._chosen = {**self.config_entry.options, **user_input}
        return await self.async_step_recording()

    async def async_step_recording(self, user_input: Input = None) -> ConfigFlowResult:
        """Options about how often values are read, shown and saved."""
        errors = _errors(Page.RECORDING, user_input)
        if user_input is None or errors:
            return self._page(Page.RECORDING, user_input, errors, last=True)
        return self.async_create_entry(data={**self._chosen, **user_input})

    def _page(self, page: Page, typed: Values | None, errors: Errors, *, last: bool) -> ConfigFlowResult:
        schema = self.add_suggested_values_to_schema(vol.Schema(self._form(page)), typed)
        return self.async_show_form(step_id=page.value, data_schema=schema, errors=errors, last_step=last)

    def _form(self, page: Page) -> Form:
        stored = self.config_entry.options
        return {
            vol.Required(option.key, default=stored.get(option.key, option.default)): _selector(option)
            for option in options_on(page)
        }


def _selector(option: Option) -> Selector[Any]:
    if isinstance(option, SwitchOption):
        return BooleanSelector()
    return number(option.unit)


def _errors(page: Page, typed: Values | None) -> Errors:
    if typed is None:
        return {}
    return errors_of({option.key: option.error(typed[option.key]) for option in options_on(page)})
