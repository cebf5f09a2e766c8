"""Flow B with a real InfluxDB 1.x: the repository's package in a real Home Assistant; the points are read back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION
from custom_components.ev_charging_manager.domain.quantity import micro
from custom_components.ev_charging_manager.domain.records import SessionRecord
from custom_components.ev_charging_manager.domain.tariff import CostMethod
from tests.influxdb.conftest import DATABASE, FORBIDDEN, WRITER, Database, secrets_for
from tests.influxdb.package import COMPLETED, TEST_SCRIPT, install
from tests.influxdb.sessions import UNKNOWN, guest, resident, session, told
from tests.support.garage import SPEED, Garage, person

AWKWARD_NAMES = [
    "Anna",
    "Anna Maria von Öst",
    "Svensson, Anna",
    "a=b",
    'Anna "the Volt" O\'Brien',
    "🚗⚡ 充电",
    r"DOMAIN\anna",
    r"back\, slash\= and\ space",
    r"two\\in a row",
    "#1",
    "1.50",
    "true",
    "{{ now() }} {% raw %}",
    "a,b=c d,user_type=guest 1",
]
# Line protocol ends a point at a line break, and treats the last backslash of a tag as an escape character.
IMPOSSIBLE_NAMES = {
    "Anna\nvon Öst": "Anna von Öst",
    "Anna\\": "Anna/",
    "Anna\\\\": "Anna/",
    " Anna\t\r\n": "Anna",
    "\\": "/",
}


async def _tell(hass: HomeAssistant, *records: SessionRecord, **changes: Any) -> None:
    for record in records:
        hass.bus.async_fire(COMPLETED, told(record) | changes)
    await hass.async_block_till_done()


async def test_a_session_becomes_a_point_with_all_that_is_known_of_it(home: HomeAssistant, database: Database) -> None:
    terms: dict[str, Any] = {"charge_price_micro": micro("4.32"), "charge_price_method": "price", "soc_added_pct": 21.4}
    record = session(guest("Gustav", "Ioniq 5"), cost_method=CostMethod.SPOT, reconstructed=True, **terms)

    await _tell(home, record)

    assert database.points() == [
        {
            "time": "2026-03-14T17:30:00.25Z",
            "user": "Gustav",
            "user_id": "id of Gustav",
            "user_type": "guest",
            "vehicle": "Ioniq 5",
            "charger": "Garage left",
            "cost_method": "spot",
            "start_month": "2026-03",
            "energy_kwh": 12.345,
            "cost": 3.0862,
            "charge_price": 4.32,
            "duration_seconds": 5400,
            "avg_power_w": 16460,
            "estimated_soc_added_pct": 21.4,
            "data_gap": False,
            "reconstructed": True,
            "currency": "EUR",
            "session_id": "session-1",
        }
    ]


async def test_missing_values_are_left_out_of_the_point(home: HomeAssistant, database: Database) -> None:
    await _tell(home, session(UNKNOWN, cost_micro=None))

    (point,) = database.points()

    assert point["user"] == "Unknown"
    assert point["unknown_reason"] == "no_card"
    missing = {"user_id", "vehicle", "cost", "charge_price", "estimated_soc_added_pct"}
    assert not missing & point.keys()


async def test_a_name_is_read_back_as_it_was_given(home: HomeAssistant, database: Database) -> None:
    people = enumerate(AWKWARD_NAMES, 1)
    await _tell(home, *(session(resident(name, f"{name}'s car"), n, f"{name}'s bay") for n, name in people))

    found = [[point[tag] for tag in ("user", "vehicle", "charger", "user_id")] for point in database.points()]

    assert found == [[name, f"{name}'s car", f"{name}'s bay", f"id of {name}"] for name in AWKWARD_NAMES]


async def test_a_name_that_line_protocol_cannot_hold_loses_no_point(home: HomeAssistant, database: Database) -> None:
    people = enumerate(IMPOSSIBLE_NAMES, 1)
    await _tell(home, *(session(resident(name, vehicle="\n"), n) for n, name in people))

    points = database.points()

    assert [point["user"] for point in points] == list(IMPOSSIBLE_NAMES.values())
    assert not any("vehicle" in point for point in points)


async def test_strings_keep_their_quotes_and_backslashes(home: HomeAssistant, database: Database) -> None:
    await _tell(home, session(UNKNOWN), session_id='a\\b"c\\', currency="kr, =\nx")

    (point,) = database.points()

    assert (point["session_id"], point["currency"]) == ('a\\b"c\\', "kr, = x")


async def test_a_repeated_event_overwrites_its_point(home: HomeAssistant, database: Database) -> None:
    record = session(resident("Svensson, Anna", "Zoë 🚗"))

    await _tell(home, record)
    await _tell(home, record, redelivered=True)

    assert len(database.points()) == 1


async def test_whole_numbers_do_not_fix_a_fields_type(home: HomeAssistant, database: Database) -> None:
    whole = session(resident("Anna"), energy_mwh=5_000_000, cost_micro=1_000_000, soc_added_pct=10)

    await _tell(home, whole)
    await _tell(home, session(resident("Anna"), number=2, soc_added_pct=21.4))

    assert [point["energy_kwh"] for point in database.points()] == [5, 12.345]
    types = {row["fieldKey"]: row["fieldType"] for row in database.rows('SHOW FIELD KEYS FROM "ev_charging_sessions"')}
    floats = {"energy_kwh", "cost", "avg_power_w", "estimated_soc_added_pct"}
    assert {types[key] for key in floats} == {"float"}
    assert types["duration_seconds"] == "integer"
    assert types["data_gap"] == types["reconstructed"] == "boolean"
    assert types["session_id"] == types["currency"] == "string"


async def test_a_session_counts_for_the_local_month_of_its_start(home: HomeAssistant, database: Database) -> None:
    # 2026-03-31 22:30 UTC is half past midnight of 1 April in Berlin.
    await _tell(home, session(resident("Anna"), started_at=1_774_996_200.0))

    assert database.tags("start_month") == ["2026-04"]


async def test_the_test_script_writes_a_point_and_confirms_it(home: HomeAssistant, database: Database) -> None:
    reply = await _run_test_script(home)

    assert reply["status"] == 204
    (point,) = database.points("ev_charging_sessions_test")
    assert point["user"] == 'Zoë "Test", A=B 🚗'
    assert database.points() == []
    assert "accepted the test point" in _notification(home)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({WRITER: "nobody"}, 401, "authorization failed"),
        ({f"db={DATABASE}": "db=elsewhere"}, 404, "The database, bucket or path does not exist"),
        ({f"db={DATABASE}": f"db={FORBIDDEN}"}, 403, "has no write permission"),
        ({"/write": "/api/v2/write"}, 404, "Check ..._url in secrets.yaml"),
    ],
)
async def test_the_test_script_shows_the_error_of_influxdb(
    hass: HomeAssistant, database: Database, tmp_path: Path, changed: Mapping[str, str], status: int, words: str
) -> None:
    secrets = secrets_for(database)
    for right, wrong in changed.items():
        secrets = {key: line.replace(right, wrong) for key, line in secrets.items()}
    await install(hass, tmp_path, secrets)

    reply = await _run_test_script(hass)

    assert reply["status"] == status
    assert words in _notification(hass)


async def test_a_real_session_reaches_influxdb(
    home: HomeAssistant, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setenv(FAST_MOTION, f"{SPEED},{now},{now}")
    garage = Garage(home, ("left",), [person("Anna, née =Öst")])
    await garage.set_up()
    await garage.add_card("left", slot=1, user="Anna, née =Öst")
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.card("1")
    await garage.events.wait("session_started")
    for _ in range(5):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    charger.unplug()
    (completed,) = await garage.events.wait("session_completed")
    await garage.unload()
    await home.async_block_till_done()

    (point,) = database.points()

    assert (point["user"], point["user_id"]) == ("Anna, née =Öst", garage.id_of("Anna, née =Öst"))
    assert point["energy_kwh"] == completed["energy_kwh"] == pytest.approx(0.5)
    assert point["session_id"] == completed["session_id"]


async def _run_test_script(hass: HomeAssistant) -> dict[str, Any]:
    answer = await hass.services.async_call("script", TEST_SCRIPT, blocking=True, return_response=True)
    return dict(answer or {})


def _notification(hass: HomeAssistant) -> str:
    (one,) = hass.data["persistent_notification"].values()
    return str(one["message"])
