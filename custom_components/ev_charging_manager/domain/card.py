"""What a card reader says, in one form for all readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class CardKind(StrEnum):
    """What kind of answer a reader gave."""

    CARD = "card"
    NOBODY = "nobody"
    OPEN = "open"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class CardReading:
    """One reading. `key` is the card's key in the household for a card, `text` is what people are shown."""

    kind: CardKind
    key: str | None = None
    text: str | None = None


NOBODY = CardReading(CardKind.NOBODY)
OPEN_ACCESS = CardReading(CardKind.OPEN)
SILENT = CardReading(CardKind.SILENT)
UNAVAILABLE = CardReading(CardKind.UNAVAILABLE)

# A card's number has no blank in it, so that the two cannot be mistaken for one another.
_SLOT = "slot "
_SEPARATORS = re.compile(r"[\s:\-.]")
_PREFIX = re.compile(r"^(?:nfc-|ble-|[A-Za-z0-9]+:(?=[0-9A-Fa-f]{6,}$))", re.IGNORECASE)
_HEX = re.compile(r"^[0-9A-Fa-f]+$")
_LENGTHS = (4, 7, 10)
_UID = re.compile(r"^[0-9A-Z_]{2,40}$")


def slot_key(charger_id: str, slot: int) -> str:
    """The key of a card that is known by its slot in one charger."""
    return f"slot:{charger_id}:{slot}"


def uid_key(uid: str) -> str:
    """The key of a card that is known everywhere by its number, as `normalised` gives it."""
    return f"uid:{uid}"


def normalised(text: str) -> str | None:
    """A card's number without prefix, separators, case and padding; None when it is none.

    Chargers pad ids with zeros to 16 or 20 characters and put `nfc-` or `TYPE:` in front of them, and one
    and the same card must not become two.
    """
    bare = _SEPARATORS.sub("", _PREFIX.sub("", text.strip())).upper()
    if not _UID.match(bare):
        return None
    return bare.lstrip("0") or None


def reversed_bytes(text: str) -> str:
    """A number whose bytes a charger writes last first, in the order that is printed on the card.

    Card numbers have 4, 7 or 10 bytes; more zeros in front than it takes for that are padding. What is no such number
    stays as it is.
    """
    bare = _SEPARATORS.sub("", _PREFIX.sub("", text.strip()))
    if len(bare) % 2 or not _HEX.match(bare):
        return text
    number = bytes.fromhex(bare).lstrip(b"\0")
    length = next((length for length in _LENGTHS if length >= len(number)), len(number))
    return number.rjust(length, b"\0")[::-1].hex()


def slot_reading(charger_id: str, slot: int) -> CardReading:
    """A reading of a card by its slot; slots are counted from 1, as the charger's app does."""
    return CardReading(CardKind.CARD, slot_key(charger_id, slot), f"{_SLOT}{slot}")


def slot_of(text: str) -> int | None:
    """The slot of a card that people were shown as `text`; None for a card's number."""
    slot = text.removeprefix(_SLOT)
    return int(slot) if slot != text and slot.isdecimal() else None


def reading_of(text: str, charger_id: str) -> CardReading:
    """The reading that people were shown as `text` at this charger."""
    slot = slot_of(text)
    return uid_reading(text) if slot is None else slot_reading(charger_id, slot)


def uid_reading(text: str) -> CardReading:
    """A reading of a card by its number."""
    uid = normalised(text)
    if uid is None:
        return CardReading(CardKind.UNREADABLE, text=text[:40])
    return CardReading(CardKind.CARD, uid_key(uid), uid)
