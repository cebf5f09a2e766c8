"""The repair of a charger whose sessions disagree with its total counter: another counter, none, or all is well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigSubentry
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from .. import const
from ..adapters.charger.discovery import ROLE_DOMAINS
from ..adapters.clock import house_clock
from ..domain.household import Role
from ..flows.entities import find_entity, problem, shown_entity
from .flow import HouseholdRepairFlow, RepairResult

_TOTAL = Role.TOTAL_ENERGY.value


class DeviationFlow(HouseholdRepairFlow):
    """Maps another total counter, stops comparing, or notes that somebody has looked into it."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """What can be done here; the likely causes are in the text."""
        return self.menu("other_counter", "stop_comparing", "checked", "ignore")

    async def async_step_other_counter(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Hold sessions against another entity from now on."""
        charger = self._charger()
        if charger is None:
            return self._gone()
        entities: dict[str, str] = dict(charger.data[const.CONF_ENTITIES])
        words, errors = {"wrong_units": ""}, {}
        if user_input is not None:
            found = find_entity(self.hass, user_input[_TOTAL])
            error = problem(Role.TOTAL_ENERGY, found, self._used(entities))
            if found is not None and error is None:
                return self._store(charger, {**entities, _TOTAL: found.stored})
            errors = {_TOTAL: error or "entity_not_found"}
            words = {"wrong_units": f"{found.entity_id}: {found.unit or '–'}" if found else ""}
        stored = {_TOTAL: shown_entity(self.hass, entities[_TOTAL])} if _TOTAL in entities else {}
        return self._choose(user_input or stored, errors, words)

    async def async_step_stop_comparing(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Map no total counter any more."""
        charger = self._charger()
        if charger is None:
            return self._gone()
        if Role.SESSION_ENERGY not in charger.data[const.CONF_ENTITIES]:
            # The form was open while the charger was edited: the total is what sessions are measured with.
            return self._store(charger, charger.data[const.CONF_ENTITIES])
        if user_input is None:
            return self.form("stop_comparing", {}, {}, {})
        entities = {role: entity for role, entity in charger.data[const.CONF_ENTITIES].items() if role != _TOTAL}
        return self._store(charger, entities)

    async def async_step_checked(self, user_input: dict[str, Any] | None = None) -> RepairResult:
        """Leave everything as it is; what comes from now on counts anew."""
        charger = self._charger()
        if charger is None:
            return self._gone()
        return self._store(charger, charger.data[const.CONF_ENTITIES])

    def _choose(self, values: Mapping[str, Any], errors: dict[str, str], words: Mapping[str, str]) -> RepairResult:
        # As a filter the kinds only narrow what is offered; our own check says in people's words what is wrong.
        selector = EntitySelector(EntitySelectorConfig(filter={"domain": list(ROLE_DOMAINS[Role.TOTAL_ENERGY])}))
        schema = vol.Schema({vol.Required(_TOTAL): selector})
        return self.async_show_form(
            step_id="other_counter",
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders={**self.words, **words},
        )

    def _used(self, entities: Mapping[str, str]) -> set[str]:
        return {shown_entity(self.hass, stored) for role, stored in entities.items() if role != _TOTAL}

    def _charger(self) -> ConfigSubentry | None:
        return self.entry.subentries.get(self.charger_id)

    def _gone(self) -> RepairResult:
        return self.async_abort(reason="charger_gone", description_placeholders=self.words)

    def _store(self, charger: ConfigSubentry, entities: Mapping[str, str]) -> RepairResult:
        """The listeners of the entry do the rest: a changed mapping restarts this one charger's pipeline."""
        now = house_clock().now().utc
        data = {**charger.data, const.CONF_ENTITIES: dict(entities), const.CONF_DEVIATION_CHECKED: now}
        self.hass.config_entries.async_update_subentry(self.entry, charger, data=data)
        return self.async_create_entry(data={})
