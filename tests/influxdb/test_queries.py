"""docs/grafana-queries.md: each InfluxQL query runs on a real InfluxDB, with the values that Grafana inserts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.domain.quantity import micro
from tests.influxdb.conftest import Database
from tests.influxdb.package import COMPLETED, GUIDE, QUERIES, blocks
from tests.influxdb.sessions import START, UNKNOWN, guest, resident, session, told

GUEST = "Gustav (O'Neil), 2/3"
# Six sessions, one a day: two of Anna, one of Ben, two of the guest, one without a user.
SESSIONS = [
    session(resident("Anna", "ID.4"), 1),
    session(resident("Anna", "ID.4"), 2, "Garage right", soc_added_pct=10.5),
    session(resident("Ben", "Zoe"), 3, data_gap=True),
    session(guest(GUEST), 4, charge_price_micro=micro(5)),
    session(guest(GUEST), 5, charge_price_micro=micro("4.25"), reconstructed=True),
    session(UNKNOWN, 6),
]
# The points that flow A writes for two sensors, an hour apart.
STATES = "\n".join(
    f"{unit},domain=sensor,entity_id={entity_id} value={value} {int(START + hour * 3600)}"
    for unit, entity_id, values in (
        ("W", "garage_left_session_power", (11_000, 7_400)),
        ("kWh", "anna_total_energy", (1_000.5, 1_012.75)),
    )
    for hour, value in enumerate(values)
)
INFLUXQL = blocks(QUERIES, "influxql")
FLUX = blocks(QUERIES, "flux")
# Columns that InfluxDB adds to every point.
EVERYWHERE = {"_time", "_field", "_value", "_measurement"}


@pytest.fixture
async def filled(home: HomeAssistant, database: Database) -> Database:
    """Return the database with these sessions."""
    for record in SESSIONS:
        home.bus.async_fire(COMPLETED, told(record))
    await home.async_block_till_done()
    database.write(STATES)
    return database


def _as_grafana_sends(query: str) -> str:
    escaped = re.sub(r"([/()\[\]{}.*+?^$|\\])", r"\\\1", GUEST)
    time_range = "time >= '2026-03-01T00:00:00Z' AND time < '2026-04-01T00:00:00Z'"
    filled_in = query.replace("$timeFilter", time_range).replace("$__interval", "1h").replace("${guest:regex}", escaped)
    assert "$" not in filled_in.replace("$/", ""), "a word of Grafana's that this test does not know"
    return filled_in


def _rows(database: Database, *words: str) -> list[dict[str, Any]]:
    (query,) = (query for query in INFLUXQL if all(word in query for word in words))
    return database.rows(_as_grafana_sends(query))


async def test_every_influxql_query_of_the_document_returns_rows(filled: Database) -> None:
    assert INFLUXQL
    for query in INFLUXQL:
        rows = filled.rows(_as_grafana_sends(query))
        assert rows, query
        assert all(any(row[column] is not None for row in rows) for column in rows[0]), query


async def test_energy_and_cost_of_a_month_are_those_of_its_sessions(filled: Database) -> None:
    by_month = {(row["start_month"], row["user"]): row for row in _rows(filled, '"start_month", "user"', '"sessions"')}

    assert {key: row["sessions"] for key, row in by_month.items()} == {
        ("2026-03", "Anna"): 2,
        ("2026-03", "Ben"): 1,
        ("2026-03", GUEST): 2,
        ("2026-03", "Unknown"): 1,
    }
    anna = by_month["2026-03", "Anna"]
    assert (anna["energy"], anna["cost"]) == (pytest.approx(24.69), pytest.approx(6.1724))
    one_month = {row["user"]: row["energy"] for row in _rows(filled, "2026-03-01")}
    assert one_month == {user: row["energy"] for (_, user), row in by_month.items()}


async def test_a_guests_bill_is_the_sum_of_its_lines(filled: Database) -> None:
    (values,) = _rows(filled, "SHOW TAG VALUES")
    lines = _rows(filled, '"currency"')
    (total,) = _rows(filled, '"to pay"', "${guest:regex}")

    assert values["value"] == GUEST
    assert [line["charge_price"] for line in lines] == [5, 4.25]
    assert total["to pay"] == pytest.approx(9.25)
    assert total["sessions"] == len(lines)


async def test_each_query_chooses_the_sessions_it_is_about(filled: Database) -> None:
    assert {
        row["charger"]: row["sessions"] for row in _rows(filled, 'GROUP BY "charger"', '"sessions"', "$timeFilter G")
    }
    assert [row["user"] for row in _rows(filled, "LIMIT 200")] == ["Unknown", GUEST, GUEST, "Ben", "Anna", "Anna"]
    assert [row["unknown_reason"] for row in _rows(filled, '"unknown_reason"')] == ["no_card"]
    assert [row["user"] for row in _rows(filled, '"data_gap" = true')] == ["Ben", GUEST]
    assert {row["vehicle"] for row in _rows(filled, 'GROUP BY "vehicle"')} == {"ID.4", "Zoe", ""}
    assert [row["energy"] for row in _rows(filled, "first(")] == [12.25]


async def test_flux_queries_name_only_written_fields(filled: Database) -> None:
    tags, fields = _tags(filled), _fields(filled)

    assert FLUX
    for query in FLUX:
        assert set(re.findall(r'r\._field == "(\w+)"', query)) <= fields
        assert set(re.findall(r"r\.(\w+)", query)) <= tags | EVERYWHERE
        listed = re.findall(r"(?:columns|rowKey|columnKey): \[([^\]]*)\]", query)
        assert {name for one in listed for name in re.findall(r'"(\w+)"', one)} <= tags | EVERYWHERE


async def test_the_guide_names_every_tag_and_field_and_no_other(filled: Database) -> None:
    tables = GUIDE.read_text(encoding="utf-8").split("### What is written")[1].split("###")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", tables, re.MULTILINE)

    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]

    assert sorted(named) == sorted(_tags(filled) | _fields(filled))


def _tags(database: Database) -> set[str]:
    return {row["tagKey"] for row in database.rows('SHOW TAG KEYS FROM "ev_charging_sessions"')}


def _fields(database: Database) -> set[str]:
    return {row["fieldKey"] for row in database.rows('SHOW FIELD KEYS FROM "ev_charging_sessions"')}
