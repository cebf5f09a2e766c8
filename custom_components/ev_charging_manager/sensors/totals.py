"""The sensors of sums: of a user, all guests, Unknown, the household, a charger, or a user at one charger."""

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
class SumGroup:
    """A group of sensors that show the sums of one scope.

    `device` is the subentry or entry id of the device. Unique ids begin with `owner_id`, translation keys with
    `prefix`. `user_name` is part of the names at a device that is not the user's.
    """

    scope: Scope
    owner_id: str
    device: str
    prefix: str = ""
    user_name: str | None = None
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class TotalSensorDescription(SensorEntityDescription):
    """A value of a sum.

    `runs`: running sessions are included. `breakdown`: attributes show it by month, and for the household by user.
    `money`: its unit is the household's currency.
    """

    value_fn: Callable[[Statistics, Scope], Value]
    attributes_fn: Callable[[Statistics, Scope], Mapping[str, Any]] = lambda _, __: {}
    runs: bool = False
    breakdown: bool = False
    money: bool = False


def _average(statistics: Statistics, scope: Scope) -> float | None:
    recorded = statistics.recorded(scope)
    if not recorded.sessions:
        return None
    return round(kwh(recorded.energy_mwh) / recorded.sessions, 3)


def _ended(statistics: Statistics, scope: Scope) -> Value:
    last = statistics.last(scope)
    if last is None or last.ended_at is None:
        return None
    return moment(last.ended_at)


def _last(statistics: Statistics, scope: Scope) -> Mapping[str, Any]:
    last = statistics.last(scope)
    if last is None:
        return {}
    return summary(last, statistics.name_of(last.identity))


def _other_currencies(statistics: Statistics, scope: Scope) -> Mapping[str, Any]:
    costs = {currency: amount(micro) for currency, micro in statistics.elsewhere(scope).items()}
    if not costs:
        return {}
    return {"other_currencies": costs}


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
        # Not TOTAL_INCREASING: a session that is assigned to another user leaves this sum, and statistics would take
        # the drop for a replaced meter.
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
        attributes_fn=_other_currencies,
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
        # No state class: the energy dashboard would offer an average as a meter.
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=_average,
    ),
)


@value
class _State:
    """A sensor's state. `content` is equal as long as the state is equal, and is cheaper to compare."""

    value: Value
    attributes: Mapping[str, Any]
    content: tuple[Any, ...]


class TotalSensor(SumEntity, SensorEntity):
    """One value of a sum."""

    entity_description: TotalSensorDescription
    # Each state repeats the whole breakdown; the recorder would store it again and again.
    _unrecorded_attributes = frozenset({"monthly_breakdown", "by_user"})

    def __init__(self, household: HouseholdRuntime, group: SumGroup, description: TotalSensorDescription) -> None:
        """Show one value."""
        super().__init__(household, group.scope, group.owner_id, description.key, group.device)
        self.entity_description = description
        self._months = Breakdown()
        self._users = Breakdown()
        self._sum: Total | None = None
        self._attr_translation_key = group.prefix + description.key
        self._attr_entity_registry_enabled_default = group.enabled
        if group.user_name is not None:
            self._attr_translation_placeholders = {"user": group.user_name}
        if description.money:
            self._attr_native_unit_of_measurement = household.currency

    @property
    def native_value(self) -> Value:
        """The present value."""
        return self._state_now().value

    @property
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """The attributes of the present value."""
        return self._state_now().attributes

    @callback
    def rename(self, user_name: str) -> None:
        """Change the user's name in the sensor's name."""
        self._attr_translation_placeholders = {"user": user_name}
        # Home Assistant caches the name and computes it again only after `_attr_name` was set.
        self.__dict__.pop("name", None)
        if isinstance(self.name, str):
            er.async_get(self.hass).async_update_entity(self.entity_id, original_name=self.name)

    def _content(self) -> tuple[Any, ...]:
        return self._state_now().content

    def _state_now(self) -> _State:
        """Return the state. It depends only on the sum: while that is the same object, the last state is returned."""
        total = self._total()
        if total is not self._sum:
            self._sum = total
            self._last_state = self._computed(total)
        return self._last_state

    def _total(self) -> Total:
        if self.entity_description.runs:
            return self._statistics.total(self._scope)
        return self._statistics.recorded(self._scope)

    def _computed(self, total: Total) -> _State:
        description = self.entity_description
        value = description.value_fn(self._statistics, self._scope)
        attributes = description.attributes_fn(self._statistics, self._scope)
        if not description.breakdown:
            return _State(value, attributes, (value, attributes))
        users = self._by_user()
        months = {"monthly_breakdown": self._months.of(self._statistics.months(self._scope))}
        # The months change only with the total, or when loading adds them; so their flag stands for all of them.
        return _State(value, {**attributes, **users, **months}, (value, total, self._statistics.by_month, users))

    def _by_user(self) -> Mapping[str, Any]:
        if self._scope != HOUSEHOLD:
            return {}
        return {"by_user": self._users.of(self._statistics.by_name())}
