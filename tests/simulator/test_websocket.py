"""A client that follows the protocol's description works with a simulated charger."""

import socket
from typing import Any

import pytest
from aiohttp import ClientError

from benchmarks.simulator import Visit

from .client import Gone, Refused
from .rig import rig, run
from .scenes import OTHER, SERIAL, one, two

_UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
ANNA = Visit(driver="Anna", after_s=60, stay_s=1800, card=1, card_s=-8)


@pytest.mark.parametrize("hash_type", ["pbkdf2", "bcrypt"])
@pytest.mark.parametrize("encoding", ["json", "msgpack", "msgpack0"])
def test_client_logs_in_and_follows_a_session_in_every_hash_and_encoding(hash_type: str, encoding: str) -> None:
    async def test() -> None:
        async with rig(one(ANNA, hash_type=hash_type, encoding=encoding)) as it, it.client() as client:
            assert client.hash_type == hash_type
            assert (client.hello["serial"], client.hello["secured"]) == (SERIAL, True)
            assert (client.status["car"], client.status["trx"], client.status["cus"]) == (1, None, 1)
            it.simulator.start()
            it.move(52)
            assert (await client.delta())["trx"] == 1
            it.move(8)
            assert (await client.delta())["car"] == 3
            first = client.frames[-1]
            assert isinstance(first, str if encoding == "json" else bytes)
            assert (first[0] == 0) is (encoding == "msgpack0")

    run(test)


@pytest.mark.parametrize("hash_type", ["pbkdf2", "bcrypt"])
def test_wrong_password_gets_auth_error_and_no_status(hash_type: str) -> None:
    async def test() -> None:
        async with rig(one(ANNA, hash_type=hash_type)) as it:
            client = it.client(password="guess")
            with pytest.raises(Refused):
                await client.__aenter__()
            assert client.status == {}
            with pytest.raises(Gone):
                await client.receive()
            assert it.simulator.state()["chargers"][0]["clients"] == 0

    run(test)


@pytest.mark.parametrize("parts", [1, 4])
def test_full_status_comes_in_parts_and_the_last_is_marked(parts: int) -> None:
    async def test() -> None:
        async with rig(one(ANNA, parts=parts)) as it, it.client() as client:
            assert client.partials == [True] * (parts - 1) + [False]
            assert client.status == await client.get("/api/status")

    run(test)


def test_open_charger_sends_its_status_without_a_password() -> None:
    async def test() -> None:
        async with rig(one(ANNA, password=None, parts=1)) as it:
            url = f"http://127.0.0.1:{it.simulator.ports[SERIAL]}/ws"
            async with it.session.ws_connect(url) as socket:
                assert (await socket.receive_json())["secured"] is False
                assert (await socket.receive_json())["type"] == "fullStatus"
                await socket.send_json({"type": "setValue", "requestId": 4, "key": "amp", "value": 10})
                assert (await socket.receive_json())["success"] is True

    run(test)


def test_secured_command_is_executed_answered_and_sent_to_all() -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it, it.client() as client, it.client() as other:
            response = await client.set_value(7, "rde", True)
            assert response == {"type": "response", "requestId": "7sm", "success": True, "status": {"rde": True}}
            assert await client.delta() == {"rde": True}
            assert await other.delta() == {"rde": True}

    run(test)


def test_command_with_a_wrong_seal_changes_nothing() -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it, it.client() as client:
            response = await client.set_value(7, "rde", True, spoil=True)
            assert (response["requestId"], response["success"]) == ("7sm", False)
            assert (await client.get("/api/status?filter=rde")) == {"rde": False}

    run(test)


@pytest.mark.parametrize(("key", "value"), [("wh", 5), ("amp", 64), ("rde", 1), ("nonsense", 1), ("amp", True)])
def test_command_for_a_read_only_key_is_refused(key: str, value: Any) -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it, it.client() as client:
            before = dict(client.status)
            assert (await client.set_value(8, key, value))["success"] is False
            assert (await client.get("/api/status")) == before

    run(test)


