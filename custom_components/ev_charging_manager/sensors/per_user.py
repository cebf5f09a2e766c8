"""The sums of each user at each charger: a group of sensors for each pair, removed with the user or the charger."""

from __future__ import annotations

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .. import const
from ..adapters.configuration import subentries
from ..adapters.household.household import EvChargingConfigEntry
from ..domain.statistics.sums import Scope
from .totals import TOTAL_SENSORS, SumGroup, TotalSensor

PREFIX = "user_"
_KEYS = frozenset(PREFIX + description.key for description in TOTAL_SENSORS)

type Pair = tuple[str, str]
"""The subentry ids of a charger and a user."""


class PerUserSensors:
    """Adds, renames and removes these sensors as chargers and users change. They are disabled by default."""

    def __init__(self, hass: HomeAssistant, entry: EvChargingConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
        """Prepare; `follow` adds the first sensors."""
        self._hass = hass
        self._entry = entry
        self._add = add
        self._names: dict[Pair, str] = {}
        self._sensors: dict[Pair, list[TotalSensor]] = {}

    @callback
    def follow(self) -> None:
        """Bring the sensors in line with the present chargers and users."""
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
        """Remove the sensors of deleted users. Home Assistant removes those of deleted chargers."""
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
        group = SumGroup(
            scope=Scope(user_id=user_id, charger_id=charger_id),
            owner_id=_owner(pair),
            device=charger_id,
            prefix=PREFIX,
            user_name=name,
            enabled=False,
        )
        return [TotalSensor(self._entry.runtime_data, group, description) for description in TOTAL_SENSORS]

    def _rename(self, pair: Pair, name: str) -> None:
        """Rename a pair's sensors. A disabled one exists only in the registry: adding it again renames it there."""
        for sensor in self._sensors[pair]:
            if self._is_disabled(sensor):
                made = next(one for one in self._made(pair, name) if one.unique_id == sensor.unique_id)
                self._add([made], config_subentry_id=pair[0])
            else:
                sensor.rename(name)

    def _is_disabled(self, sensor: TotalSensor) -> bool:
        registry = er.async_get(self._hass)
        entity_id = registry.async_get_entity_id("sensor", const.DOMAIN, sensor.unique_id or "")
        entry = registry.async_get(entity_id or "")
        return entry is None or entry.disabled


def _owner(pair: Pair) -> str:
    """Return the id that the unique ids of a pair's sensors begin with."""
    return "_".join(pair)
