"""Actions: say who is charging, and give a recorded session to somebody else.

Users without administrator rights need the right to control the charger's Driver select: both actions say who pays.
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
from .const import ATTR_CHARGER, ATTR_SESSION, ATTR_USER, ATTR_VEHICLE, CONF_ACTIVE, DOMAIN
from .domain.events import iso
from .domain.quantity import money
from .domain.records import Attribution, Identity
from .ledger.corrections import Correction
from .repairs.unknown import review

SERVICE_IDENTIFY: Final = "identify_session"
SERVICE_ASSIGN: Final = "assign_session"

_WHO = {vol.Required(ATTR_USER): cv.string, vol.Optional(ATTR_VEHICLE): cv.string}
IDENTIFY_SCHEMA: Final = vol.Schema({vol.Required(ATTR_CHARGER): cv.string, **_WHO})
ASSIGN_SCHEMA: Final = vol.Schema({vol.Required(ATTR_SESSION): cv.string, **_WHO})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; they say what is wrong when the household is not set up."""
    actions = ((SERVICE_IDENTIFY, _identify, IDENTIFY_SCHEMA), (SERVICE_ASSIGN, _assign, ASSIGN_SCHEMA))
    for name, action, schema in actions:
        hass.services.async_register(DOMAIN, name, action, schema, SupportsResponse.OPTIONAL)


async def _identify(call: ServiceCall) -> ServiceResponse:
    """Say who is charging in the running session or, while no car is there, in the next."""
    hass, entry = call.hass, _entry(call.hass)
    charger = the_charger(hass, entry, call.data[ATTR_CHARGER])
    await _permit(call, charger.subentry_id)
    driver, user = the_driver(hass, entry, call.data[ATTR_USER])
    if user is not None and not user.data.get(CONF_ACTIVE, True):
        raise refused("user_inactive", said=user.title)
    vehicle_id = the_vehicle(hass, entry, call.data.get(ATTR_VEHICLE))
    user_id = user.subentry_id if user else None
    progress = await choose(entry.runtime_data, charger.subentry_id, driver, user_id, vehicle_id)
    session, chosen = progress.record, progress.chosen
    who = session.identity if session else chosen
    return {
        "charger_id": charger.subentry_id,
        "session_id": session.session_id if session else None,
        **(_shown(who) if who else {}),
    }


async def _assign(call: ServiceCall) -> ServiceResponse:
    """Give a recorded session to somebody else; what was measured stays beside it."""
    hass, entry = call.hass, _entry(call.hass)
    session_id = call.data[ATTR_SESSION]
    await _permit(call, (await recorded(entry.runtime_data, session_id)).charger_id)
    driver, user = the_driver(hass, entry, call.data[ATTR_USER])
    wanted = Assignment(
        session_id=session_id,
        driver=driver,
        user_id=user.subentry_id if user else None,
        vehicle_id=the_vehicle(hass, entry, call.data.get(ATTR_VEHICLE)),
        by=await _by(call),
    )
    done = await assign(entry.runtime_data, household_of(entry), wanted)
    await review(hass, entry)
    return _assigned(done)


def _entry(hass: HomeAssistant) -> EvChargingConfigEntry:
    entries: list[EvChargingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    if not entries:
        raise refused("not_loaded")
    return entries[0]


async def _permit(call: ServiceCall, charger_id: str) -> None:
    """Raise Unauthorized unless the caller may say who pays at this charger. Automations may."""
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


async def _by(call: ServiceCall) -> str:
    """Who gave it away, for the record: the id stays when the name changes."""
    user = await call.hass.auth.async_get_user(call.context.user_id) if call.context.user_id else None
    return f"{user.name} ({user.id})" if user else "automation"


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


def _attributed(what: Attribution) -> dict[str, Any]:
    charge = what.charge_price_micro
    return {
        **_shown(what.identity),
        "charge_price": None if charge is None else money(charge),
        "charge_price_method": what.charge_price_method,
        "estimated_soc_added_pct": what.soc_added_pct,
    }


def _shown(who: Identity) -> dict[str, Any]:
    return {
        "user_id": who.user_id,
        "user_name": who.user_name,
        "user_type": str(who.user_type),
        "identified_by": None if who.identified_by is None else str(who.identified_by),
        "vehicle_id": who.vehicle_id,
        "vehicle_name": who.vehicle_name,
    }
