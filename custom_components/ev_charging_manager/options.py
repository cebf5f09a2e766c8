"""The household's options in one table.

The form, the reader of stored options and the test of the documentation use it. To add an option: a field in
`domain.household.Options`, which holds the default, a row here, its texts in the translations and a row in
`docs/configuration.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from homeassistant.const import UnitOfEnergy, UnitOfPower, UnitOfTime

from .domain.household import Options
from .domain.quantity import MWH_PER_WH

DEFAULTS: Final = Options()
SECONDS_PER_MINUTE: Final = 60


class Page(StrEnum):
    """The pages of the form, in order; the values are the ids of its steps."""

    SESSION = "init"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class NumberOption:
    """A number that is typed and stored in `unit`, from `low` to `high`.

    `key` names it in the entry's options and in the translations. `field` names it in `Options`, where its value is
    `scale` times the stored number.
    """

    page: Page
    key: str
    field: str
    unit: str
    low: float
    high: float
    scale: int = 1

    @property
    def default(self) -> float:
        """The default in `unit`."""
        default: float = getattr(DEFAULTS, self.field)
        return default / self.scale

    def value_of(self, stored: float) -> float:
        """Convert a stored number to the value of the field; a whole number where the field holds one."""
        value = stored * self.scale
        if isinstance(getattr(DEFAULTS, self.field), int):
            return round(value)
        return float(value)

    def error(self, typed: float) -> str | None:
        """Return the key of the error text if the number is out of range, and None otherwise."""
        if self.low <= typed <= self.high:
            return None
        return "out_of_range"


@dataclass(frozen=True, slots=True)
class SwitchOption:
    """An option that is on or off. `key` and `field` are those of a `NumberOption`."""

    page: Page
    key: str
    field: str

    @property
    def default(self) -> bool:
        """The default."""
        return bool(getattr(DEFAULTS, self.field))

    def value_of(self, stored: bool) -> bool:
        """Return the value of the field."""
        return stored

    def error(self, typed: bool) -> str | None:
        """Return None: both values are possible."""
        return None


type Option = NumberOption | SwitchOption

_S, _MINUTES, _W, _WH = UnitOfTime.SECONDS, UnitOfTime.MINUTES, UnitOfPower.WATT, UnitOfEnergy.WATT_HOUR

OPTIONS: Final[tuple[Option, ...]] = (
    NumberOption(Page.SESSION, "shortest_session_s", "shortest_session_s", _S, 0, 3_600),
    NumberOption(Page.SESSION, "least_energy_wh", "least_energy_mwh", _WH, 0, 5_000, scale=MWH_PER_WH),
    NumberOption(Page.SESSION, "idle_timeout_min", "idle_timeout_s", _MINUTES, 1, 240, scale=SECONDS_PER_MINUTE),
    NumberOption(Page.SESSION, "grace_min", "grace_s", _MINUTES, 0, 120, scale=SECONDS_PER_MINUTE),
    NumberOption(Page.SESSION, "power_threshold_w", "power_threshold_w", _W, 10, 5_000),
    NumberOption(Page.RECORDING, "checkpoint_s", "checkpoint_s", _S, 5, 300),
    NumberOption(Page.RECORDING, "debounce_s", "debounce_s", _S, 0, 30),
    NumberOption(Page.RECORDING, "ingest_s", "ingest_s", _S, 0.1, 60),
    NumberOption(Page.RECORDING, "refresh_s", "refresh_s", _S, 1, 300),
    SwitchOption(Page.RECORDING, "notify_unmapped", "notify_unmapped"),
)


def options_on(page: Page) -> tuple[Option, ...]:
    """Return the options on one page of the form, in order."""
    return tuple(option for option in OPTIONS if option.page is page)
