"""The drivers of a scenario, and their behaviour at a charger."""

from dataclasses import astuple, dataclass, field
from typing import Literal

type Kind = Literal["resident", "guest", "unknown"]


@dataclass(frozen=True, slots=True)
class Driver:
    """A person with a car. `who` is the user name that their sessions should be recorded under.

    `card` is the slot (1–10) of their card; None: they have none.
    """

    name: str
    car: str
    card: int | None
    who: str = "Unknown"
    kind: Kind = "unknown"
    unknown_reason: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("resident", "guest", "unknown"):
            raise ValueError(f"kind is resident, guest or unknown, not {self.kind}")


@dataclass(frozen=True, slots=True)
class Lags:
    """House seconds between the signals of one plug-in or unplug. None for a reset or clearing: it never comes.

    `unlock_s` None: a random time of 0–3 s, as seen at real chargers.
    """

    lock_s: float = 1.0
    wh_reset_s: float | None = 0.0
    start_s: float = 3.0
    power_s: float = 2.0
    complete_s: float = 1.0
    unlock_s: float | None = None
    trx_clear_s: float | None = 4.0

    def __post_init__(self) -> None:
        if any(value is not None and value < 0 for value in astuple(self)):
            raise ValueError("a lag cannot be negative")


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of `for_s` house seconds, `after_s` after power first flowed."""

    after_s: float
    for_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stay at a charger, in house seconds.

    `after_s`: from the previous car's unplug (or the start) to this plug-in. `stay_s`: from plug-in to unplug. `soc`:
    state of charge at arrival (0–1). `card`: slot of the tapped card, or None. `card_s`: time of the tap after the
    plug-in (negative: before it). `waits_for_card` False: charging begins without a card, as at chargers that report
    the card late. `cardless_trx`: value of `trx` for a stay without a card (0: open access; None: unchanged). `stop_s`:
    time between the end of power and the unplug; 0 is an unplug under load.
    """

    driver: str
    after_s: float = 120.0
    stay_s: float = 2700.0
    soc: float = 0.5
    card: int | None = None
    card_s: float = -8.0
    waits_for_card: bool = True
    cardless_trx: int | None = 0
    pauses: tuple[Pause, ...] = ()
    balance: int = 0
    stop_s: float = 4.0
    lags: Lags = field(default_factory=Lags)
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.after_s < 0 or self.stay_s <= 0 or self.stop_s < 0:
            raise ValueError("after_s and stop_s cannot be negative, stay_s must be above 0")
        if not 0 <= self.soc <= 1:
            raise ValueError(f"soc lies between 0 and 1, not at {self.soc}")
        if self.card is not None and not 1 <= self.card <= 10:
            raise ValueError(f"card is a slot from 1 to 10, not {self.card}")
        if self.card is not None and self.card_s >= self.stay_s:
            raise ValueError("the card would come after the unplug: card_s must be below stay_s")
        if any(each.after_s < 0 or each.for_s <= 0 for each in self.pauses):
            raise ValueError("a pause has after_s of at least 0 and for_s above 0")
        if self.balance < 0:
            raise ValueError("balance is a number of bursts")