def test_command_that_is_not_secured_is_refused_where_there_is_a_password() -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it, it.client() as client:
            await client.send({"type": "setValue", "requestId": 9, "key": "amp", "value": 10})
            assert (await client.receive())["success"] is False
            assert (await client.get("/api/status?filter=amp")) == {"amp": 16}

    run(test)


def test_nonsense_from_a_client_does_not_end_the_connection() -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it, it.client() as client:
            assert client._socket is not None
            for nonsense in ("{", "[]", '"x"', '{"type": "auth"}', '{"type": 1}'):
                await client._socket.send_str(nonsense)
            await client._socket.send_bytes(b"\xc1")
            await client._socket.send_bytes(b"")
            assert (await client.set_value(1, "amp", 10))["success"] is True

    run(test)


def test_card_id_is_reported_only_while_card_reporting_is_on() -> None:
    async def test() -> None:
        async with rig(one(ANNA, Visit(driver="Anna", after_s=600, card=1))) as it, it.client() as client:
            it.simulator.start()
            it.move(2000)
            assert (await client.get("/api/status?filter=lri")) == {"lri": None}
            await client.set_value(1, "rde", True)
            it.move(2000)
            assert (await client.get("/api/status?filter=lri")) == {"lri": "04aa"}

    run(test)


def test_client_that_joins_in_a_session_gets_the_present_status() -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it:
            it.simulator.start()
            it.move(1000)
            async with it.client() as client:
                assert (client.status["car"], client.status["trx"], client.status["cus"]) == (2, 1, 3)
                assert client.status["wh"] > 2000
                it.move(1000)
                while client.status["car"] != 1:
                    await client.delta()
                truth = it.simulator.garage.book.finished[0]
                assert client.status["wh"] == truth.energy_mwh / 1000

    run(test)


def test_outage_drops_and_refuses_clients_and_the_session_goes_on_meanwhile() -> None:
    async def test() -> None:
        async with rig(two((ANNA,), ())) as it, it.client(OTHER) as neighbour:
            it.simulator.start()
            it.move(600)
            async with it.client() as client:
                port = it.simulator.ports[SERIAL]
                it.move(60)
                outage = it.simulator.outage(SERIAL, 0.2)
                assert await client.last_words() == "deltaStatus"
                with pytest.raises((ClientError, OSError)):
                    await it.client().__aenter__()
                with pytest.raises((ClientError, OSError)):
                    await client.get("/api/status")
            it.move(600)
            await outage
            assert it.simulator.ports[SERIAL] == port
            async with it.client() as back:
                assert back.status["wh"] > 3000
            assert (await neighbour.set_value(1, "amp", 10))["success"] is True

    run(test)


def test_client_that_does_not_read_is_dropped_and_the_others_lose_nothing() -> None:
    async def test() -> None:
        async with rig(one(flood=1000.0, password=None, parts=1)) as it:
            port = it.simulator.ports[SERIAL]
            stuck = socket.socket()
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect(("127.0.0.1", port))
            stuck.sendall(_UPGRADE.encode())
            async with it.session.ws_connect(f"http://127.0.0.1:{port}/ws") as reading:
                assert [(await reading.receive_json())["type"] for _ in range(2)] == ["hello", "fullStatus"]
                it.simulator.start()
                clients = []
                for _ in range(50):
                    sent = it.move(1)
                    assert {(await reading.receive_json())["type"] for _ in range(sent)} == {"deltaStatus"}
                    clients.append(it.simulator.state()["chargers"][0]["clients"])
                assert (clients[0], clients[-1]) == (2, 1)
            stuck.close()

    run(test)


def test_a_thousand_deltas_of_one_second_all_arrive_in_order() -> None:
    async def test() -> None:
        async with rig(one(flood=1000.0)) as it, it.client() as client:
            it.simulator.start()
            sent = it.move(0.999)
            assert sent >= 999
            volts = [(await client.delta())["nrg"][0] for _ in range(sent)]
            assert len(volts) == sent
            assert volts[0] != volts[1]
            assert client.status == await client.get("/api/status")

    run(test)
