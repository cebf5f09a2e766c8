"""The sums of each user at each charger: one group for each pair, which comes and goes with either of them."""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .. import const
from ..adapters.configuration import subentries
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.statistics.sums import Scope
from .totals import TOTAL_SENSORS, SumsOf, TotalSensor

PREFIX = "user_"
_KEYS = frozenset(PREFIX + description.key for description in TOTAL_SENSORS)

type Pair = tuple[str, str]
"""Charger and user."""


class PerUserSensors:
    """Keeps these sensors in step with the chargers and users there are. All are disabled until somebody wants one."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
        """Add nothing yet; `follow` does."""
        self._hass = hass
        self._entry = entry
        self._add = add
        self._names: dict[Pair, str] = {}
        self._sensors: dict[Pair, list[TotalSensor]] = {}

    @callback
    def follow(self) -> None:
        """Add, rename and remove."""
        wanted = self._pairs()
        self._remove_all_but(wanted)
        for pair, name in wanted.items():
            if pair not in self._names:
                self._add_pair(pair, name)
            elif name != self._names[pair]:
                self._rename(pair, name)
        self._names = wanted
        self._sensors = {pair: sensors for pair, sensors in self._sensors.items() if pair in wanted}

    def _pairs(self) -> dict[Pair, str]:
        chargers = list(subentries(self._entry, const.SUBENTRY_CHARGER))
        users = list(subentries(self._entry, const.SUBENTRY_USER))
        return {(charger.subentry_id, user.subentry_id): user.title for charger in chargers for user in users}

    def _remove_all_but(self, wanted: dict[Pair, str]) -> None:
        """Home Assistant removes them with their charger, but knows nothing of the user in them."""
        registry = er.async_get(self._hass)
        wanted_ids = {f"{_owner(pair)}_{description.key}" for pair in wanted for description in TOTAL_SENSORS}
        for entity in er.async_entries_for_config_entry(registry, self._entry.entry_id):
            if entity.translation_key in _KEYS and entity.unique_id not in wanted_ids:
                registry.async_remove(entity.entity_id)

    def _add_pair(self, pair: Pair, name: str) -> None:
        self._sensors[pair] = self._made(pair, name)
        self._add(self._sensors[pair], config_subentry_id=pair[0])

    def _made(self, pair: Pair, name: str) -> list[TotalSensor]:
        charger_id, user_id = pair
        whose = SumsOf(
            scope=Scope(user_id=user_id, charger_id=charger_id),
            owner_id=_owner(pair),
            device=charger_id,
            prefix=PREFIX,
            user_name=name,
            enabled=False,
        )
        return [TotalSensor(self._entry.runtime_data, whose, description) for description in TOTAL_SENSORS]

    def _rename(self, pair: Pair, name: str) -> None:
        """Rename what is there. A disabled one is but an entry in the registry, which is renamed by adding it again."""
        for sensor in self._sensors[pair]:
            if self._is_disabled(sensor):
                made = next(one for one in self._made(pair, name) if one.unique_id == sensor.unique_id)
                self._add([made], config_subentry_id=pair[0])
            else:
                sensor.rename(name)

    def _is_disabled(self, sensor: TotalSensor) -> bool:
        registry = er.async_get(self._hass)
        entity_id = registry.async_get_entity_id("sensor", const.DOMAIN, sensor.unique_id or "")
        entry = registry.async_get(entity_id) if entity_id else None
        return entry is None or entry.disabled


def _owner(pair: Pair) -> str:
    return "_".join(pair)
