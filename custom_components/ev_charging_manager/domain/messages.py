"""What travels down the chain behind a charger, in the order in which it arises.

Events are named in the past tense. Each carries the moment at which it was true.
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
    """Something in the household was edited; every actor takes the new settings."""

    at: Moment
    settings: Settings


@value
class Observed:
    """One act of the charger: all that changed within one turn of the loop.

    `before` is what was gathered up to the act, `fold` what came within it: an act that unplugs belongs
    to the session that ends, one that plugs in to the session that begins. `snapshot`: the signals and counters are
    repeated in full. `restarted`: the first after Home Assistant came back. `gap`: something before was lost.
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
    """The card reader's value changed, or is repeated in a snapshot, which is no tap."""

    at: Moment
    reading: CardReading
    repeated: bool = False


@value
class Settled:
    """What the charger's signals come to, free of contradictions. `since`: when the connection became as it is.

    `metered`: every mapped counter can be read; `readable`: so can the card reader.
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
    """Who would be charging as far as is known; unknown with a reason counts as well.

    `tapped`: a card that was tapped says so, at `at`. `waiting`: the charger waits for a card. `repeated`: a snapshot
    says so, after an absence in which the driver may have changed.
    """

    at: Moment
    identity: Identity
    tapped: bool = False
    waiting: bool = False
    repeated: bool = False


class Driver(StrEnum):
    """What can be chosen as the driver of a charger."""

    AUTOMATIC = "automatic"
    """Nothing: card, car and charger say who it is."""
    USER = "user"
    GUEST = "guest"
    """A guest whom nobody made a user of."""
    NOBODY = "nobody"
    """Nobody we know: whoever the card or the charger names, it is somebody else."""


@dataclass(frozen=True, slots=True)
class DriverChosen:
    """A person said who charges: in the running session, or in the next. `user_id` belongs to `Driver.USER` alone."""

    at: Moment
    driver: Driver
    user_id: str | None = None
    vehicle_id: str | None = None


@dataclass(frozen=True, slots=True)
class ChoiceKnown:
    """Whom a person chose; None where the choice was withdrawn."""

    at: Moment
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class CarPlugged:
    """The car's own plug entity tells that this car, and no other, is at the charger in this session."""

    at: Moment
    session_id: str
    vehicle_id: str


@dataclass(frozen=True, slots=True)
class CarKnown:
    """Which car charges in a session, and who usually drives it, where that is known."""

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
    """Somebody was found, or found to be somebody else, while the session runs."""

    at: Moment
    record: SessionRecord


@value
class Delivered:
    """Energy flowed to a session, spread evenly from `since` to `until`."""

    session_id: str
    since: Moment
    until: Moment
    energy_mwh: int


@dataclass(frozen=True, slots=True)
class PriceKnown:
    """What a kWh costs from `at` on, all included, in millionths; None: nobody knows. Snapshots repeat the latest.

    `watched` is when the watch began that tells it, in UTC epoch seconds: before that, prices may have changed unseen.
    """

    at: Moment
    price_micro: int | None
    watched: float = 0.0


@dataclass(frozen=True, slots=True)
class ChargingFinished:
    """The car stopped drawing energy while the cable stays in."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Finished:
    """A session ended, completed or discarded; not priced yet."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Priced:
    """A finished session with its cost."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Validated:
    """A finished session, held against the total counter."""

    at: Moment
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Stored:
    """Sessions and events that are durable."""

    at: Moment
    records: tuple[SessionRecord, ...]
    events: tuple[OutboxEntry, ...]


class Status(StrEnum):
    """Where a charger's session stands."""

    IDLE = "idle"
    TRACKING = "tracking"
    COMPLETING = "completing"


class Phase(StrEnum):
    """What a charger waits for or does, for people."""

    IDLE = "idle"
    WAITING_FOR_PLUG = "waiting_for_plug"
    WAITING_FOR_CARD = "waiting_for_card"
    STARTING = "starting"
    CHARGING = "charging"
    CHARGED = "charged"


@value
class Progress:
    """A charger at this moment, for those who watch. `record` is the running session, None while idle.

    `chosen` is whom a person chose for the running session or, while idle, for the next one.
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
    """The progress with the cost so far: what entities show. Only the latest counts."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Announced:
    """Something to tell the household: an event by its name, and the durable records behind it, if any."""

    name: str
    payload: Mapping[str, Any]
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Durable sessions, for those who keep sums."""

    records: tuple[SessionRecord, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log, by level (`info`, `warning`)."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A line that reached the end of the chain and goes into the log."""

    level: str
    text: str
