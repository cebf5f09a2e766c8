"""A charger family: its entities and the words of their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .household import Role


class CarStatus(StrEnum):
    """The meaning of a charger's status word. Words without one of these meanings are no evidence about the car."""

    IDLE = "idle"
    CONNECTED = "connected"
    CHARGING = "charging"
    COMPLETE = "complete"


class CardFormat(StrEnum):
    """How a charger reports a card: by the number of a slot, or by the number of the card."""

    SLOT = "slot"
    UID = "uid"


@dataclass(frozen=True, slots=True)
class Profile:
    """One charger family, as data.

    `integration` is the domain of the Home Assistant integration that provides the entities. `unique_ids` are the
    patterns of their unique ids, by role; `{serial}` stands for the charger's serial. Words are compared without
    regard to case. `card_bytes_reversed`: the last byte of a card's number is written first. `plug_follows_status`: the
    plug entity is computed from the status, and reads off while the status is not known.
    `card_belongs_to_transaction`: the charger clears the card at the end of its session.
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
    no_card_words: frozenset[str] = frozenset({"", "null", "none", "no tag", "no card"})
    open_words: frozenset[str] = frozenset()
    plug_follows_status: bool = False
    card_belongs_to_transaction: bool = False
    has_host: bool = False
    max_power_w: float = 22_000.0
    required: frozenset[Role] = frozenset()
