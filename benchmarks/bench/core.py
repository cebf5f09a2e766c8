"""A Home Assistant with states, bus, registries and config entries, and nothing else: no frontend, no recorder."""

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
    """A running core over an empty configuration directory that goes with it."""
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
    """Take all there is out of the collector's sight, so that its passes cost each variant only what it left behind."""
    gc.collect()
    gc.freeze()
