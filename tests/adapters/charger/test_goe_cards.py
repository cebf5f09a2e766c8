"""The HTTP API of a go-e: the answers of both firmware formats, and invalid answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from benchmarks.simulator import CardSlot
from custom_components.ev_charging_manager.adapters.charger.goe_cards import (
    LARGEST_ANSWER,
    AnswerNotUnderstoodError,
    ChargerUnreachableError,
    GoeApi,
    ProgrammedCard,
    Reader,
    ReportingRefusedError,
)

from ...support.goe_host import deserted_host, goe_host, other_host, silent_host

pytestmark = pytest.mark.usefixtures("socket_enabled")

CARDS = (CardSlot(1, "Anna", "04aa", 12_345), CardSlot(2, " Ben ", "04bb", 0), CardSlot(10, "n/a", "04cc", 7))
READER = {"trx": None, "lri": None, "rde": False}
SET = {"name": "Anna", "energy": 1, "cardId": True}


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.mark.parametrize("firmware", ["59.4", "60.3"])
async def test_programmed_cards_are_read_from_either_firmware(session: ClientSession, firmware: str) -> None:
    async with goe_host(*CARDS, firmware=firmware) as goe:
        found = await GoeApi(session, goe.host).cards()
    # The last card was programmed without a name.
    assert found == (ProgrammedCard(1, "Anna", 12_345), ProgrammedCard(2, "Ben", 0), ProgrammedCard(10, "", 7))


@pytest.mark.parametrize("firmware", ["59.4", "60.3"])
async def test_charger_without_cards_has_none(session: ClientSession, firmware: str) -> None:
    async with goe_host(firmware=firmware) as goe:
        assert await GoeApi(session, goe.host).cards() == ()


async def test_tapped_card_shows_its_slot_and_its_number_only_when_numbers_are_reported(session: ClientSession) -> None:
    for reported in (False, True):
        async with goe_host(*CARDS) as goe:
            api = GoeApi(session, goe.host)
            if reported:
                await api.report_numbers()
            assert await api.reader() == Reader(None, None, reported)
            goe.tap()
            assert await api.reader() == Reader(2, "04BB" if reported else None, reported)


async def test_reading_changes_nothing_at_the_charger(session: ClientSession) -> None:
    async with goe_host(*CARDS) as goe:
        before = dict(goe.status)
        await GoeApi(session, goe.host).cards()
        await GoeApi(session, goe.host).reader()
        assert goe.status == before


async def test_charger_that_does_not_switch_reporting_on_is_an_error(session: ClientSession) -> None:
    async with other_host({"rde": "not allowed"}) as host:
        with pytest.raises(ReportingRefusedError):
            await GoeApi(session, host.host).report_numbers()
    assert host.asked == ["/api/set?rde=true"]


async def test_charger_that_is_gone_is_unreachable(session: ClientSession) -> None:
    with pytest.raises(ChargerUnreachableError):
        await GoeApi(session, await deserted_host()).cards()


async def test_charger_that_never_answers_is_given_up(session: ClientSession) -> None:
    async with silent_host() as host:
        with pytest.raises(ChargerUnreachableError):
            await GoeApi(session, host.host, deadline_s=0.05).cards()


@pytest.mark.parametrize("host", ["", "a/b", "user@127.0.0.1", "127.0.0.1:99999", "127.0.0.1?x", "[", ":80"])
async def test_invalid_host_is_unreachable(session: ClientSession, host: str) -> None:
    with pytest.raises(ChargerUnreachableError):
        await GoeApi(session, host).cards()


async def test_redirect_is_not_followed(session: ClientSession) -> None:
    async with (
        other_host({"cards": []}) as elsewhere,
        other_host(status=307, headers={"Location": f"http://{elsewhere.host}/"}) as host,
    ):
        with pytest.raises(AnswerNotUnderstoodError):
            await GoeApi(session, host.host).cards()
    assert len(host.asked) == 1
    assert elsewhere.asked == []


async def test_api_that_is_switched_off_is_not_understood(session: ClientSession) -> None:
    async with other_host(READER, status=404) as host:
        with pytest.raises(AnswerNotUnderstoodError):
            await GoeApi(session, host.host).reader()


@pytest.mark.parametrize("size", [LARGEST_ANSWER - 100, LARGEST_ANSWER + 100])
async def test_answer_that_is_too_large_is_dropped(session: ClientSession, size: int) -> None:
    body = json.dumps(READER).encode() + b" " * size
    async with other_host(body) as host:
        if size < LARGEST_ANSWER:
            assert await GoeApi(session, host.host).reader() == Reader(None, None, reports_numbers=False)
        else:
            with pytest.raises(AnswerNotUnderstoodError):
                await GoeApi(session, host.host).reader()


async def test_packed_answer_is_not_unpacked(session: ClientSession) -> None:
    body = gzip.compress(json.dumps(READER).encode())
    async with other_host(body, headers={"Content-Encoding": "gzip"}) as host:
        with pytest.raises(AnswerNotUnderstoodError):
            await GoeApi(session, host.host).reader()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"cards"', b"\xff", b'{"trx": NaN}', b"[" * 5000])
async def test_answer_that_is_no_json_object_is_rejected(session: ClientSession, body: bytes) -> None:
    async with other_host(body) as host:
        for question in (GoeApi(session, host.host).cards, GoeApi(session, host.host).reader):
            with pytest.raises(AnswerNotUnderstoodError):
                await question()


@pytest.mark.parametrize(
    "status",
    [
        {},
        {"cards": "Anna"},
        {"cards": {}},
        {"cards": ["Anna"]},
        {"cards": [SET] * 11},
        {"cards": [{**SET, "cardId": None}]},
        {"cards": [{**SET, "cardId": 1}]},
        {"cards": [{**SET, "name": None}]},
        {"cards": [{**SET, "name": "A" * 65}]},
        {"cards": [{**SET, "energy": "1"}]},
        {"cards": [{**SET, "energy": -1}]},
        {"cards": [{**SET, "energy": True}]},
        {"cards": [{"cardId": True}]},
        {"c0i": "yes", "c0n": "Anna", "c0e": 1},
        {"c0i": True},
        {"c0i": True, "c0n": ["Anna"], "c0e": 1},
        {"c0n": "Anna", "c0e": 1},
    ],
)
async def test_cards_of_a_wrong_type_are_rejected(session: ClientSession, status: dict[str, Any]) -> None:
    async with other_host(status) as host:
        with pytest.raises(AnswerNotUnderstoodError):
            await GoeApi(session, host.host).cards()


@pytest.mark.parametrize(
    "changed",
    [{"trx": "1"}, {"trx": 11}, {"trx": -1}, {"trx": True}, {"trx": 1.5}, {"lri": 7}, {"lri": "0" * 65}, {"rde": 1}],
)
async def test_reader_of_a_wrong_type_is_rejected(session: ClientSession, changed: dict[str, Any]) -> None:
    async with other_host({**READER, **changed}) as host:
        with pytest.raises(AnswerNotUnderstoodError):
            await GoeApi(session, host.host).reader()


async def test_answer_without_a_reader_is_rejected(session: ClientSession) -> None:
    async with other_host({"rde": True}) as host:
        with pytest.raises(AnswerNotUnderstoodError):
            await GoeApi(session, host.host).reader()


@pytest.mark.parametrize(("trx", "slot"), [(None, None), (0, None), (1, 1), (10, 10)])
async def test_open_access_and_idle_reader_are_no_card(
    session: ClientSession, trx: int | None, slot: int | None
) -> None:
    async with other_host({**READER, "trx": trx}) as host:
        assert (await GoeApi(session, host.host).reader()).slot == slot


async def test_unprintable_characters_are_removed_from_names(session: ClientSession) -> None:
    async with other_host({"cards": [{**SET, "name": "An\u0000\u202ena\n"}]}) as host:
        assert await GoeApi(session, host.host).cards() == (ProgrammedCard(1, "Anna", 1),)
