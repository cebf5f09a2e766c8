"""The messages of the chain behind a charger, in the order in which they arise.

They are facts, named in the past tense. `at` is the moment at which the fact became true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .card import CardReading
from .commits import OutboxEntry
from .evidence import Signals
from .household import Settings
from .metering.fold import Fold
from .moment import Moment
from .records import Identity, SessionRecord
from .value import value


@dataclass(frozen=True, slots=True)
class ConfigurationChanged:
    """The household was edited. Every actor takes the new settings."""

    at: Moment
    settings: Settings


@value
class Observed:
    """One act of the charger: all changes within one turn of the loop.

    `before` holds the samples up to the act, `fold` those within it. At an unplug both belong to the session that ends;
    at a plug-in, `fold` belongs to the session that begins. `snapshot`: all signals and counters are repeated.
    `restarted`: the first snapshot after Home Assistant started. `gap`: an earlier message was lost.
    """

    at: Moment
    signals: Signals
    before: Fold | None = None
    fold: Fold | None = None
    snapshot: bool = False
    restarted: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card reader's value changed. `repeated`: a snapshot repeats it, which is no tap."""

    at: Moment
    reading: CardReading
    repeated: bool = False


@value
class Settled:
    """The charger's signals without contradictions. `connected` is None while it is not known.

    `since`: when the connection last changed. `metered`: every mapped counter can be read. `readable`: the card reader
    is available. The other fields are those of `Observed`.
    """

    at: Moment
    connected: bool | None
    since: Moment
    locked: bool | None = None
    flow: bool | None = None
    metered: bool = True
    readable: bool = True
    before: Fold | None = None
    fold: Fold | None = None
    snapshot: bool = False
    restarted: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Tapped:
    """A card was held to the reader."""

    at: Moment
    charger_id: str
    card: str
    known: bool
    identity: Identity


@dataclass(frozen=True, slots=True)
class IdentityKnown:
    """The identity that a session at this charger has by its card or default user; it may have no user.

    `tapped`: a card was held to the reader at `at`. `waiting`: the charger waits for a card. `repeated`: a snapshot
    repeats the identity; the driver may have changed during an absence.
    """

    at: Moment
    identity: Identity
    tapped: bool = False
    waiting: bool = False
    repeated: bool = False


class Driver(StrEnum):
    """The options of a charger's *Driver* select."""

    AUTOMATIC = "automatic"
    """No choice: card, car and default user identify the session."""
    USER = "user"
    GUEST = "guest"
    """A guest who is not set up as a user."""
    NOBODY = "nobody"
    """No user, even if the card or the charger names one."""


@dataclass(frozen=True, slots=True)
class DriverChosen:
    """A driver was chosen for the running session, or for the next. `user_id` is set only with `Driver.USER`."""

    at: Moment
    driver: Driver
    user_id: str | None = None
    vehicle_id: str | None = None


@dataclass(frozen=True, slots=True)
class ChoiceKnown:
    """The identity of a choice; None: the choice was withdrawn."""

    at: Moment
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class CarPlugged:
    """A car's own plug entity matched this session, and no other car's did."""

    at: Moment
    session_id: str
    vehicle_id: str


@dataclass(frozen=True, slots=True)
class CarKnown:
    """The car of a session, with its usual driver where one is set."""

    at: Moment
    session_id: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Started:
    """A session began."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Identified:
    """A running session got another user or car."""

    at: Moment
    record: SessionRecord


@value
class Delivered:
    """Energy was delivered to a session, evenly from `since` to `until`."""

    session_id: str
    since: Moment
    until: Moment
    energy_mwh: int


@dataclass(frozen=True, slots=True)
class PriceKnown:
    """The final price of a kWh from `at` on, in millionths; None: it is not known. Snapshots repeat the latest.

    `watched` is the UTC epoch second since which the price entity has been watched. Earlier prices may have changed
    unseen.
    """

    at: Moment
    price_micro: int | None
    watched: float = 0.0


@dataclass(frozen=True, slots=True)
class ChargingFinished:
    """The car stopped drawing energy; the cable stays in."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Finished:
    """A session ended. Its outcome is set, its cost is not."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Priced:
    """A finished session with its cost."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Validated:
    """A finished session with its deviation from the total counter."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Stored:
    """Sessions and events that are on disk."""

    at: Moment
    records: tuple[SessionRecord, ...]
    events: tuple[OutboxEntry, ...]


class Status(StrEnum):
    """The state of a charger's session, as the sensor *Status* shows it."""

    IDLE = "idle"
    TRACKING = "tracking"
    COMPLETING = "completing"


class Phase(StrEnum):
    """The step of a charger's session, as the sensor *Phase* shows it."""

    IDLE = "idle"
    WAITING_FOR_PLUG = "waiting_for_plug"
    WAITING_FOR_CARD = "waiting_for_card"
    STARTING = "starting"
    CHARGING = "charging"
    CHARGED = "charged"


@value
class Progress:
    """The present state of a charger, to be shown. `record` is the running session, None while idle.

    `chosen` is the identity that was chosen for the running session or, while idle, for the next one.
    """

    at: Moment
    status: Status
    phase: Phase
    record: SessionRecord | None = None
    started: Moment | None = None
    power_w: float | None = None
    flowing: bool = False
    available: bool = True
    chosen: Identity | None = None


@value
class LiveView:
    """The progress with the cost so far, as entities show it. A later one replaces it."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Announced:
    """An event to fire, by its name. `entry_id` is its entry in the outbox, if it waited there for its session."""

    name: str
    payload: Mapping[str, Any]
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Finished sessions that are on disk, for the sums."""

    records: tuple[SessionRecord, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log, by level (`info`, `warning`)."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A line that is written to the log at the end of the chain."""

    level: str
    text: str
