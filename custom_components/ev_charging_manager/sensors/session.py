"""What a charger's session looks like: where it stands, who, how much, how long, at what cost."""

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
    """A sensor of a charger that always says something."""

    value_fn: Callable[[Progress], Value]


@dataclass(frozen=True, kw_only=True)
class SessionSensorDescription(SensorEntityDescription):
    """A sensor of the running session; unavailable while there is none. `grows`: without anything happening."""

    value_fn: Callable[[Progress, SessionRecord], Value]
    grows: bool = True
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
        grows=False,
        value_fn=lambda _, record: record.identity.user_name,
        attributes_fn=_who,
    ),
    SessionSensorDescription(
        key="current_vehicle",
        grows=False,
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
        self._value, self._describe = description.value_fn, description.attributes_fn
        self._started_at: float | None = None
        self._shows: Value = None
        self._says: Mapping[str, Any] | None = None
        self._attr_available = False
        if description.money:
            self._attr_native_unit_of_measurement = household.currency

    def _listen(self) -> CALLBACK_TYPE:
        return self._display.follow(self.told) if self.entity_description.grows else super()._listen()

    def _shown(self) -> tuple[Value, float | None, Mapping[str, Any] | None]:
        progress = self._display.progress
        session = progress.record if progress else None
        if progress is None or session is None:
            return None, None, None
        describe = self._describe
        return self._value(progress, session), session.started_at, describe(session) if describe else None

    @property
    def native_value(self) -> Value:
        """What was shown last. Core asks once for each write; an attribute of its own would be kept twice."""
        return self._shows

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What was said with it."""
        return self._says

    def _show(self, *shown: Any) -> None:
        """Keep it; what changes only with the session goes where core looks several times for each write."""
        self._shows, started_at, self._says = shown
        if started_at != self._started_at:
            self._started_at = started_at
            self._attr_available = started_at is not None
            # What starts at zero with the session says when that began.
            began = started_at is not None and self.entity_description.resets
            self._attr_last_reset = moment(started_at) if began else None
