"""The refresh intervals: sessions by the option, sums together and less often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import cast

from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.charger.display import LiveDisplay
from custom_components.ev_charging_manager.adapters.household.sums import Sums
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import LedgerThread
from custom_components.ev_charging_manager.domain.messages import LiveView, Phase
from custom_components.ev_charging_manager.domain.statistics.sums import HOUSEHOLD

from ...domain.household import settings
from ...support.refreshing import Clock, view


async def test_sums_are_refreshed_together_and_no_more_often_than_every_half_minute(hass: HomeAssistant) -> None:
    clock = Clock()
    sums = Sums(hass, cast(LedgerThread, None), UTC, clock)
    seen: list[tuple[float, int]] = []
    sums.listen(HOUSEHOLD, lambda: seen.append((clock.seconds, sums.statistics.total(HOUSEHOLD).energy_mwh)))
    house = settings()
    every_second = replace(house, options=replace(house.options, refresh_s=1.0))
    for second in range(75):
        clock.run_until(float(second))
        for charger in ("left", "right"):
            sums.shown(LiveView(view(charger, second, second)), every_second)
    assert seen == [(30.0, 2 * 10**6 + 58), (60.0, 2 * 10**6 + 118)]


async def test_sums_that_were_notified_immediately_wait_for_the_next_refresh(hass: HomeAssistant) -> None:
    clock = Clock()
    sums = Sums(hass, cast(LedgerThread, None), UTC, clock)
    seen: list[float] = []
    sums.listen(HOUSEHOLD, lambda: seen.append(clock.seconds))
    for second in range(60):
        clock.run_until(float(second))
        if second == 4:
            sums.notify_all()
        sums.shown(LiveView(view("left", second, second)), settings())
    assert seen == [4.0, 34.0]
    await sums.close()
    clock.run_until(100.0)
    assert seen == [4.0, 34.0]


async def test_an_event_calls_first_listeners_first_and_a_refresh_only_followers() -> None:
    clock = Clock()
    display = LiveDisplay(clock)
    witnessed: list[float] = []
    shown: list[float] = []
    heard: list[float] = []
    display.listen_first(lambda: witnessed.append(clock.seconds))
    display.listen(lambda: heard.append(clock.seconds))
    display.follow(lambda: shown.append(clock.seconds))
    for second in range(25):
        clock.run_until(float(second))
        display.show(view("left", second, second))
    display.show(replace(view("left", 24, 24), phase=Phase.CHARGED))
    assert shown == [0.0, 10.0, 20.0, 24.0]
    assert witnessed == heard == [0.0, 24.0]


async def test_the_duration_grows_while_the_charger_is_silent() -> None:
    clock = Clock()
    display = LiveDisplay(clock)
    durations: list[float] = []

    def look() -> None:
        assert display.progress is not None
        assert display.progress.record is not None
        durations.append(display.progress.record.duration_s)

    display.follow(look)
    display.show(view("left", 0.0, 0))
    clock.run_until(9.0)
    display.show(view("left", 9.0, 1))
    clock.run_until(30.0)
    # At 10 s the view of a second ago is recent enough; after that no view arrives.
    assert durations == [100.0, 109.0, 120.0, 130.0]
