"""The diagnostics download: configuration, pipeline graph, health of each actor and last sessions, without names."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from . import const
from .adapters.charger.charger import ChargerRuntime
from .adapters.household.household import EvChargingConfigEntry, HouseholdRuntime
from .domain.records import SessionRecord
from .domain.statistics.sums import HOUSEHOLD, Scope
from .ledger.errors import LedgerError

REDACTED = {
    const.CONF_HOST,
    const.CONF_SERIAL,
    const.CONF_UID,
    const.CONF_SLOT,
    const.CONF_PERSON,
    "title",
    "name",
    "charger_name",
    "user_name",
    "vehicle_name",
    "card",
}
LAST_SESSIONS = 20


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: EvChargingConfigEntry) -> dict[str, Any]:
    """Return the diagnostics of the household; without those of its chargers while the entry is not loaded."""
    configuration: dict[str, Any] = {
        "options": dict(entry.options),
        "subentries": [
            {"subentry_id": item.subentry_id, "type": item.subentry_type}
            | async_redact_data({"title": item.title, "data": dict(item.data)}, REDACTED)
            for item in entry.subentries.values()
        ],
    }
    if entry.state is not ConfigEntryState.LOADED:
        return configuration | _not_loaded(entry)
    return configuration | await _running(entry.runtime_data)


def _not_loaded(entry: EvChargingConfigEntry) -> dict[str, Any]:
    """Return why the entry is not loaded, which is then the reason for the download."""
    return {"state": entry.state.value, "reason": entry.error_reason_translation_key}


async def _running(household: HouseholdRuntime) -> dict[str, Any]:
    return {
        "chargers": {key: _charger(charger) for key, charger in household.chargers.items()},
        "ledger": household.ledger.health.as_dict() | {"waiting": household.ledger.waiting},
        "clock": household.clock.health(),
        "sessions": await _sessions(household, None),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: EvChargingConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of a charger; for a user or the household, the totals."""
    if entry.state is not ConfigEntryState.LOADED:
        return _not_loaded(entry)
    household = entry.runtime_data
    own = {identifier for domain, identifier in device.identifiers if domain == const.DOMAIN}
    for charger_id in own & household.chargers.keys():
        charger = household.chargers[charger_id]
        data = async_redact_data(dict(charger.charger.data), REDACTED)
        return {"configuration": data} | _charger(charger) | {"sessions": await _sessions(household, charger_id)}
    return {"totals": asdict(household.statistics.total(_scope(entry, own)))}


def _scope(entry: EvChargingConfigEntry, own: set[str]) -> Scope:
    if entry.entry_id in own:
        return HOUSEHOLD
    return Scope(user_id=next(iter(own), None))


def _charger(charger: ChargerRuntime) -> dict[str, Any]:
    health = charger.health().as_dict()
    progress = charger.display.progress
    return {
        "graph": health["edges"],
        "health": async_redact_data(health, REDACTED - {"name"}) | {"name": "**REDACTED**"},
        "entities_mapped": sorted(role.value for role in charger.feed.entity_ids),
        "ingestor": {
            "readings_put_aside": charger.ingestor.rejected,
            "not_a_number": charger.ingestor.unreadable,
            "overflows": charger.ingestor.overflows,
        },
        "status": progress and str(progress.status),
        "phase": progress and str(progress.phase),
    }


async def _sessions(household: HouseholdRuntime, charger_id: str | None) -> list[dict[str, Any]]:
    """Return the last sessions of a charger, or of all chargers."""
    ledger = household.ledger
    try:
        found = await ledger.call(ledger.ledger.last_sessions, charger_id=charger_id, limit=LAST_SESSIONS)
    except LedgerError as error:
        # The diagnostics matter most when the ledger fails, so they are returned without sessions.
        return [{"unreadable": type(error).__name__}]
    return [_redacted(record) for record in found]


def _redacted(record: SessionRecord) -> dict[str, Any]:
    return async_redact_data(asdict(record), REDACTED)
