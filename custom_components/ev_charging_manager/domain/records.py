"""The record of a session, as the ledger keeps it, and its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .household import UserType
from .tariff import CostMethod
from .value import value

UNKNOWN_NAME = "Unknown"
GUEST_NAME = "Guest"


class IdentifiedBy(StrEnum):
    """The source of an identity, strongest first."""

    CHOICE = "choice"
    CARD = "card"
    VEHICLE = "vehicle"
    DEFAULT = "default"


class UnknownReason(StrEnum):
    """Why a session has no user."""

    NO_CARD = "no_card"
    STALE_CARD = "stale_card"
    OPEN_ACCESS = "open_access"
    CARD_UNMAPPED = "card_unmapped"
    MAPPING_INACTIVE = "mapping_inactive"
    CARD_UNREADABLE = "card_unreadable"
    READER_SILENT = "reader_silent"
    READER_UNAVAILABLE = "reader_unavailable"
    NO_READER = "no_reader"


class Outcome(StrEnum):
    """The state of a session in the ledger."""

    RUNNING = "running"
    COMPLETED = "completed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who charges with which car, and by which source. Names are those at the time of the session."""

    user_id: str | None = None
    user_name: str = UNKNOWN_NAME
    user_type: UserType = UserType.UNKNOWN
    identified_by: IdentifiedBy | None = None
    vehicle_id: str | None = None
    vehicle_name: str | None = None
    card: str | None = None
    unknown_reason: UnknownReason | None = UnknownReason.NO_READER

    @property
    def known(self) -> bool:
        """Whether the session has a user, or was given to a guest who is not set up as a user."""
        return self.user_id is not None or self.user_type is UserType.GUEST


@dataclass(frozen=True, slots=True)
class Attribution:
    """The user of a session, and the fields that follow from the user. A correction replaces these fields."""

    identity: Identity = field(default_factory=Identity)
    charge_price_micro: int | None = None
    charge_price_method: str | None = None
    soc_added_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A time within a session in which energy flowed; UTC epoch seconds."""

    started_at: float
    ended_at: float

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.ended_at - self.started_at


@value
class Interval:
    """Energy delivered in one quarter-hour at one price.

    `quarter` is the UTC epoch second at which the quarter-hour starts. Where the price is None, it was not known and
    there was no fallback price; the cost is then None until it is computed later. `fallback`: the price is the fallback
    price.
    """

    quarter: int
    energy_mwh: int
    price_micro: int | None
    cost_micro: int | None
    fallback: bool = False


@value
class SessionRecord:
    """One charging session. Times are UTC epoch seconds, durations monotonic seconds.

    The fields of a running session come first, because `Running.record` sets them by position each second.
    """

    session_id: str
    charger_id: str
    charger_name: str
    started_at: float
    identity: Identity
    duration_s: float = 0.0
    windows: tuple[Window, ...] = ()
    charging_s: float = 0.0
    energy_mwh: int = 0
    max_power_w: float = 0.0
    currency: str = "EUR"
    meter_start_mwh: int | None = None
    meter_end_mwh: int | None = None
    rejected_readings: int = 0
    data_gap: bool = False
    reconstructed: bool = False
    outcome: Outcome = Outcome.RUNNING
    ended_at: float | None = None
    cost_micro: int | None = None
    cost_method: CostMethod = CostMethod.STATIC
    price_fallback_mwh: int = 0
    charge_price_micro: int | None = None
    charge_price_method: str | None = None
    soc_added_pct: float | None = None
    deviation_pct: float | None = None
    faulted: bool = False
    intervals: tuple[Interval, ...] = field(default=())

    @property
    def attribution(self) -> Attribution:
        """The fields that a correction may replace."""
        return Attribution(self.identity, self.charge_price_micro, self.charge_price_method, self.soc_added_pct)

    @property
    def average_power_w(self) -> float:
        """The energy over the time in which it flowed, in watts; over the whole session where no window was seen."""
        seconds = self.charging_s or self.duration_s
        return self.energy_mwh * 3.6 / seconds if seconds > 0 else 0.0
