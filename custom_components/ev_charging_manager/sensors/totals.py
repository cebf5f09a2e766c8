"""Sums of what was charged: a user's, all guests', Unknown's, the household's, a user's at one charger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfEnergy
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from ..adapters.household.household import HouseholdRuntime
from ..domain.quantity import kwh
from ..domain.statistics.statistics import Statistics
from ..domain.statistics.sums import HOUSEHOLD, Scope
from ..domain.statistics.totals import Total
from ..domain.value import value
from ..entity import SumEntity
from .breakdown import Breakdown
from .values import Value, amount, moment, summary


@dataclass(frozen=True, slots=True, kw_only=True)
class SumsOf:
    """Whose sums a group of sensors shows, at which device, and what tells it from the other groups.

    `owner_id` begins the unique ids and `prefix` the translation keys. `user_name` is part of the names, for
    sensors at a device that is not the user's.
    """

    scope: Scope
    owner_id: str
    device: str
    prefix: str = ""
    user_name: str | None = None
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class TotalSensorDescription(SensorEntityDescription):
    """A value of a sum. `runs`: running sessions are in it. `breakdown`: it is also shown by month, and by user."""

    value_fn: Callable[[Statistics, Scope], Value]
    attributes_fn: Callable[[Statistics, Scope], Mapping[str, Any]] = lambda _, __: {}
    runs: bool = False
    breakdown: bool = False
    money: bool = False


def _average(statistics: Statistics, scope: Scope) -> float | None:
    recorded = statistics.recorded(scope)
    return round(kwh(recorded.energy_mwh) / recorded.sessions, 3) if recorded.sessions else None


def _ended(statistics: Statistics, scope: Scope) -> Value:
    last = statistics.last(scope)
    return None if last is None or last.ended_at is None else moment(last.ended_at)


def _last(statistics: Statistics, scope: Scope) -> Mapping[str, Any]:
    last = statistics.last(scope)
    return summary(last, statistics.name_of(last.identity)) if last else {}


def _elsewhere(statistics: Statistics, scope: Scope) -> Mapping[str, Any]:
    costs = {currency: amount(micro) for currency, micro in statistics.elsewhere(scope).items()}
    return {"other_currencies": costs} if costs else {}


LAST_SESSION = TotalSensorDescription(
    key="last_session",
    device_class=SensorDeviceClass.TIMESTAMP,
    value_fn=_ended,
    attributes_fn=_last,
)

TOTAL_SENSORS = (
    TotalSensorDescription(
        key="total_energy",
        device_class=SensorDeviceClass.ENERGY,
        # Not TOTAL_INCREASING: a session that is given to somebody else leaves this sum, and statistics would take
        # the fall for a meter that was replaced.
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=lambda statistics, scope: kwh(statistics.total(scope).energy_mwh),
        runs=True,
        breakdown=True,
    ),
    TotalSensorDescription(
        key="total_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        value_fn=lambda statistics, scope: amount(statistics.total(scope).cost_micro),
        attributes_fn=_elsewhere,
        runs=True,
        money=True,
    ),
    TotalSensorDescription(
        key="session_count",
        state_class=SensorStateClass.TOTAL,
        value_fn=lambda statistics, scope: statistics.recorded(scope).sessions,
    ),
    LAST_SESSION,
    TotalSensorDescription(
        key="average_energy",
        # No state class: an average is no amount that flowed, and the energy dashboard must not offer it.
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=_average,
    ),
)


@value
class _Look:
    """What a sensor found when it last looked at its sum. `essence`: all that a state is made of."""

    value: Value
    attributes: Mapping[str, Any]
    essence: tuple[Any, ...]


class TotalSensor(SumEntity, SensorEntity):
    """One value of a sum."""

    entity_description: TotalSensorDescription
    # They repeat all of the history with each state, which the recorder holds already.
    _unrecorded_attributes = frozenset({"monthly_breakdown", "by_user"})

    def __init__(self, household: HouseholdRuntime, whose: SumsOf, description: TotalSensorDescription) -> None:
        """Show one value."""
        super().__init__(household, whose.scope, whose.owner_id, description.key, whose.device)
        self.entity_description = description
        self._months, self._users = Breakdown(), Breakdown()
        self._sum: Total | None = None
        self._attr_translation_key = whose.prefix + description.key
        self._attr_entity_registry_enabled_default = whose.enabled
        if whose.user_name is not None:
            self._attr_translation_placeholders = {"user": whose.user_name}
        if description.money:
            self._attr_native_unit_of_measurement = household.currency

    @property
    def native_value(self) -> Value:
        """The value at present."""
        return self._look().value

    @property
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """What belongs to the value."""
        return self._look().attributes

    @callback
    def rename(self, user_name: str) -> None:
        """Carry another name of the user."""
        self._attr_translation_placeholders = {"user": user_name}
        # Home Assistant computes a name once; only setting the name itself would make it look again.
        self.__dict__.pop("name", None)
        name = self.name if isinstance(self.name, str) else None
        er.async_get(self.hass).async_update_entity(self.entity_id, original_name=name)

    def _shown(self) -> tuple[Any, ...]:
        return self._look().essence

    def _look(self) -> _Look:
        """All that is shown changes with the sum only: while that is the same object, nothing happened."""
        statistics, scope = self._statistics, self._scope
        of = statistics.total(scope) if self.entity_description.runs else statistics.recorded(scope)
        if of is not self._sum:
            self._sum, self._looked = of, self._look_again(of)
        return self._looked

    def _look_again(self, of: Total) -> _Look:
        description = self.entity_description
        value = description.value_fn(self._statistics, self._scope)
        attributes = description.attributes_fn(self._statistics, self._scope)
        if not description.breakdown:
            return _Look(value, attributes, (value, attributes))
        users = self._by_user()
        months = {"monthly_breakdown": self._months.of(self._statistics.months(self._scope))}
        # The months change with the total only, but for the load that brings them.
        return _Look(value, {**attributes, **users, **months}, (value, of, self._statistics.by_month, users))

    def _by_user(self) -> Mapping[str, Any]:
        return {"by_user": self._users.of(self._statistics.by_name())} if self._scope == HOUSEHOLD else {}
