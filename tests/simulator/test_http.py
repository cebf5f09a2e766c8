"""The HTTP API of a simulated charger."""

import pytest

from benchmarks.simulator import Visit

from .rig import rig, run
from .scenes import SERIAL, one

BEN = Visit(driver="Ben", after_s=60, stay_s=1800, card=2)


def test_filter_gives_those_keys_and_leaves_out_unknown_ones() -> None:
    async def test() -> None:
        async with rig(one(BEN)) as it:
            client = it.client()
            assert await client.get("/api/status?filter=sse,fwv,car,nosuch") == {"sse": SERIAL, "fwv": "60.3", "car": 1}
            everything = await client.get("/api/status")
            wanted = "fna typ wh eto nrg trx cus lri rde err modelStatus amp alw frc"
            assert set(wanted.split()) <= set(everything)
            assert len(everything["nrg"]) == 16

    run(test)


def test_firmware_below_60_has_the_cards_as_an_array_of_ten() -> None:
    async def test() -> None:
        async with rig(one(BEN, firmware="59.4")) as it:
            status = await it.client().get("/api/status")
            assert status["cards"][0] == {"name": "Anna", "energy": 0, "cardId": True}
            assert status["cards"][1] == {"name": "Ben", "energy": 1500, "cardId": True}
            assert status["cards"][2:] == [{"name": "n/a", "energy": 0, "cardId": False}] * 8
            assert "c0n" not in status

    run(test)


def test_firmware_60_has_the_cards_as_flat_keys() -> None:
    async def test() -> None:
        async with rig(one(BEN)) as it:
            status = await it.client().get("/api/status")
            assert (status["c1n"], status["c1e"], status["c1i"]) == ("Ben", 1500, True)
            assert (status["c9n"], status["c9e"], status["c9i"]) == ("n/a", 0, False)
            assert "cards" not in status

    run(test)


@pytest.mark.parametrize("firmware", ["59.4", "60.3"])
def test_card_counts_the_energy_of_its_sessions(firmware: str) -> None:
    async def test() -> None:
        async with rig(one(BEN, firmware=firmware)) as it:
            it.simulator.start()
            it.move(4000)
            status = await it.client().get("/api/status")
            energy = status["cards"][1]["energy"] if firmware == "59.4" else status["c1e"]
            assert energy == 1500 + it.simulator.garage.book.finished[0].energy_mwh // 1000

    run(test)


def test_set_answers_true_or_the_reason_and_notifies_the_websocket() -> None:
    async def test() -> None:
        async with rig(one(BEN)) as it, it.client() as client:
            assert await client.get("/api/set?rde=true") == {"rde": True}
            assert await client.delta() == {"rde": True}
            answers = await client.get("/api/set?wh=1&amp=nonsense&fna=%22Left%22")
            assert answers["fna"] is True
            assert isinstance(answers["wh"], str)
            assert isinstance(answers["amp"], str)
            assert await client.get("/api/status?filter=fna,amp") == {"fna": "Left", "amp": 16}

    run(test)
