"""The household: its users, cars and cards, and the settings of one charger.

`adapters/configuration.py` builds these values from the config entry; the actors behind a charger read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from .quantity import MWH_PER_WH
from .tariff import StaticTariff, Tariff


class UserType(StrEnum):
    """The type of a user. `unknown` appears only in records of sessions without a user."""

    RESIDENT = "resident"
    GUEST = "guest"
    UNKNOWN = "unknown"


class BillingMethod(StrEnum):
    """How a guest is billed: not at all, at a price per kWh, or by a factor on the cost."""

    NONE = "none"
    PRICE = "price"
    MARKUP = "markup"


class Role(StrEnum):
    """The meaning of a charger's entity."""

    STATUS = "status"
    PLUG = "plug"
    LOCK = "lock"
    POWER = "power"
    SESSION_ENERGY = "session_energy"
    TOTAL_ENERGY = "total_energy"
    CARD = "card"
    LAST_CARD = "last_card"


@dataclass(frozen=True, slots=True)
class Billing:
    """The terms of one guest. `price_micro` is in millionths per kWh; `factor` multiplies the cost."""

    method: BillingMethod = BillingMethod.NONE
    price_micro: int = 0
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class User:
    """A person who charges. `user_id` is the id of the subentry, which stays the same when the user is renamed."""

    user_id: str
    name: str
    user_type: UserType = UserType.RESIDENT
    active: bool = True
    person: str | None = None
    billing: Billing = field(default_factory=Billing)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car. Capacities are in kWh; `efficiency` is the share of the energy that reaches the battery.

    `user_id` is the usual driver, who gets a session that the car's own plug entity identifies.
    """

    vehicle_id: str
    name: str
    capacity_kwh: float | None = None
    usable_kwh: float | None = None
    phases: int = 3
    max_power_w: float | None = None
    efficiency: float = 0.90
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class CardMapping:
    """The assignment of a card to a user. `card` is a key from `domain/card.py`."""

    mapping_id: str
    card: str
    user_id: str
    vehicle_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Household:
    """Users, cars and cards, which all chargers share. Users and cars are by id, cards by key."""

    users: Mapping[str, User] = field(default_factory=lambda: MappingProxyType({}))
    vehicles: Mapping[str, Vehicle] = field(default_factory=lambda: MappingProxyType({}))
    cards: Mapping[str, CardMapping] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Options:
    """The options and their defaults, in seconds, watts and milliwatt-hours."""

    shortest_session_s: float = 60.0
    least_energy_mwh: int = 50 * MWH_PER_WH
    checkpoint_s: float = 30.0
    idle_timeout_s: float = 300.0
    grace_s: float = 600.0
    debounce_s: float = 2.0
    ingest_s: float = 1.0
    power_threshold_w: float = 100.0
    refresh_s: float = 10.0
    notify_unmapped: bool = True


@dataclass(frozen=True, slots=True)
class ChargerSettings:
    """One charger: its name, the roles that have an entity, and its price."""

    charger_id: str
    name: str
    roles: frozenset[Role] = frozenset()
    tariff: Tariff = field(default_factory=lambda: StaticTariff(0))
    currency: str = "EUR"
    default_user_id: str | None = None
    max_power_w: float = 22_000.0
    plug_follows_status: bool = False
    card_belongs_to_transaction: bool = False
    paused: bool = False

    def tells(self, role: Role) -> bool:
        """Return whether an entity is mapped for this role."""
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one charger's actors. An edit replaces them as a whole."""

    charger: ChargerSettings
    household: Household = field(default_factory=Household)
    options: Options = field(default_factory=Options)
