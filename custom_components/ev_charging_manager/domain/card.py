"""A card reader's value in one form for all readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class CardKind(StrEnum):
    """The kind of a reader's value."""

    CARD = "card"
    NOBODY = "nobody"
    """No card is held to the reader."""
    OPEN = "open"
    """The charger is free for everyone."""
    UNREADABLE = "unreadable"
    SILENT = "silent"
    """The reader is there and has no value."""
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class CardReading:
    """One value of a reader. A card has the `key` of its mapping in the household; `text` is shown to users."""

    kind: CardKind
    key: str | None = None
    text: str | None = None


NOBODY = CardReading(CardKind.NOBODY)
OPEN_ACCESS = CardReading(CardKind.OPEN)
SILENT = CardReading(CardKind.SILENT)
UNAVAILABLE = CardReading(CardKind.UNAVAILABLE)

# A card's number has no space in it, so a slot's text is never taken for a number.
_SLOT = "slot "
_SEPARATORS = re.compile(r"[\s:\-.]")
_PREFIX = re.compile(r"^(?:nfc-|ble-|[A-Za-z0-9]+:(?=[0-9A-Fa-f]{6,}$))", re.IGNORECASE)
_HEX = re.compile(r"^[0-9A-Fa-f]+$")
_LENGTHS = (4, 7, 10)
_UID = re.compile(r"^[0-9A-Z_]{2,40}$")


def slot_key(charger_id: str, slot: int) -> str:
    """Return the key of a card that is known by its slot in one charger."""
    return f"slot:{charger_id}:{slot}"


def uid_key(uid: str) -> str:
    """Return the key of a card that is known at all chargers by its number, in the form that `normalised` returns."""
    return f"uid:{uid}"


def normalised(text: str) -> str | None:
    """Return a card's number in upper case, without prefix, separators and padding; None where the text is no number.

    Chargers pad numbers with zeros to 16 or 20 characters and prefix them with `nfc-` or `TYPE:`. The same card must
    have the same number at all of them.
    """
    bare = _SEPARATORS.sub("", _PREFIX.sub("", text.strip())).upper()
    if not _UID.match(bare):
        return None
    return bare.lstrip("0") or None


def reversed_bytes(text: str) -> str:
    """Return the number that is printed on a card, for a charger that writes its last byte first.

    Card numbers have 4, 7 or 10 bytes; zeros in front of more than that are padding. Text that is no such number is
    returned unchanged.
    """
    bare = _SEPARATORS.sub("", _PREFIX.sub("", text.strip()))
    if len(bare) % 2 or not _HEX.match(bare):
        return text
    number = bytes.fromhex(bare).lstrip(b"\0")
    length = next((length for length in _LENGTHS if length >= len(number)), len(number))
    return number.rjust(length, b"\0")[::-1].hex()


def slot_reading(charger_id: str, slot: int) -> CardReading:
    """Return the reading of a card by its slot. Slots are counted from 1, as in the charger's app."""
    return CardReading(CardKind.CARD, slot_key(charger_id, slot), f"{_SLOT}{slot}")


def slot_of(text: str) -> int | None:
    """Return the slot of a card that is shown as `text`; None for a card's number."""
    slot = text.removeprefix(_SLOT)
    return int(slot) if slot != text and slot.isdecimal() else None


def reading_of(text: str, charger_id: str) -> CardReading:
    """Return the reading that is shown as `text` at this charger."""
    slot = slot_of(text)
    return uid_reading(text) if slot is None else slot_reading(charger_id, slot)


def uid_reading(text: str) -> CardReading:
    """Return the reading of a card by its number."""
    uid = normalised(text)
    if uid is None:
        return CardReading(CardKind.UNREADABLE, text=text[:40])
    return CardReading(CardKind.CARD, uid_key(uid), uid)
