"""EV Charging Manager: who charged, with which car, how much, and what it cost."""

from __future__ import annotations

from homeassistant.const import Platform
from homeassistant.core import HassJob, HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .adapters.card_issues import CardIssues
from .adapters.cars import CarWatch
from .adapters.household import EvChargingConfigEntry, HouseholdRuntime
from .adapters.unknown_issues import UnknownIssues
from .const import DOMAIN
from .ledger.errors import LedgerError
from .services import async_setup_services

PLATFORMS = (Platform.BINARY_SENSOR, Platform.EVENT, Platform.SELECT, Platform.SENSOR)
CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, whether the household is set up or not: automations name them."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> bool:
    """Open the ledger, start all chargers, then show them."""
    try:
        household = await HouseholdRuntime.open(hass, entry)
    except LedgerError as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="ledger_unavailable",
            translation_placeholders={"reason": str(error)},
        ) from error
    entry.runtime_data = household
    # Entries are not unloaded when Home Assistant stops, and background tasks are cancelled before it says so.
    entry.async_on_unload(hass.async_add_shutdown_job(HassJob(household.close, f"{DOMAIN} drain")))
    entry.async_on_unload(entry.add_update_listener(_changed))
    for watch in (CarWatch(hass, entry), CardIssues(hass, entry), UnknownIssues(hass, entry)):
        entry.async_on_unload(watch.start())
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    household.outbox.start()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> bool:
    """Take the entities away, then let everything through and close the ledger."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.close()
    return unloaded


async def _changed(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Something was edited: nothing is reloaded, the pipelines hear of it."""
    await entry.runtime_data.changed()
