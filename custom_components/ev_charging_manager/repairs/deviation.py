"""The repair of a charger with sessions that keep deviating from its total counter: a wrong entity or wiring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from .. import const
from ..adapters.charger.discovery import ROLE_DOMAINS
from ..adapters.clock import house_clock
from ..adapters.configuration import entities_of
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.household import Role
from ..domain.metering.validation import Comparison, compared
from ..domain.quantity import kwh
from ..flows.entities import FoundEntity, find_entity, problem, shown_entity
from . import recent_sessions
from .flow import ChargerRepairFlow, RepairResult

DEVIATION: Final = "deviation"
# A charger still deviates if one of the newest so many sessions does. A single one may agree by chance, for example
# if it was too short to show the difference.
NEWEST: Final = 2

_TOTAL = Role.TOTAL_ENERGY.value


async def review(hass: HomeAssistant, entry: EvChargingConfigEntry) -> None:
    """Create the issue for each charger with sessions that keep deviating, and delete it for the others."""
    await recent_sessions.review(hass, entry, DEVIATION, _finding)


async def _finding(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> dict[str, str] | None:
    if not entities_of(charger).keys() >= {Role.TOTAL_ENERGY, Role.SESSION_ENERGY}:
        # Without both counters nothing is compared: the total alone is the counter that sessions are measured with.
        return None
    newest_first = await _comparisons(entry, charger)
    doubtful = [comparison for comparison in newest_first if comparison.doubtful]
    still_deviates = any(comparison.doubtful for comparison in newest_first[:NEWEST])
    if len(doubtful) < recent_sessions.ENOUGH or not still_deviates:
        return None
    return {"count": str(len(doubtful)), **_placeholders(doubtful[0])}


async def _comparisons(entry: EvChargingConfigEntry, charger: ConfigSubentry) -> list[Comparison]:
    """Return the comparisons of the last week that the user has not marked as checked, newest first."""
    checked = charger.data.get(const.CONF_DEVIATION_CHECKED) or 0.0
    sessions = await recent_sessions.recent_sessions(entry, charger, since=checked)
    # A session that ended at this very moment had ended when the user checked.
    unchecked = (session for session in sessions if (session.ended_at or 0.0) > checked)
    return [comparison for session in unchecked if (comparison := compared(session)) is not None]


def _placeholders(last: Comparison) -> dict[str, str]:
    tracked = last.record.energy_mwh
    return {
        "deviation": f"{last.record.deviation_pct or 0.0:+.1f}",
        "tracked": f"{kwh(tracked):.3f}",
        "metered": f"{kwh(tracked - last.apart_mwh):.3f}",
    }


class DeviationFlow(ChargerRepairFlow):
    """Maps another total counter, stops the comparison, or notes that the user has checked the charger."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Show the menu; its text names the likely causes."""
        return self.menu("other_counter", "stop_comparing", "checked", "ignore")

    async def async_step_other_counter(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Choose another entity as the total counter."""
        charger = self.charger
        if charger is None:
            return self.end("charger_gone")
        entities: dict[str, str] = dict(charger.data[const.CONF_ENTITIES])
        if user_input is None:
            return self._choose(self._shown(entities), {}, "")
        found = find_entity(self.hass, user_input[_TOTAL])
        error = problem(Role.TOTAL_ENERGY, found, self._used(entities))
        if found is not None and error is None:
            return self._store(charger, {**entities, _TOTAL: found.stored})
        return self._choose(user_input, {_TOTAL: error or "entity_not_found"}, _wrong_units(found))

    async def async_step_stop_comparing(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Remove the total counter from the charger's entities."""
        charger = self.charger
        if charger is None:
            return self.end("charger_gone")
        mapped = charger.data[const.CONF_ENTITIES]
        if Role.SESSION_ENERGY not in mapped:
            # The charger was edited while the form was open: its sessions are now measured with the total counter.
            return self._store(charger, mapped)
        if user_input is None:
            return self.form("stop_comparing", {}, {}, {})
        return self._store(charger, {role: entity for role, entity in mapped.items() if role != _TOTAL})

    async def async_step_checked(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Keep the entities; only sessions that end from now on can lead to the issue again."""
        charger = self.charger
        if charger is None:
            return self.end("charger_gone")
        return self._store(charger, charger.data[const.CONF_ENTITIES])

    def _choose(self, values: Mapping[str, Any], errors: dict[str, str], wrong_units: str) -> RepairResult:
        # The filter only narrows the selection. `problem` checks the entity, because its errors are translated.
        selector = EntitySelector(EntitySelectorConfig(filter={"domain": list(ROLE_DOMAINS[Role.TOTAL_ENERGY])}))
        return self.form("other_counter", {vol.Required(_TOTAL): selector}, values, errors, wrong_units=wrong_units)

    def _shown(self, entities: Mapping[str, str]) -> dict[str, str | None]:
        if _TOTAL not in entities:
            return {}
        return {_TOTAL: shown_entity(self.hass, entities[_TOTAL])}

    def _used(self, entities: Mapping[str, str]) -> set[str]:
        return {shown_entity(self.hass, stored) for role, stored in entities.items() if role != _TOTAL}

    def _store(self, charger: ConfigSubentry, entities: Mapping[str, str]) -> RepairResult:
        """Store the entities and the time of the check. If the entities changed, the charger's pipeline restarts."""
        now = house_clock().now().utc
        data = {**charger.data, const.CONF_ENTITIES: dict(entities), const.CONF_DEVIATION_CHECKED: now}
        self.hass.config_entries.async_update_subentry(self.entry, charger, data=data)
        return self.async_create_entry(data={})


def _wrong_units(found: FoundEntity | None) -> str:
    if found is None:
        return ""
    return f"{found.entity_id}: {found.unit or '–'}"
