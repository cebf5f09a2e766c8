"""The parts of the household that its chargers share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.core import HomeAssistant

from ...domain.household import Settings
from ...domain.messages import Announced, LiveView, Recorded
from ..clock import HouseClock
from ..notices import ChargerNotices
from ..recording.ledger_thread import LedgerThread
from ..redaction import Redact


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The receivers of the messages that leave a charger's pipeline.

    `happened` receives the charger's id when its display changes, before the entities are updated.
    """

    announced: Callable[[Announced], None]
    recorded: Callable[[Recorded], None]
    shown: Callable[[LiveView, Settings], None]
    happened: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerContext:
    """What all chargers use."""

    hass: HomeAssistant
    ledger: LedgerThread
    clock: HouseClock
    outputs: Outputs
    notices: ChargerNotices
    redact: Redact
