"""EV Charging Manager: the user, the car, the energy and the cost of each charging session."""

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
from .repairs.card import CardIssues
from .repairs.issues import delete_all
from .repairs.ledger import LedgerIssues, create_unwritable_issue
from .repairs.notices import RepairNotices
from .repairs.session_review import SessionReview
from .services import async_setup_services

PLATFORMS = (Platform.BINARY_SENSOR, Platform.EVENT, Platform.SELECT, Platform.SENSOR)
CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

# Too late to open the ledger: nothing would close it.
_TOO_LATE = (CoreState.final_write, CoreState.stopped)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions even if no household is set up, because automations may name them."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> bool:
    """Open the ledger, start all chargers, then create the entities."""
    try:
        household = await HouseholdRuntime.open(hass, entry, RepairNotices(hass, entry))
    except LedgerTooNew as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="ledger_too_new",
            translation_placeholders={"file": str(ledger_path(hass))},
        ) from error
    except LedgerError as error:
        create_unwritable_issue(hass, ledger_path(hass), error)
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="ledger_unavailable",
            translation_placeholders={"reason": str(error)},
        ) from error
    entry.runtime_data = household
    if hass.state in _TOO_LATE:
        await household.close()
        return False
    try:
        await _show(hass, entry, household)
    except BaseException:
        # If the set-up is cancelled, Home Assistant drops the unload callbacks; close here.
        await household.close()
        raise
    return True


async def _show(hass: HomeAssistant, entry: EvChargingConfigEntry, household: HouseholdRuntime) -> None:
    # Home Assistant does not unload entries when it stops, and cancels background tasks before its stop event.
    entry.async_on_unload(hass.async_add_shutdown_job(HassJob(household.close, f"{DOMAIN} drain")))
    # A household that is set up while the shutdown jobs run is too late for them and would leave its ledger open.
    entry.async_on_unload(hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, household.close_on_final_write))
    entry.async_on_unload(entry.add_update_listener(_changed))
    for watch in (CarWatch(hass, entry), CardIssues(hass, entry), LedgerIssues(hass, entry)):
        entry.async_on_unload(watch.start())
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    household.outbox.start()
    household.sums.recount_soon()
    # Last: it reads a week of sessions, and nothing waits for the result.
    entry.async_on_unload(SessionReview(hass, entry).start())


async def async_unload_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> bool:
    """Remove the entities, then drain the pipelines and close the ledger."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.close(UNLOAD_S)
    return unloaded


async def _changed(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Apply an edit of the entry or of a subentry without a reload."""
    await entry.runtime_data.changed()


async def async_remove_entry(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Delete the issues, except those that show where a damaged ledger was put aside."""
    delete_all(hass)
