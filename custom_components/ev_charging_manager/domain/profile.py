"""What a family of chargers says, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .household import Role


class CarStatus(StrEnum):
    """What a charger's status word says about the car. A word that says nothing about it is no evidence."""

    IDLE = "idle"
    CONNECTED = "connected"
    CHARGING = "charging"
    COMPLETE = "complete"


class CardFormat(StrEnum):
    """How a charger names a card: by a number of one of its slots, or by the card's own number."""

    SLOT = "slot"
    UID = "uid"


@dataclass(frozen=True, slots=True)
class Profile:
    """One family of chargers, as data.

    `integration` is the domain of the Home Assistant integration that provides the entities, `unique_ids` the pattern
    of each role's unique id, in which `{serial}` stands for the charger's serial. Words are compared without
    regard to case. `card_bytes_reversed`: a card's number is written last byte first. `plug_follows_status`: the plug
    entity is computed from the status, and reads off while the status is not known.
    """

    key: str
    name: str
    integration: str | None = None
    unique_ids: Mapping[Role, str] = field(default_factory=dict)
    status_words: Mapping[str, CarStatus] = field(default_factory=dict)
    locked_words: frozenset[str] = frozenset({"on", "locked"})
    unlocked_words: frozenset[str] = frozenset({"off", "unlocked"})
    card_format: CardFormat = CardFormat.UID
    card_bytes_reversed: bool = False
    nobody_words: frozenset[str] = frozenset({"", "null", "none", "no tag", "no card"})
    open_words: frozenset[str] = frozenset()
    plug_follows_status: bool = False
    card_belongs_to_transaction: bool = False
    has_host: bool = False
    max_power_w: float = 22_000.0
    required: frozenset[Role] = frozenset()
