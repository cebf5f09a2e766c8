"""The HTTP API (v2) of a go-e charger, as far as its cards are concerned.

It is used only while a form is open, and only the host that was typed in is contacted: redirects are not followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any, Final

from aiohttp import ClientError, ClientResponse, ClientSession
from yarl import URL

from .goe_answers import (
    CARD_KEYS,
    LONGEST_TEXT,
    READER_KEYS,
    AnswerNotUnderstoodError,
    GoeError,
    ProgrammedCard,
    Reader,
    parsed,
    programmed_cards,
    reader,
)

__all__ = (
    "LARGEST_ANSWER",
    "AnswerNotUnderstoodError",
    "ChargerUnreachableError",
    "GoeApi",
    "GoeError",
    "ProgrammedCard",
    "Reader",
    "ReportingRefusedError",
)

DEADLINE_S: Final = 5.0
# The largest answer that is expected has less than 2 kB.
LARGEST_ANSWER: Final = 64 * 1024


class ChargerUnreachableError(GoeError):
    """The host does not answer, or not in time."""


class ReportingRefusedError(GoeError):
    """The charger does not switch on the reporting of card numbers."""


class GoeApi:
    """The API of one go-e on the local network."""

    def __init__(self, session: ClientSession, host: str, deadline_s: float = DEADLINE_S) -> None:
        """`host` is a name or an address, with a port if it is not 80."""
        self._session = session
        self._host = host
        self._deadline_s = deadline_s

    async def cards(self) -> tuple[ProgrammedCard, ...]:
        """Read all programmed cards by slot, in the format of any firmware. Raises a `GoeError`."""
        return programmed_cards(await self._get("status", {"filter": ",".join(CARD_KEYS)}))

    async def reader(self) -> Reader:
        """Read the state of the card reader. Raises a `GoeError`."""
        return reader(await self._get("status", {"filter": ",".join(READER_KEYS)}))

    async def report_numbers(self) -> None:
        """Switch on the reporting of card numbers, after the user agreed to it. Raises a `GoeError`.

        This integration changes no other setting of a charger.
        """
        answer = await self._get("set", {"rde": "true"})
        if answer.get("rde") is not True:
            raise ReportingRefusedError(str(answer.get("rde"))[:LONGEST_TEXT])

    async def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._deadline_s), self._request(path, query) as response:
                body = await _body(response)
        except (ClientError, OSError, TimeoutError, ValueError) as fault:
            # ValueError: the text that was typed in is not a host.
            raise ChargerUnreachableError(type(fault).__name__) from fault
        return parsed(body)

    def _request(self, path: str, query: Mapping[str, str]) -> AbstractAsyncContextManager[ClientResponse]:
        # Identity: a small compressed answer can unpack to a huge one before its size is checked.
        return self._session.get(
            _url(self._host, path).with_query(query), allow_redirects=False, headers={"Accept-Encoding": "identity"}
        )


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
            raise AnswerNotUnderstoodError("the answer is too large")
    return bytes(body)
