"""Connects a charger by address and password. The charger sends its name and serial."""

from __future__ import annotations

from typing import Any

import aiohttp
import voluptuous as vol
from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .const import CONF_SERIAL, DOMAIN, Status

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_FORM = vol.Schema({vol.Required(CONF_HOST): str, vol.Required(CONF_PORT): int, vol.Required(CONF_PASSWORD): str})


class ChargerConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds one charger, or updates the address of an existing one."""

    VERSION = 1

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the form, and check that a charger responds."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                status = await self._status(user_input)
            except (aiohttp.ClientError, TimeoutError):
                errors["base"] = "cannot_connect"
            else:
                await self.async_set_unique_id(status["sse"])
                self._abort_if_unique_id_configured(updates=user_input)
                return self.async_create_entry(title=status["fna"], data={**user_input, CONF_SERIAL: status["sse"]})
        form = self.add_suggested_values_to_schema(_FORM, user_input or {})
        return self.async_show_form(step_id="user", data_schema=form, errors=errors)

    async def _status(self, typed: dict[str, Any]) -> Status:
        url = f"http://{typed[CONF_HOST]}:{typed[CONF_PORT]}/api/status?filter=sse,fna"
        async with async_get_clientsession(self.hass).get(url, timeout=_TIMEOUT) as response:
            status: Status = await response.json()
            return status
