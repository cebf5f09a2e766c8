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
# Bytes in the numbers of cards: 4, 7 and 10 in ISO 14443, 5 in EM4100.
_LENGTHS = (4, 5, 7, 10)
# Bytes to which readers pad the numbers of cards.
_WIDTHS = (8, 10)
_QUOTES = "\"'"
_UID = re.compile(r"^[0-9A-Z_]{2,40}$")


def slot_key(charger_id: str, slot: int) -> str:
    """Return the key of a card that is known by its slot in one charger."""
    return f"slot:{charger_id}:{slot}"


def uid_key(uid: str) -> str:
    """Return the key of a card that is known at all chargers by its number, in the form that `normalised` returns."""
    return f"uid:{uid}"


def unquoted(text: str) -> str:
    """Return a reader's value without the quotation marks of JSON and without spaces around it."""
    return text.strip().strip(_QUOTES).strip()


def normalised(text: str) -> str | None:
    """Return a card's number in upper case, without prefix, separators and padding; None where the text is no number.

    The same card must have the same number at all chargers. Chargers put a number in quotation marks, prefix it with
    `nfc-`, `ble-` or `TYPE:`, and pad it with zeros to 16 or 20 digits, in front of it or behind it. Zeros in front are
    always dropped. Zero bytes behind are dropped only from a number of 8 or 10 bytes, and only down to the next length
    of a card: 4, 5, 7 or 10 bytes. So a card of 7 bytes that ends in one zero byte keeps it. A card of 5 bytes that
    ends in a zero byte, or of 7 that ends in two, has another number at a reader that pads behind.

    The result for a number that was normalised before is the same as for the original text.
    """
    bare = _bare(text).upper()
    if not _UID.match(bare):
        return None
    return _without_padding_behind(bare.lstrip("0")) or None


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", _PREFIX.sub("", unquoted(text)))


def _without_padding_behind(digits: str) -> str:
    """Return a number without the zero bytes behind it; `digits` has no zeros in front."""
    # Three digits may be missing in front: the first digit of a byte, and a first byte that is zero.
    width = next((width for width in _WIDTHS if 2 * width - 4 < len(digits) <= 2 * width), None)
    if width is None or not _HEX.match(digits):
        return digits
    number = _unpadded_behind(bytes.fromhex(digits.zfill(2 * width)))
    return number.hex().upper().lstrip("0")


def _unpadded_behind(number: bytes) -> bytes:
    """Return the card's bytes of a number that is padded behind; `number` has one of the padded widths.

    Only cards of 4 bytes may begin with a zero byte. A longer number that does is padded in front.
    """
    used = len(number.rstrip(b"\0"))
    length = next(length for length in _LENGTHS if length >= used)
    if number[0] == 0 and length > _LENGTHS[0]:
        return number
    return number[:length]


def reversed_bytes(text: str) -> str:
    """Return the number that is printed on a card, for a charger that writes its last byte first.

    Card numbers have 4, 5, 7 or 10 bytes; zeros before or behind that are padding. Text that is no such number is
    returned unchanged.
    """
    bare = _bare(text)
    if len(bare) % 2 or not _HEX.match(bare):
        return text
    number = bytes.fromhex(bare)
    if len(number) in _WIDTHS:
        number = _unpadded_behind(number)
    number = number.lstrip(b"\0")
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
