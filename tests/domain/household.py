"""A household for the tests: the residents Anna and Ben, the guests Gita and Mark, and Otto, who is inactive."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from custom_components.ev_charging_manager.domain.card import CardReading, slot_key, slot_reading
from custom_components.ev_charging_manager.domain.household import (
    Billing,
    BillingMethod,
    CardMapping,
    ChargerSettings,
    Household,
    Options,
    Role,
    Settings,
    User,
    UserType,
    Vehicle,
)
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.domain.tariff import StaticTariff

CHARGER = "garage"
UTC = 1_700_000_100.0
"""Wall time of the start: 22:15:00 UTC, the start of a quarter-hour."""
PRICE = 300_000
"""0.30 per kWh."""

ANNA = User("anna", "Anna")
BEN = User("ben", "Ben")
GITA = User("gita", "Gita", UserType.GUEST, billing=Billing(BillingMethod.PRICE, 500_000))
MARK = User("mark", "Mark", UserType.GUEST, billing=Billing(BillingMethod.MARKUP, factor=1.1))
OTTO = User("otto", "Otto", active=False)
ID4 = Vehicle("id4", "ID.4", capacity_kwh=82.0, usable_kwh=77.0)

ANNAS_SLOT, BENS_SLOT, GITAS_SLOT, OTTOS_SLOT, MARKS_SLOT, STRANGERS_SLOT = 1, 2, 3, 4, 5, 9

GO_E = frozenset({Role.STATUS, Role.PLUG, Role.LOCK, Role.SESSION_ENERGY, Role.TOTAL_ENERGY, Role.POWER, Role.CARD})
NO_TOTAL = GO_E - {Role.TOTAL_ENERGY}
PLUG_AND_TOTAL = frozenset({Role.PLUG, Role.TOTAL_ENERGY, Role.CARD})
PLAIN_METER = frozenset({Role.TOTAL_ENERGY, Role.POWER})
POWER_ALONE = frozenset({Role.POWER})


def card_of(slot: int) -> CardReading:
    """Return the reading of the card in this slot."""
    return slot_reading(CHARGER, slot)


def _mapping(slot: int, user: User, vehicle: Vehicle | None = None) -> CardMapping:
    key = slot_key(CHARGER, slot)
    return CardMapping(f"map-{slot}", key, user.user_id, vehicle.vehicle_id if vehicle else None)


def household(*more: CardMapping) -> Household:
    """Return all users, each with a card."""
    mappings = (
        _mapping(ANNAS_SLOT, ANNA, ID4),
        _mapping(BENS_SLOT, BEN),
        _mapping(GITAS_SLOT, GITA),
        _mapping(OTTOS_SLOT, OTTO),
        _mapping(MARKS_SLOT, MARK),
        *more,
    )
    return Household(
        users=MappingProxyType({user.user_id: user for user in (ANNA, BEN, GITA, MARK, OTTO)}),
        vehicles=MappingProxyType({ID4.vehicle_id: ID4}),
        cards=MappingProxyType({mapping.card: mapping for mapping in mappings}),
    )


def mapped(settings: Settings, slot: int, user: User) -> Settings:
    """Return the settings with one more assigned card."""
    return replace(settings, household=household(_mapping(slot, user)))


def settings(roles: frozenset[Role] = GO_E, options: Options | None = None, **charger: Any) -> Settings:
    """Return the settings of a charger with these roles in this household, all else by default."""
    charger.setdefault("tariff", StaticTariff(PRICE))
    return Settings(
        ChargerSettings(CHARGER, "Garage", roles, **charger),
        household(),
        options or Options(),
    )


def at(seconds: float) -> Moment:
    """Return the moment this many seconds after the start."""
    return Moment(UTC + seconds, 1_000_000.0 + seconds)
