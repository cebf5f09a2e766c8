"""The household: its people, cars and cards, and how one charger of it is set up.

Built from the config entry by `adapters/configuration.py`; everything behind a charger reads it from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from .quantity import MWH_PER_WH
from .tariff import StaticTariff, Tariff


class UserType(StrEnum):
    """Who a person is to the household; `unknown` only ever appears in records."""

    RESIDENT = "resident"
    GUEST = "guest"
    UNKNOWN = "unknown"


class BillingMethod(StrEnum):
    """How a guest is charged: not at all, by a price per kWh, or by a factor on the cost."""

    NONE = "none"
    PRICE = "price"
    MARKUP = "markup"


class Role(StrEnum):
    """The kind of reading that an entity of the charger provides."""

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
    """A guest's own terms; `price_micro` is per kWh, `factor` multiplies the cost."""

    method: BillingMethod = BillingMethod.NONE
    price_micro: int = 0
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class User:
    """A person who charges. `user_id` is the subentry id and outlives every renaming."""

    user_id: str
    name: str
    user_type: UserType = UserType.RESIDENT
    active: bool = True
    person: str | None = None
    billing: Billing = field(default_factory=Billing)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car. Capacities are in kWh; `efficiency` is the share of the energy that reaches the battery.

    `user_id` is the usual driver: the user of a session that the car's own plug identifies.
    """

    vehicle_id: str
    name: str
    capacity_kwh: float | None = None
    usable_kwh: float | None = None
    efficiency: float = 0.90
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class CardMapping:
    """A card and its user. `card` is a key of `domain/card.py`."""

    mapping_id: str
    card: str
    user_id: str
    vehicle_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Household:
    """Everyone and everything that is shared by all chargers, by id; cards by card key."""

    users: Mapping[str, User] = field(default_factory=lambda: MappingProxyType({}))
    vehicles: Mapping[str, Vehicle] = field(default_factory=lambda: MappingProxyType({}))
    cards: Mapping[str, CardMapping] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Options:
    """The household's options, with the defaults people get. Seconds, watts, milliwatt-hours."""

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
    """One charger: its name, the roles of its entities, and its tariff."""

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

    def maps(self, role: Role) -> bool:
        """Whether an entity is mapped for this role."""
        return role in self.roles


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one charger's actors; replaced as a whole when anything is edited."""

    charger: ChargerSettings
    household: Household = field(default_factory=Household)
    options: Options = field(default_factory=Options)
