"""The answers of a go-e's HTTP API (v2) about its cards and its reader.

Any program may answer at the host, so the type and the size of each field are checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from homeassistant.util.json import json_loads

from ...const import CARD_SLOTS

READER_KEYS: Final = ("trx", "lri", "rde")
# Firmware below 60 answers `cards`, newer firmware the flat keys. Both ignore keys that they do not know.
CARD_KEYS: Final = ("cards", *(f"c{slot - 1}{letter}" for slot in CARD_SLOTS for letter in "nei"))

# Longer than the names that the charger's app accepts.
LONGEST_TEXT: Final = 64
# The charger's name for a slot without a card, and for a card without a name.
_UNSET_NAME: Final = "n/a"


class GoeError(Exception):
    """The charger's cards cannot be read; the user can still enter them by hand."""


class AnswerNotUnderstoodError(GoeError):
    """The answer is not that of a go-e with its HTTP API switched on."""


@dataclass(frozen=True, slots=True)
class ProgrammedCard:
    """A card in one of the charger's slots, counted from 1 as in its app.

    `energy_wh` is the energy that the charger counted for the card.
    """

    slot: int
    name: str
    energy_wh: float


@dataclass(frozen=True, slots=True)
class Reader:
    """The state of the card reader.

    `slot`: the card that charging is allowed for, if any. `last_number`: the number of the card that was tapped last,
    also of a card in no slot. The charger reports it only while `reports_numbers`.
    """

    slot: int | None
    last_number: str | None
    reports_numbers: bool


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot as answered, with nothing checked."""

    number: int
    name: Any
    energy: Any
    programmed: Any


def parsed(body: bytes) -> dict[str, Any]:
    """Parse a JSON object. Raises `AnswerNotUnderstoodError`."""
    try:
        answer = json_loads(body)
    except ValueError as fault:
        raise AnswerNotUnderstoodError("the answer is not JSON") from fault
    if not isinstance(answer, dict):
        raise AnswerNotUnderstoodError("the answer is not a JSON object")
    return answer


def programmed_cards(answer: Mapping[str, Any]) -> tuple[ProgrammedCard, ...]:
    """Return the programmed cards of a status with `cards` or with flat keys. Raises `AnswerNotUnderstoodError`."""
    slots = list(_flat(answer) if answer.get("cards") is None else _array(answer["cards"]))
    return tuple(_card(slot) for slot in slots if _flag(slot.programmed))


def reader(answer: Mapping[str, Any]) -> Reader:
    """Return the state of the reader. Raises `AnswerNotUnderstoodError`."""
    if "trx" not in answer:
        raise AnswerNotUnderstoodError("trx is missing")
    return Reader(_slot(answer["trx"]), _number(answer.get("lri")), _flag(answer.get("rde", False)))


def _array(cards: Any) -> Iterator[_Slot]:
    if not isinstance(cards, list) or len(cards) > len(CARD_SLOTS):
        raise AnswerNotUnderstoodError("cards is not a list of cards")
    if not all(isinstance(card, dict) for card in cards):
        raise AnswerNotUnderstoodError("cards is not a list of cards")
    for number, card in enumerate(cards, start=1):
        yield _Slot(number, card.get("name"), card.get("energy"), card.get("cardId"))


def _flat(answer: Mapping[str, Any]) -> Iterator[_Slot]:
    numbers = [number for number in CARD_SLOTS if f"c{number - 1}i" in answer]
    if not numbers:
        raise AnswerNotUnderstoodError("the answer has no cards")
    for number in numbers:
        key = f"c{number - 1}"
        yield _Slot(number, answer.get(f"{key}n"), answer.get(f"{key}e"), answer[f"{key}i"])


def _card(slot: _Slot) -> ProgrammedCard:
    if not isinstance(slot.name, str) or len(slot.name) > LONGEST_TEXT:
        raise AnswerNotUnderstoodError("the name of a card is not a short text")
    if not _is_energy(slot.energy):
        raise AnswerNotUnderstoodError("the energy of a card is not a number")
    name = "".join(char for char in slot.name if char.isprintable()).strip()
    if name.casefold() == _UNSET_NAME:
        name = ""
    return ProgrammedCard(slot.number, name, float(slot.energy))


def _is_energy(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value >= 0


def _slot(value: Any) -> int | None:
    """Return the slot of a card; None for no card (null) and for open access (0)."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value not in (0, *CARD_SLOTS):
        raise AnswerNotUnderstoodError("trx is not a slot")
    return value or None


def _number(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise AnswerNotUnderstoodError("lri is not a card number")
    return "".join(char for char in value if char.isalnum()).upper() or None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise AnswerNotUnderstoodError("a flag is neither true nor false")
    return value
