"""Commands while the demo runs: drivers leave on request, and random visits follow."""

from dataclasses import replace

import pytest

from benchmarks.simulator import Garage, Pause, Visit

from .rig import rig, run
from .scenes import NOON, NOON_MS, SERIAL, one, play, values

STAY = Visit(driver="Anna", after_s=60, stay_s=7200, soc=0.2, card=1, card_s=-8)
PLUG_S = 60


def garage_after(seconds: int, *visits: Visit) -> Garage:
    return play(one(*visits), seconds)[0]


def test_driver_unplugs_within_seconds_of_a_leave_command() -> None:
    garage = garage_after(1000, STAY)
    garage.leave(SERIAL, NOON_MS + 1_000_000)
    list(garage.advance(NOON_MS + 1_020_000))
    (session,) = garage.book.finished
    assert session.plugged_at == NOON + PLUG_S
    assert session.unplugged_at is not None
    assert NOON + 1000 < session.unplugged_at <= NOON + 1010


@pytest.mark.parametrize("pauses", [(), (Pause(300, 200),)])
def test_leaving_does_not_change_the_energy_so_far(pauses: tuple[Pause, ...]) -> None:
    garage = garage_after(1000, replace(STAY, pauses=pauses))
    before, told = dict(garage.chargers[SERIAL].status), garage.running(NOON_MS + 1_000_000)
    garage.leave(SERIAL, NOON_MS + 1_000_000)
    assert garage.chargers[SERIAL].status == before
    assert garage.running(NOON_MS + 1_000_000) == told
    counters = [wh for _, wh in values(list(garage.advance(NOON_MS + 1_200_000)), "wh")]
    assert counters == sorted(counters)
    assert counters[0] >= told[0].counter_mwh / 1000


def test_energy_of_a_shortened_session_is_the_integral_of_its_power() -> None:
    garage = garage_after(1000, STAY)
    garage.leave(SERIAL, NOON_MS + 1_000_000)
    list(garage.advance(NOON_MS + 2_000_000))
    (session,) = garage.book.finished
    assert session.energy_mwh == session.counter_mwh == sum(session.quarters_mwh.values())
    assert 2_500_000 < session.energy_mwh < 3_000_000


def test_next_driver_comes_after_a_leave_command() -> None:
    garage = garage_after(1000, STAY, Visit(driver="Ben", after_s=60, stay_s=600, card=2))
    garage.leave(SERIAL, NOON_MS + 1_000_000)
    list(garage.advance(NOON_MS + 2_000_000))
    assert [each.driver for each in garage.book.finished] == ["Anna", "Ben"]


def test_driver_who_leaves_earlier_is_not_delayed() -> None:
    garage = garage_after(PLUG_S + 7199, STAY)
    garage.leave(SERIAL, NOON_MS + (PLUG_S + 7199) * 1000)
    list(garage.advance(NOON_MS + 9_000_000))
    (session,) = garage.book.finished
    assert session.unplugged_at == NOON + PLUG_S + 7200


def test_leave_without_a_car_is_refused() -> None:
    async def test() -> None:
        async with rig(one(STAY)) as it:
            await it.control("POST", "start")
            it.move(10)
            status, answer = await it.control("POST", "leave", {"charger": SERIAL})
            assert (status, answer) == (400, {"error": "leave: no car is connected at this charger"})
            it.move(1000)
            assert await it.control("POST", "leave", {"charger": SERIAL}) == (200, {"accepted": True})
            it.move(20)
            _, truth = await it.control("GET", "truth")
            assert len(truth["finished"]) == 1

    run(test)


def test_drivers_come_again_after_a_then_command() -> None:
    async def test() -> None:
        async with rig(one()) as it:
            it.simulator.start()
            it.move(5000)
            assert it.simulator.state()["chargers"][0]["driver"] is None
            assert (await it.control("POST", "then", {"then": "always"}))[0] == 400
            assert await it.control("POST", "then", {"then": "mix"}) == (200, {"accepted": True})
            it.move(20_000)
            assert len(it.simulator.garage.book.finished) >= 2

    run(test)
