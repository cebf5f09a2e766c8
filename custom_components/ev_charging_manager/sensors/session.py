"""What a charger's session looks like: where it stands, who, how much, how long, at what cost."""

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

from ..adapters.household import HouseholdRuntime
from ..domain.messages import Phase, Progress, Status
from ..domain.quantity import kwh
from ..domain.records import SessionRecord
from ..entity import ChargerEntity
from .values import Value, amount, clock_face, moment


@dataclass(frozen=True, kw_only=True)
class ProgressSensorDescription(SensorEntityDescription):
    """A sensor of a charger that always says something."""

    value_fn: Callable[[Progress], Value]


@dataclass(frozen=True, kw_only=True)
class SessionSensorDescription(SensorEntityDescription):
    """A sensor of the running session; unavailable while there is none."""

    value_fn: Callable[[Progress, SessionRecord], Value]
    attributes_fn: Callable[[SessionRecord], Mapping[str, Any]] | None = None
    money: bool = False
    resets: bool = False


def _who(record: SessionRecord) -> dict[str, Any]:
    who = record.identity
    return {
        "user_id": who.user_id,
        "user_type": str(who.user_type),
        "identified_by": who.identified_by and str(who.identified_by),
        "unknown_reason": who.unknown_reason and str(who.unknown_reason),
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
        value_fn=lambda _, record: record.identity.user_name,
        attributes_fn=_who,
    ),
    SessionSensorDescription(
        key="current_vehicle",
        value_fn=lambda _, record: record.identity.vehicle_name,
    ),
    SessionSensorDescription(
        key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        # It starts at zero with each session: TOTAL with the time of its start. As TOTAL_INCREASING, long-term
        # statistics would take the fall to zero for a meter that was replaced.
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
    """Where the charger's session stands."""

    entity_description: ProgressSensorDescription

    def __init__(
        self, household: HouseholdRuntime, charger: ConfigSubentry, description: ProgressSensorDescription
    ) -> None:
        """Show one value of the charger."""
        super().__init__(household, charger, description.key)
        self.entity_description = description

    @property
    def available(self) -> bool:
        """Whether the pipeline runs; an outage of the charger ends no session and is no reason to say nothing."""
        return self.progress is not None

    @property
    def native_value(self) -> Value:
        """The value at present."""
        return self.entity_description.value_fn(self.progress) if self.progress else None

    def _shown(self) -> tuple[Any, ...]:
        return self.available, self.native_value


class SessionSensor(ChargerEntity, SensorEntity):
    """Something about the running session."""

    entity_description: SessionSensorDescription

    def __init__(
        self, household: HouseholdRuntime, charger: ConfigSubentry, description: SessionSensorDescription
    ) -> None:
        """Show one value of the session."""
        super().__init__(household, charger, description.key)
        self.entity_description = description
        if description.money:
            self._attr_native_unit_of_measurement = household.currency

    @property
    def available(self) -> bool:
        """Whether a session runs."""
        return self.session is not None

    @property
    def native_value(self) -> Value:
        """The value at present."""
        progress, session = self.progress, self.session
        if progress is None or session is None:
            return None
        return self.entity_description.value_fn(progress, session)

    @property
    def last_reset(self) -> datetime | None:
        """When the session began, for what starts at zero with it."""
        if not self.entity_description.resets or self.session is None:
            return None
        return moment(self.session.started_at)

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to the value."""
        describe = self.entity_description.attributes_fn
        return describe(self.session) if describe and self.session else None

    def _shown(self) -> tuple[Any, ...]:
        return self.available, self.native_value, self.last_reset, self.extra_state_attributes
