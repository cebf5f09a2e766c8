"""EV Charging Manager: who charged, with which car, how much, and what it cost."""

from __future__ import annotations

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, Platform
from homeassistant.core import CoreState, HassJob, HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .adapters.household.cars import CarWatch
from .adapters.household.household import UNLOAD_S, EvChargingConfigEntry, HouseholdRuntime, ledger_path
from .const import DOMAIN
from .ledger.errors import LedgerError, LedgerTooNew
from .repairs.card_issue import CardIssues
from .repairs.ledger_issue import LedgerIssues, unwritable
from .repairs.notices import RepairNotices
from .repairs.session_review import SessionReview
from .repairs.withdrawal import forget_all
from .services import async_setup_services

PLATFORMS = (Platform.BINARY_SENSOR, Platform.EVENT, Platform.SELECT, Platform.SENSOR)
CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

# Nobody would close a ledger that is opened then.
_OVER = (CoreState.final_write, CoreState.stopped)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, whether the household is set up or not: automations name them."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> bool:
    """Open the ledger, start all chargers, then show them."""
    try:
        household = await HouseholdRuntime.open(hass, entry, RepairNotices(hass, entry))
    except LedgerTooNew as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="ledger_too_new",
            translation_placeholders={"file": str(ledger_path(hass))},
        ) from error
    except LedgerError as error:
        unwritable(hass, ledger_path(hass), error)
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="ledger_unavailable",
            translation_placeholders={"reason": str(error)},
        ) from error
    entry.runtime_data = household
    if hass.state in _OVER:
        await household.close()
        return False
    try:
        await _show(hass, entry, household)
    except BaseException:
        # A set-up that is cancelled takes back what would have closed it.
        await household.close()
        raise
    return True


async def _show(hass: HomeAssistant, entry: EvChargingConfigEntry, household: HouseholdRuntime) -> None:
    # Entries are not unloaded when Home Assistant stops, and background tasks are cancelled before it says so.
    entry.async_on_unload(hass.async_add_shutdown_job(HassJob(household.close, f"{DOMAIN} drain")))
    # A household that is set up while they run is too late for that, and would leave its ledger open.
    entry.async_on_unload(hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, household.closed_at_the_latest))
    entry.async_on_unload(entry.add_update_listener(_changed))
    for watch in (
        CarWatch(hass, entry),
        CardIssues(hass, entry),
        LedgerIssues(hass, entry),
    ):
        entry.async_on_unload(watch.start())
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    household.outbox.start()
    household.sums.recount_soon()
    # Nobody waits for what it finds, and it reads a week of sessions.
    entry.async_on_unload(SessionReview(hass, entry).start())


async def async_unload_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> bool:
    """Take the entities away, then let everything through and close the ledger."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.close(UNLOAD_S)
    return unloaded


async def _changed(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Something was edited: nothing is reloaded, the pipelines hear of it."""
    await entry.runtime_data.changed()


async def async_remove_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Take back the repairs: nobody is left who would. What says where a damaged ledger went stays."""
    forget_all(hass)
