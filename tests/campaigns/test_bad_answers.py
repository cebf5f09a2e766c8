"""Any response from a go-e's address leads to a result or to an error that the forms know."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession, web

from custom_components.ev_charging_manager.adapters.charger.goe_cards import GoeApi, GoeError, ProgrammedCard
from tests.campaigns.garbage import data, number, text

pytestmark = pytest.mark.usefixtures("socket_enabled")


def answer(draw: Random) -> bytes:
    """Return a go-e's response with a mistake, any JSON, or any bytes."""
    kind = draw.randrange(4)
    if kind == 0:
        return draw.randbytes(draw.choice((0, 1, 40, 4_000)))
    if kind == 1:
        return json.dumps(data(draw)).encode("utf-8", "surrogatepass")
    return json.dumps(_nearly(draw)).encode()[: draw.choice((20, 200, None))]


def _nearly(draw: Random) -> dict[str, Any]:
    keys = [f"c{index}{letter}" for index in range(10) for letter in "nei"]
    found: dict[str, Any] = {"c0n": "Anna", "c0e": 12.5, "c0i": True, "trx": 1, "lri": "04AB", "rde": True}
    if draw.random() < 0.5:
        found["cards"] = [
            {"name": "Anna", "energy": 1, "cardId": True} | _some(draw) for _ in range(draw.randrange(14))
        ]
    for key in draw.sample([*keys, "trx", "lri", "rde", "cards"], draw.randrange(4)):
        found[key] = data(draw, 2)
    return found


def _some(draw: Random) -> dict[str, Any]:
    return {draw.choice(("name", "energy", "cardId", text(draw))): draw.choice((data(draw, 1), number(draw)))}


async def tried(seed: int, inputs: int) -> dict[str, int]:
    """Return how many responses were refused, and how many understood."""
    draw, counts, body = Random(seed), {"refused": 0, "understood": 0}, b""

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body)

    app = web.Application()
    app.router.add_get("/{anything:.*}", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with ClientSession() as session:
            api = GoeApi(session, f"127.0.0.1:{runner.addresses[0][1]}")
            for _ in range(inputs):
                body = answer(draw)
                counts[await _ask(draw.choice((api.cards, api.reader, api.report_numbers)))] += 1
    finally:
        await runner.cleanup()
    return counts


async def _ask(question: Callable[[], Any]) -> str:
    try:
        found = await question()
    except GoeError:
        return "refused"
    for card in found if isinstance(found, tuple) else ():
        assert isinstance(card, ProgrammedCard)
        assert card.energy_wh >= 0
        assert card.name.isprintable()
    return "understood"


@pytest.mark.timeout(1_800)
def test_every_answer_of_a_charger_is_a_result_or_a_known_error(long: bool, tell: Callable[[str], None]) -> None:
    counts = asyncio.run(tried(1, 50_000 if long else 1_500))
    assert counts["refused"] > counts["understood"] > 0, "the answers have to be both"
    tell(f"bad answers: {counts['refused']} refused, {counts['understood']} understood, no other error")
