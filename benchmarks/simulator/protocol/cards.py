"""Programmed cards in the two formats of go-e's firmware."""

from collections.abc import Mapping

from ..settings import CardSlot
from ..units import Json, Status

_SLOTS = 10
_FLAT_KEYS_SINCE = 60
_NAME_OF_UNSET = "n/a"


def card_status(firmware_major: int, cards: Mapping[int, CardSlot]) -> Status:
    """Return all ten slots.

    Firmware below 60 has the array `cards`; from 60 on it has flat keys `c0n`, `c0e`, `c0i` … and no `cards`.
    """
    if firmware_major < _FLAT_KEYS_SINCE:
        array: list[Json] = [_entry(cards.get(slot)) for slot in range(1, _SLOTS + 1)]
        return {"cards": array}
    flat: Status = {}
    for slot in range(1, _SLOTS + 1):
        entry = _entry(cards.get(slot))
        for letter, key in (("n", "name"), ("e", "energy"), ("i", "cardId")):
            flat[f"c{slot - 1}{letter}"] = entry[key]
    return flat


def _entry(card: CardSlot | None) -> dict[str, Json]:
    if card is None:
        return {"name": _NAME_OF_UNSET, "energy": 0, "cardId": False}
    return {"name": card.name, "energy": card.energy_wh, "cardId": True}
