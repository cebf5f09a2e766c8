"""The requests of flow B to an InfluxDB 2.x, and its behaviour while InfluxDB is unreachable, refuses or is slow."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ev_charging_manager.domain.quantity import micro
from tests.influxdb.listener import Listener, listening, refusal
from tests.influxdb.package import COMPLETED, PACKAGE, TEST_SCRIPT, documented_secrets, install
from tests.influxdb.sessions import guest, resident, session, told

WAITS_S = [30, 120, 600, 1800, *[3600] * 23]


@pytest.fixture
async def listener(hass: HomeAssistant, socket_enabled: None, tmp_path: Path) -> AsyncIterator[Listener]:
    """Return an InfluxDB 2.x at the guide's address that accepts everything, unless a test sets other responses."""
    async with listening() as listener:
        own = {"homeassistant.local:8086": listener.address, "org=home&": "org=my home&", "paste-it-here": "se=cret=="}
        await install(hass, tmp_path, documented_secrets("/api/v2/write?org=", **own))
        yield listener
        await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


class Notifications:
    """Return the notifications in order, and the ones that are still shown."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._added: asyncio.Queue[str] = asyncio.Queue()
        persistent_notification.async_register_callback(hass, self._take)

    async def next(self) -> str:
        """Wait for the next notification and for the start of the step after it."""
        async with asyncio.timeout(10):
            message = await self._added.get()
        # The delay after a notification begins within a few turns of the event loop.
        for _ in range(50):
            await asyncio.sleep(0)
        return message

    def standing(self) -> int:
        """Return the number of notifications."""
        return len(self._hass.data["persistent_notification"])

    @callback
    def _take(
        self,
        update: persistent_notification.UpdateType,
        notifications: dict[str, persistent_notification.Notification],
    ) -> None:
        if update in {persistent_notification.UpdateType.ADDED, persistent_notification.UpdateType.UPDATED}:
            for one in notifications.values():
                self._added.put_nowait(one["message"])


async def test_a_session_goes_to_the_bucket_with_the_token(hass: HomeAssistant, listener: Listener) -> None:
    record = session(guest("Gustav, =Öst 🚗", "Ioniq 5"), charge_price_micro=micro("4.32"))
    hass.bus.async_fire(COMPLETED, told(record))
    await hass.async_block_till_done()

    request = await listener.take()

    assert (request.method, request.path) == ("POST", "/api/v2/write")
    assert request.query == {"org": "my home", "bucket": "homeassistant"}
    assert request.authorization == "Token se=cret=="
    assert request.content_type == "text/plain; charset=utf-8"
    assert request.body == (
        "ev_charging_sessions,user=Gustav\\,\\ \\=Öst\\ 🚗,user_id=id\\ of\\ Gustav\\,\\ \\=Öst\\ 🚗,user_type=guest,"
        "vehicle=Ioniq\\ 5,charger=Garage\\ left,cost_method=static,start_month=2026-03"
        " energy_kwh=12.345,cost=3.0862,charge_price=4.32,duration_seconds=5400i,avg_power_w=16460.0,"
        'data_gap=false,reconstructed=false,currency="EUR",session_id="session-1"'
        " 1773509400250000000"
    )


async def test_a_session_is_tried_again_until_influxdb_is_back(hass: HomeAssistant, listener: Listener) -> None:
    notifications = Notifications(hass)
    listener.answers = [refusal(503, "starting"), refusal(401, "unauthorized access")]
    hass.bus.async_fire(COMPLETED, told(session(resident("Anna"))))

    first = await listener.take()
    assert "503" in (said := await notifications.next())
    assert "starting" in said
    assert "Retries continue" in said
    _pass(hass, WAITS_S[0])
    second = await listener.take()
    assert "unauthorized access" in await notifications.next()
    _pass(hass, WAITS_S[1])
    third = await listener.take()
    await hass.async_block_till_done()

    assert first == second == third
    assert notifications.standing() == 0


async def test_after_a_day_it_stops_with_a_notification(hass: HomeAssistant, listener: Listener) -> None:
    notifications = Notifications(hass)
    listener.answers = [refusal(503, "starting") for _ in range(len(WAITS_S) + 1)]
    hass.bus.async_fire(COMPLETED, told(session(resident("Anna"))))
    for wait in WAITS_S:
        await listener.take()
        assert "Retries continue" in await notifications.next()
        _pass(hass, wait)
    await listener.take()

    assert "not be retried" in await notifications.next()
    await hass.async_block_till_done()
    assert notifications.standing() == 1


async def test_a_point_that_influxdb_cannot_take_holds_up_no_other(hass: HomeAssistant, listener: Listener) -> None:
    notifications = Notifications(hass)
    listener.answers = [refusal(400, "field type conflict")]
    hass.bus.async_fire(COMPLETED, told(session(resident("Anna"))))
    await listener.take()
    assert "field type conflict" in (said := await notifications.next())
    assert "not be retried" in said

    hass.bus.async_fire(COMPLETED, told(session(resident("Ben"), number=2)))
    await hass.async_block_till_done()

    assert "user=Ben" in (await listener.take()).body
    assert notifications.standing() == 1, "the notification stays until it is dismissed"


async def test_a_script_without_a_server_reports_it(hass: HomeAssistant, socket_enabled: None, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
        await install(hass, tmp_path, documented_secrets("/api/v2/write?org=", **{"homeassistant.local:8086": nobody}))
        notifications = Notifications(hass)

        await hass.services.async_call("script", TEST_SCRIPT, blocking=True)

        assert "could not be reached" in await notifications.next()


@pytest.mark.parametrize("path", ["/write?db=", "/api/v2/write?org="])
def test_the_file_has_the_same_lines_for_secrets_as_the_guide(path: str) -> None:
    said = PACKAGE.read_text(encoding="utf-8")

    assert all(f'{name}: "{line}"' in said for name, line in documented_secrets(path).items())


def _pass(hass: HomeAssistant, seconds: float) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds + 1))
