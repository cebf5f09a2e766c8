"""The commands of the control port."""

import errno
import json
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from benchmarks.simulator import HouseClock, Simulator, Visit, demo_garage

from .client import Client
from .rig import rig, run
from .scenes import NOON, OTHER, SERIAL, one, two

ANNA = Visit(driver="Anna", after_s=60, stay_s=1800, card=1, card_s=-8)


def test_truth_has_finished_and_running_sessions() -> None:
    async def test() -> None:
        async with rig(one(ANNA, Visit(driver="Ben", after_s=600, stay_s=1800, card=2))) as it:
            assert await it.control("POST", "start") == (200, {"started_at": NOON})
            it.move(3000)
            _, truth = await it.control("GET", "truth")
            (done,), (now,) = truth["finished"], truth["running"]
            assert (done["who"], done["plugged_at"], done["unplugged_at"]) == ("Anna", NOON + 60, NOON + 1860)
            assert done["energy_wh"] * 1000 == done["energy_mwh"] == sum(done["quarters_mwh"].values())
            assert (now["who"], now["unplugged_at"], now["index"]) == ("Ben", None, 1)
            assert 0 < now["energy_wh"] < 1_000
            assert (await it.control("GET", "truth?since=1"))[1]["finished"] == []

    run(test)


def test_truth_file_gets_a_line_per_session_when_it_ends(tmp_path: Path) -> None:
    async def test() -> None:
        file = tmp_path / "truth.jsonl"
        async with rig(one(ANNA, then="repeat"), truth_file=file) as it:
            it.simulator.start()
            it.move(1000)
            assert file.read_text() == ""
            it.move(3000)
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            assert lines == (await it.control("GET", "truth"))[1]["finished"]
            assert len(lines) == 2

    run(test)


def test_chargers_wait_until_each_has_a_client() -> None:
    async def test() -> None:
        async with rig(two((ANNA,), (ANNA,)), wait_for_clients=True) as it, it.client():
            it.move(1000)
            assert it.simulator.state()["started_at"] is None
            async with it.client(OTHER):
                assert it.simulator.state()["started_at"] == NOON + 1000

    run(test)


def test_visit_that_is_asked_for_comes_before_the_expected_ones() -> None:
    async def test() -> None:
        async with rig(one(ANNA)) as it:
            it.simulator.start()
            it.move(10)
            body = {"charger": SERIAL, "driver": "Ben", "after_s": 20, "stay_s": 700, "lags": {"unlock_s": 1}}
            assert await it.control("POST", "visit", body) == (200, {"accepted": True})
            it.move(4000)
            ben, anna = it.simulator.garage.book.finished
            assert (ben.who, ben.card, ben.plugged_at) == ("Ben", 2, NOON + 30)
            assert (anna.who, anna.plugged_at) == ("Anna", NOON + 30 + 700 + 60)

    run(test)


def test_visit_that_is_asked_for_while_a_car_charges_comes_next() -> None:
    async def test() -> None:
        async with rig(one(ANNA, ANNA)) as it:
            it.simulator.start()
            it.move(600)
            await it.control("POST", "visit", {"charger": SERIAL, "driver": "Ben", "after_s": 30, "card": None})
            it.move(10_000)
            assert [each.driver for each in it.simulator.garage.book.finished] == ["Anna", "Ben", "Anna"]
            assert it.simulator.garage.book.finished[1].who == "Unknown"

    run(test)


def test_visits_can_be_requested_at_an_idle_charger() -> None:
    async def test() -> None:
        async with rig(one()) as it, it.client() as client:
            it.simulator.start()
            it.move(5000)
            await it.control("POST", "visit", {"charger": SERIAL, "driver": "Anna", "after_s": 20})
            it.move(20)
            assert (await client.delta())["trx"] == 1

    run(test)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("visit", {"charger": "1", "driver": "Anna"}, "charger"),
        ("visit", {"charger": SERIAL, "driver": "Nobody"}, "driver"),
        ("visit", {"charger": SERIAL, "driver": "Anna", "stay_s": "long"}, "stay_s"),
        ("visit", {"charger": SERIAL, "driver": "Anna", "soc": 3}, "soc"),
        ("visit", {"charger": SERIAL, "driver": "Anna", "colour": 3}, "colour"),
        ("visit", [], "object"),
        ("outage", {"charger": SERIAL, "seconds": -1}, "seconds"),
        ("outage", {"seconds": 1}, "charger"),
    ],
)
def test_wrong_request_gets_the_reason(path: str, body: Any, said: str) -> None:
    async def test() -> None:
        async with rig(one()) as it:
            status, answer = await it.control("POST", path, body)
            assert status == 400
            assert said in answer["error"]

    run(test)


def test_demo_at_speed_delivers_a_session_by_itself() -> None:
    async def test() -> None:
        clock = HouseClock(NOON, time.time(), 20_000.0)
        simulator = Simulator(demo_garage(1), seed=1, clock=clock)
        async with simulator, ClientSession() as session:
            client = Client(session, simulator.ports[SERIAL], "simulator")
            async with client:
                simulator.start()
                seen = [(await client.delta()).get("car")]
                while seen[-1] != 1:
                    seen.append((await client.delta()).get("car"))
                truth = simulator.garage.book.finished[0]
                assert (truth.charger, truth.who) == (SERIAL, "Anna")
                assert client.status["wh"] == truth.energy_mwh / 1000

    run(test)


def test_taken_port_is_an_error_and_leaves_nothing_open() -> None:
    async def test() -> None:
        async with rig(one()) as it:
            taken = one(port=it.simulator.ports[SERIAL])
            with pytest.raises(OSError, match=str(errno.EADDRINUSE)):
                async with rig(taken):
                    pass

    run(test)
