"""Sensors: what a charger's session looks like, and what each user has charged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from . import const
from .adapters.household import EvChargingConfigEntry, HouseholdRuntime
from .domain.messages import Phase, Progress, Status
from .domain.quantity import kwh, money
from .domain.records import SessionRecord
from .domain.statistics import Total
from .entity import ChargerEntity, UserEntity

# Nothing is polled and nothing is written to a device.
PARALLEL_UPDATES = 0

type Value = StateType | datetime


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


@dataclass(frozen=True, kw_only=True)
class TotalSensorDescription(SensorEntityDescription):
    """A sum of a user."""

    value_fn: Callable[[Total], StateType]
    money: bool = False


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
        value_fn=lambda _, record: round(kwh(record.energy_mwh), 3),
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
        value_fn=lambda _, record: _clock_face(record.duration_s),
        attributes_fn=lambda record: {"seconds": int(record.duration_s)},
    ),
    SessionSensorDescription(
        key="session_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        money=True,
        resets=True,
        value_fn=lambda _, record: _amount(record.cost_micro),
    ),
    SessionSensorDescription(
        key="session_charge_price",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        money=True,
        resets=True,
        value_fn=lambda _, record: _amount(record.charge_price_micro),
    ),
    SessionSensorDescription(
        key="soc_added",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        value_fn=lambda _, record: record.soc_added_pct,
    ),
)

TOTAL_SENSORS = (
    TotalSensorDescription(
        key="total_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=lambda total: round(kwh(total.energy_mwh), 3),
    ),
    TotalSensorDescription(
        key="total_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        money=True,
        value_fn=lambda total: round(money(total.cost_micro), 4),
    ),
    TotalSensorDescription(
        key="session_count",
        state_class=SensorStateClass.TOTAL,
        value_fn=lambda total: total.sessions,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: EvChargingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of all chargers and users there are, and of those that come."""
    household = entry.runtime_data

    def add_charger(charger: ConfigSubentry) -> None:
        async_add_entities(_charger_sensors(household, charger), config_subentry_id=charger.subentry_id)

    def add_user(user: ConfigSubentry) -> None:
        async_add_entities(
            [UserTotalSensor(household, user, description) for description in TOTAL_SENSORS],
            config_subentry_id=user.subentry_id,
        )

    entry.async_on_unload(household.on_added(const.SUBENTRY_CHARGER, add_charger))
    entry.async_on_unload(household.on_added(const.SUBENTRY_USER, add_user))


def _charger_sensors(household: HouseholdRuntime, charger: ConfigSubentry) -> list[SensorEntity]:
    return [
        *(ProgressSensor(household, charger, description) for description in PROGRESS_SENSORS),
        *(SessionSensor(household, charger, description) for description in SESSION_SENSORS),
        LastSessionSensor(household, charger),
    ]


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
        return datetime.fromtimestamp(self.session.started_at, UTC)

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to the value."""
        describe = self.entity_description.attributes_fn
        return describe(self.session) if describe and self.session else None

    def _shown(self) -> tuple[Any, ...]:
        return self.available, self.native_value, self.last_reset, self.extra_state_attributes


class LastSessionSensor(ChargerEntity, SensorEntity):
    """When the last session at the charger ended, and what it was."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP

    def __init__(self, household: HouseholdRuntime, charger: ConfigSubentry) -> None:
        """Show the last recorded session."""
        super().__init__(household, charger, "last_session")

    @property
    def native_value(self) -> datetime | None:
        """When it ended."""
        last = self._household.last_sessions.get(self._charger_id)
        return None if last is None or last.ended_at is None else datetime.fromtimestamp(last.ended_at, UTC)

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Who, how much, how long."""
        last = self._household.last_sessions.get(self._charger_id)
        return None if last is None else _summary(last)

    def _shown(self) -> tuple[Any, ...]:
        return self.native_value, self.extra_state_attributes


class UserTotalSensor(UserEntity, SensorEntity):
    """A sum of what a user charged, the running session included."""

    entity_description: TotalSensorDescription

    def __init__(self, household: HouseholdRuntime, user: ConfigSubentry, description: TotalSensorDescription) -> None:
        """Show one sum."""
        super().__init__(household, user, description.key)
        self.entity_description = description
        if description.money:
            self._attr_native_unit_of_measurement = household.currency

    @property
    def native_value(self) -> StateType:
        """The sum at present."""
        return self.entity_description.value_fn(self._household.statistics.of_user(self._user_id))

    def _shown(self) -> tuple[Any, ...]:
        return (self.native_value,)


def _amount(micro: int | None) -> float | None:
    return None if micro is None else round(money(micro), 4)


def _clock_face(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}"


def _summary(record: SessionRecord) -> dict[str, Any]:
    return {
        "session_id": record.session_id,
        "user": record.identity.user_name,
        "vehicle": record.identity.vehicle_name,
        "energy_kwh": round(kwh(record.energy_mwh), 3),
        "cost": _amount(record.cost_micro),
        "currency": record.currency,
        "duration_seconds": int(record.duration_s),
        "charging_seconds": int(record.charging_s),
    }
