"""A Home Assistant with states, bus, registries and config entries only: no frontend, no recorder."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from homeassistant import bootstrap, loader
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import CoreState, HomeAssistant


@asynccontextmanager
async def core() -> AsyncGenerator[HomeAssistant]:
    """Run a core over an empty configuration directory, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="ev_charging_bench_") as directory:
        hass = HomeAssistant(directory)
        hass.config.skip_pip = True
        await hass.config.async_set_time_zone("Europe/Berlin")
        hass.config_entries = ConfigEntries(hass, {})
        loader.async_setup(hass)
        await bootstrap.async_load_base_functionality(hass)
        hass.set_state(CoreState.running)
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


def settle_memory() -> None:
    """Hide all existing objects from the garbage collector, so that its passes charge a variant only for its own
    objects.
    """
    gc.collect()
    gc.freeze()
