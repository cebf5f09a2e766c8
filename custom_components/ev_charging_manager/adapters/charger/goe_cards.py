"""The cards that are programmed in a go-e, asked for over its own HTTP API (v2).

It is asked only while somebody has a form open, and only the host that was typed in is ever contacted: a redirect is
no answer. Whatever answers there may be anything, so its size is limited and each field is checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from math import isfinite
from typing import Any, Final

from aiohttp import ClientError, ClientResponse, ClientSession
from homeassistant.util.json import json_loads
from yarl import URL

from ..state_parsers import SLOTS

DEADLINE_S: Final = 5.0

# All that is asked for takes less than 2 kB.
LARGEST_ANSWER: Final = 64 * 1024

# What the charger's app lets people type; anything longer is no name.
_LONGEST_TEXT: Final = 64

# What an empty slot is called.
_UNSET_NAME: Final = "n/a"

_READER_KEYS: Final = ("trx", "lri", "rde")
# Firmware below 60 answers `cards`, newer firmware the flat keys; neither minds being asked for the other's.
_CARD_KEYS: Final = ("cards", *(f"c{index}{letter}" for index in range(SLOTS) for letter in "nei"))


class GoeError(Exception):
    """The charger's cards cannot be read; the way by hand is left."""


class ChargerUnreachableError(GoeError):
    """Nothing answers at the host, or not in time."""


class AnswerNotUnderstoodError(GoeError):
    """Something answers, but not as a go-e whose HTTP API is switched on does."""


class ReportingRefusedError(GoeError):
    """The charger does not switch on the reporting of card numbers."""


@dataclass(frozen=True, slots=True)
class ProgrammedCard:
    """A card in one of the charger's slots, counted from 1 as its app does. `energy_wh` is the charger's own count."""

    slot: int
    name: str
    energy_wh: float


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader says at one moment.

    `slot`: the card that charging is allowed for, if any. `last_number`: the last tapped card's own number, also of a
    card that is in no slot; the charger tells it only while `reports_numbers`.
    """

    slot: int | None
    last_number: str | None
    reports_numbers: bool


class GoeApi:
    """One go-e on the local network."""

    def __init__(self, session: ClientSession, host: str, deadline_s: float = DEADLINE_S) -> None:
        """`host` is a name or an address, with a port where it is not 80."""
        self._session = session
        self._host = host
        self._deadline_s = deadline_s

    async def cards(self) -> tuple[ProgrammedCard, ...]:
        """All programmed cards by slot, in either firmware's format. Raises a `GoeError`."""
        return programmed_cards(await self._get("status", {"filter": ",".join(_CARD_KEYS)}))

    async def reader(self) -> Reader:
        """What the reader says. Raises a `GoeError`."""
        answer = await self._get("status", {"filter": ",".join(_READER_KEYS)})
        if "trx" not in answer:
            raise AnswerNotUnderstoodError("trx is missing")
        return Reader(_slot(answer["trx"]), _number(answer.get("lri")), _flag(answer.get("rde", False)))

    async def report_numbers(self) -> None:
        """Switch on the reporting of card numbers, for somebody who has just agreed to it. Raises a `GoeError`.

        It is the one setting of a charger that this integration ever changes.
        """
        answer = await self._get("set", {"rde": "true"})
        if answer.get("rde") is not True:
            raise ReportingRefusedError(str(answer.get("rde"))[:_LONGEST_TEXT])

    async def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._deadline_s), self._ask(path, query) as response:
                body = await _body(response)
        except (ClientError, OSError, TimeoutError, ValueError) as fault:
            # ValueError: what was typed is no host.
            raise ChargerUnreachableError(type(fault).__name__) from fault
        return _parsed(body)

    def _ask(self, path: str, query: Mapping[str, str]) -> AbstractAsyncContextManager[ClientResponse]:
        # Identity: a small compressed answer can unpack to a huge one before its size is looked at.
        return self._session.get(
            _url(self._host, path).with_query(query), allow_redirects=False, headers={"Accept-Encoding": "identity"}
        )


def programmed_cards(answer: Mapping[str, Any]) -> tuple[ProgrammedCard, ...]:
    """The programmed cards of a status with `cards` or with flat keys. Raises `AnswerNotUnderstoodError`."""
    found = list(_array(answer["cards"]) if answer.get("cards") is not None else _flat(answer))
    return tuple(_card(slot, name, energy) for slot, name, energy, programmed in found if _flag(programmed))


def _array(cards: Any) -> Iterator[tuple[int, Any, Any, Any]]:
    if not isinstance(cards, list) or len(cards) > SLOTS or not all(isinstance(card, dict) for card in cards):
        raise AnswerNotUnderstoodError("cards is no list of cards")
    for slot, card in enumerate(cards, start=1):
        yield slot, card.get("name"), card.get("energy"), card.get("cardId")


def _flat(answer: Mapping[str, Any]) -> Iterator[tuple[int, Any, Any, Any]]:
    indices = [index for index in range(SLOTS) if f"c{index}i" in answer]
    if not indices:
        raise AnswerNotUnderstoodError("there are no cards in it")
    for index in indices:
        yield index + 1, answer.get(f"c{index}n"), answer.get(f"c{index}e"), answer[f"c{index}i"]


def _card(slot: int, name: Any, energy: Any) -> ProgrammedCard:
    if not isinstance(name, str) or len(name) > _LONGEST_TEXT:
        raise AnswerNotUnderstoodError("a card's name is none")
    if not isinstance(energy, int | float) or isinstance(energy, bool) or not isfinite(energy) or energy < 0:
        raise AnswerNotUnderstoodError("a card's energy is none")
    shown = "".join(char for char in name if char.isprintable()).strip()
    return ProgrammedCard(slot, "" if shown.casefold() == _UNSET_NAME else shown, float(energy))


def _slot(value: Any) -> int | None:
    """0 is open access, null is nobody."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= SLOTS:
        raise AnswerNotUnderstoodError("trx is no slot")
    return value or None


def _number(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise AnswerNotUnderstoodError("lri is no card number")
    return "".join(char for char in value if char.isalnum()).upper() or None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise AnswerNotUnderstoodError("a flag is neither true nor false")
    return value


def _url(host: str, path: str) -> URL:
    name, colon, port = host.rpartition(":")
    # An IPv6 address has more colons than the one before a port.
    if colon and ":" not in name and port.isdecimal():
        return URL.build(scheme="http", host=name, port=int(port), path=f"/api/{path}")
    return URL.build(scheme="http", host=host, path=f"/api/{path}")


async def _body(response: ClientResponse) -> bytes:
    if response.status != HTTPStatus.OK or "Content-Encoding" in response.headers:
        raise AnswerNotUnderstoodError(f"status {response.status}")
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerNotUnderstoodError("too much")
    return bytes(body)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = json_loads(body)
    except ValueError as fault:
        raise AnswerNotUnderstoodError("no JSON") from fault
    if not isinstance(answer, dict):
        raise AnswerNotUnderstoodError("no JSON object")
    return answer
