"""A real InfluxDB 1.x with a separate database, and a user with write permission only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from tests.influxdb.influxd import ADMINISTRATOR, Influx, influxd, why_not
from tests.influxdb.package import documented_secrets, install

DATABASE, FORBIDDEN = "home", "of somebody else"
WRITER, PASSWORD = "homeassistant", "p#ss 'wörd {%"
# The same, in the form that the guide gives for secrets.yaml.
PASSWORD_LINE = PASSWORD.replace("'", "\\\\'")


@dataclass(frozen=True, slots=True)
class Database:
    """The database, with administrator rights."""

    influx: Influx

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the result of a query."""
        return self.influx.rows(query, DATABASE)

    def write(self, lines: str) -> None:
        """Write points with times in seconds."""
        self.influx.send("write", lines, db=DATABASE, precision="s")

    def points(self, measurement: str = "ev_charging_sessions") -> list[dict[str, Any]]:
        """Return all points of a measurement, oldest first, without missing fields."""
        rows = self.rows(f'SELECT * FROM "{measurement}"')
        return [{key: value for key, value in row.items() if value is not None} for row in rows]

    def tags(self, key: str) -> list[str]:
        """Return the values of a tag."""
        return [row["value"] for row in self.rows(f'SHOW TAG VALUES FROM "ev_charging_sessions" WITH KEY = "{key}"')]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """One server for all tests, because a start takes longer than a test."""
    if reason := why_not():
        pytest.skip(reason)
    with influxd(tmp_path_factory.mktemp("influxd")) as influx:
        yield influx


@pytest.fixture
def database(server: Influx, socket_enabled: None) -> Database:
    """Return an empty database."""
    name, password = ADMINISTRATOR
    server.ask(f"CREATE USER {name} WITH PASSWORD '{password}' WITH ALL PRIVILEGES")
    server.ask(f'DROP DATABASE "{DATABASE}"')
    server.ask(f'CREATE DATABASE "{DATABASE}"')
    server.ask(f'CREATE DATABASE "{FORBIDDEN}"')
    server.ask(f"CREATE USER {WRITER} WITH PASSWORD '{PASSWORD.replace("'", "\\'")}'")
    server.ask(f'GRANT WRITE ON "{DATABASE}" TO {WRITER}')
    return Database(server)


@pytest.fixture
async def home(hass: HomeAssistant, database: Database, tmp_path: Path) -> HomeAssistant:
    """Return a Home Assistant with the package installed as described in the guide."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    await install(hass, tmp_path, secrets_for(database))
    return hass


def secrets_for(database: Database) -> dict[str, str]:
    """Return the guide's lines for InfluxDB 1.x, with this server, database and user."""
    own = {"homeassistant.local:8086": database.influx.address, "db=homeassistant": f"db={DATABASE}"}
    return documented_secrets("/write?db=", **own, **{"user:password": f"{WRITER}:{PASSWORD_LINE}"})
