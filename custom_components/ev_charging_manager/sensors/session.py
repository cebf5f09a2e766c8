"""The sensors of a charger's session: status, phase, user, vehicle, energy, power, duration and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, UnitOfEnergy, UnitOfPower
from homeassistant.core import CALLBACK_TYPE

from ..adapters.household.household import HouseholdRuntime
from ..domain.messages import Phase, Progress, Status
from ..domain.quantity import kwh
from ..domain.records import SessionRecord
from ..entity import ChargerEntity
from .values import Value, amount, clock_face, moment


@dataclass(frozen=True, kw_only=True)
class ProgressSensorDescription(SensorEntityDescription):
    """A sensor that also has a value while no session runs."""

    value_fn: Callable[[Progress], Value]


@dataclass(frozen=True, kw_only=True)
class SessionSensorDescription(SensorEntityDescription):
    """A sensor of the running session; unavailable while there is none.

    `grows`: the value changes between two events of the charger. `money`: its unit is the household's currency.
    `resets`: it starts at zero with each session.
    """

    value_fn: Callable[[Progress, SessionRecord], Value]
    attributes_fn: Callable[[SessionRecord], Mapping[str, Any] | None] = lambda _: None
    grows: bool = True
    money: bool = False
    resets: bool = False


type SessionContent = tuple[Value, float | None, Mapping[str, Any] | None]
"""Value, start of the session as UTC epoch second, and attributes."""

NO_SESSION: SessionContent = (None, None, None)


def _user_attributes(record: SessionRecord) -> dict[str, Any]:
    identity = record.identity
    return {
        "user_id": identity.user_id,
        "user_type": str(identity.user_type),
        "identified_by": identity.identified_by and str(identity.identified_by),
        "unknown_reason": identity.unknown_reason and str(identity.unknown_reason),
    }


PROGRESS_SENSORS = (
    ProgressSensorDescription(
        key="status",
        device_class=SensorDeviceClass.ENUM,
        options=list(Status),
        value_fn=lambda progress: progress.status,
    ),
    ProgressSensorDescription(
        key="phase",
        device_class=SensorDeviceClass.ENUM,
        options=list(Phase),
        value_fn=lambda progress: progress.phase,
    ),
)

SESSION_SENSORS = (
    SessionSensorDescription(
        key="current_user",
        grows=False,
        value_fn=lambda _, record: record.identity.user_name,
        attributes_fn=_user_attributes,
    ),
    SessionSensorDescription(
        key="current_vehicle",
        grows=False,
        value_fn=lambda _, record: record.identity.vehicle_name,
    ),
    SessionSensorDescription(
        key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        # TOTAL with the start of the session as last reset: with TOTAL_INCREASING, long-term statistics would take
        # the drop to zero for a replaced meter.
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        resets=True,
        value_fn=lambda _, record: kwh(record.energy_mwh),
    ),
    SessionSensorDescription(
        key="session_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value_fn=lambda progress, _: progress.power_w,
    ),
    SessionSensorDescription(
        key="session_duration",
        value_fn=lambda _, record: clock_face(record.duration_s),
        attributes_fn=lambda record: {"seconds": int(record.duration_s)},
    ),
    SessionSensorDescription(
        key="session_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        money=True,
        resets=True,
        value_fn=lambda _, record: amount(record.cost_micro),
    ),
    SessionSensorDescription(
        key="session_charge_price",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        money=True,
        resets=True,
        value_fn=lambda _, record: amount(record.charge_price_micro),
    ),
    SessionSensorDescription(
        key="soc_added",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=lambda _, record: record.soc_added_pct,
    ),
)


class ProgressSensor(ChargerEntity, SensorEntity):
    """The status or phase of a charger."""

    entity_description: ProgressSensorDescription

    def __init__(
        self, household: HouseholdRuntime, charger: ConfigSubentry, description: ProgressSensorDescription
    ) -> None:
        """Show one value of the charger."""
        super().__init__(household, charger, description.key)
        self.entity_description = description

    @property
    def available(self) -> bool:
        """Whether the pipeline runs. An outage of the charger does not end its session."""
        return self.progress is not None

    @property
    def native_value(self) -> Value:
        """The present value; None while the pipeline does not run."""
        if self.progress is None:
            return None
        return self.entity_description.value_fn(self.progress)

    def _content(self) -> tuple[Any, ...]:
        return self.available, self.native_value


class SessionSensor(ChargerEntity, SensorEntity):
    """One value of the running session."""

    entity_description: SessionSensorDescription

    def __init__(
        self, household: HouseholdRuntime, charger: ConfigSubentry, description: SessionSensorDescription
    ) -> None:
        """Show one value of the session."""
        super().__init__(household, charger, description.key)
        self.entity_description = description
        self._started_at: float | None = None
        self._value: Value = None
        self._attributes: Mapping[str, Any] | None = None
        self._attr_available = False
        if description.money:
            self._attr_native_unit_of_measurement = household.currency

    def _listen(self) -> CALLBACK_TYPE:
        if self.entity_description.grows:
            return self._display.follow(self.write_if_changed)
        return super()._listen()

    def _content(self) -> SessionContent:
        progress = self._display.progress
        if progress is None or progress.record is None:
            return NO_SESSION
        record = progress.record
        description = self.entity_description
        return description.value_fn(progress, record), record.started_at, description.attributes_fn(record)

    @property
    def native_value(self) -> Value:
        """The written value. Core asks once for each write, so no `_attr_` copy is kept."""
        return self._value

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """The written attributes."""
        return self._attributes

    def _keep(self, *content: Any) -> None:
        """Keep the values for the write. Core reads availability and last reset often, so they are `_attr_` fields."""
        self._value, started_at, self._attributes = content
        if started_at != self._started_at:
            self._started_at = started_at
            self._attr_available = started_at is not None
            self._attr_last_reset = self._last_reset(started_at)

    def _last_reset(self, started_at: float | None) -> datetime | None:
        """Return the start of the session, for sensors that start at zero with it."""
        if started_at is None or not self.entity_description.resets:
            return None
        return moment(started_at)
