"""The actions: identify who is charging, and assign a recorded session to another user.

Both decide who pays. A caller without administrator rights needs the right to control the charger's Driver select.
"""

from __future__ import annotations

from typing import Any, Final

import voluptuous as vol
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.select import DOMAIN as SELECT_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv, entity_registry as er

from .adapters.configuration import household_of
from .adapters.household.assignment import Assigned, Assignment, assign, recorded
from .adapters.household.driver_choice import choose
from .adapters.household.household import EvChargingConfigEntry
from .adapters.household.lookup import refused, the_charger, the_driver, the_vehicle
from .adapters.sanitize import storable
from .const import ATTR_CHARGER, ATTR_SESSION, ATTR_USER, ATTR_VEHICLE, CONF_ACTIVE, DOMAIN
from .domain.events import iso
from .domain.messages import Driver, Progress
from .domain.records import Attribution, Identity
from .flows.fields import id_of
from .ledger.corrections import Correction
from .repairs.unknown import review
from .sensors.values import amount

SERVICE_IDENTIFY: Final = "identify_session"
SERVICE_ASSIGN: Final = "assign_session"

# The author of a correction that no user made.
AUTOMATION: Final = "automation"

_USER_FIELDS = {vol.Required(ATTR_USER): cv.string, vol.Optional(ATTR_VEHICLE): cv.string}
IDENTIFY_SCHEMA: Final = vol.Schema({vol.Required(ATTR_CHARGER): cv.string, **_USER_FIELDS})
ASSIGN_SCHEMA: Final = vol.Schema({vol.Required(ATTR_SESSION): cv.string, **_USER_FIELDS})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions. While the household is not set up, they raise an error with the remedy."""
    actions = ((SERVICE_IDENTIFY, _identify, IDENTIFY_SCHEMA), (SERVICE_ASSIGN, _assign, ASSIGN_SCHEMA))
    for name, action, schema in actions:
        hass.services.async_register(DOMAIN, name, action, schema, SupportsResponse.OPTIONAL)


async def _identify(call: ServiceCall) -> ServiceResponse:
    """Choose who is charging in the running session or, while no car is connected, in the next one."""
    hass = call.hass
    entry = _entry(hass)
    charger = the_charger(hass, entry, call.data[ATTR_CHARGER])
    await _permit(call, charger.subentry_id)
    driver, user = the_driver(hass, entry, call.data[ATTR_USER])
    if user is not None and not user.data.get(CONF_ACTIVE, True):
        raise refused("user_inactive", named=user.title)
    vehicle_id = the_vehicle(hass, entry, call.data.get(ATTR_VEHICLE))
    if driver is Driver.AUTOMATIC and vehicle_id is not None:
        raise refused("vehicle_with_automatic")
    progress = await choose(entry.runtime_data, charger.subentry_id, driver, id_of(user), vehicle_id)
    return {"charger_id": charger.subentry_id, **_identified(progress)}


async def _assign(call: ServiceCall) -> ServiceResponse:
    """Assign a recorded session to another user; the original assignment stays in the ledger."""
    hass = call.hass
    entry = _entry(hass)
    session_id = call.data[ATTR_SESSION]
    await _permit(call, (await recorded(entry.runtime_data, session_id)).charger_id)
    driver, user = the_driver(hass, entry, call.data[ATTR_USER])
    wanted = Assignment(
        session_id=session_id,
        driver=driver,
        user_id=id_of(user),
        vehicle_id=the_vehicle(hass, entry, call.data.get(ATTR_VEHICLE)),
        by=await _author(call),
    )
    done = await assign(entry.runtime_data, household_of(entry), wanted)
    await review(hass, entry)
    return _assigned(done)


def _entry(hass: HomeAssistant) -> EvChargingConfigEntry:
    """Return the household; ServiceValidationError while it is not set up."""
    entries: list[EvChargingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise refused("not_loaded")
    return entries[0]


async def _permit(call: ServiceCall, charger_id: str) -> None:
    """Raise Unauthorized unless the caller may control the charger's Driver select. Automations always may."""
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    if user.is_admin:
        return
    select = er.async_get(call.hass).async_get_entity_id(SELECT_DOMAIN, DOMAIN, f"{charger_id}_driver")
    if select is None or not user.permissions.check_entity(select, POLICY_CONTROL):
        raise Unauthorized(context=call.context, entity_id=select, permission=POLICY_CONTROL)


async def _author(call: ServiceCall) -> str:
    """Return the author of a correction: the user's name with the id, which outlives renaming, or "automation"."""
    if not call.context.user_id:
        return AUTOMATION
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        return AUTOMATION
    return storable(f"{user.name} ({user.id})")


def _identified(progress: Progress) -> dict[str, Any]:
    """Return the running session with its user; the choice for the next session while none runs."""
    session = progress.record
    if session is not None:
        return {"session_id": session.session_id, **_user(session.identity)}
    if progress.chosen is not None:
        return {"session_id": None, **_user(progress.chosen)}
    return {"session_id": None}


def _assigned(done: Assigned) -> dict[str, Any]:
    return {
        "session_id": done.record.session_id,
        **_attributed(done.record.attribution),
        "measured": _attributed(done.measured.attribution),
        "corrections": [_corrected(correction) for correction in done.corrections],
    }


def _corrected(correction: Correction) -> dict[str, Any]:
    return {
        "at": iso(correction.at),
        "by": correction.by,
        "before": _attributed(correction.before),
        "after": _attributed(correction.after),
    }


def _attributed(attribution: Attribution) -> dict[str, Any]:
    return {
        **_user(attribution.identity),
        "charge_price": amount(attribution.charge_price_micro),
        "charge_price_method": attribution.charge_price_method,
        "estimated_soc_added_pct": attribution.soc_added_pct,
    }


def _user(identity: Identity) -> dict[str, Any]:
    return {
        "user_id": identity.user_id,
        "user_name": identity.user_name,
        "user_type": str(identity.user_type),
        "identified_by": identity.identified_by and str(identity.identified_by),
        "vehicle_id": identity.vehicle_id,
        "vehicle_name": identity.vehicle_name,
    }
