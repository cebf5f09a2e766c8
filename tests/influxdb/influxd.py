"""A real InfluxDB 1.x for a test, on a free port, with its data in a temporary directory."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{directory}/meta"
[data]
dir = "{directory}/data"
wal-dir = "{directory}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[continuous_queries]
enabled = false
[http]
bind-address = "127.0.0.1:0"
log-enabled = false
auth-enabled = true
[logging]
suppress-logo = true
"""
LISTENING = re.compile(r"Listening on HTTP.* addr=(?P<address>[\d.]+:\d+)")
ADMINISTRATOR = "administrator", "not a secret"
# INFLUXD names one that is not on the PATH.
PROGRAM = os.environ.get("INFLUXD", "influxd")


def why_not() -> str | None:
    """Return the reason why there is no InfluxDB 1.x to test with, None if there is one."""
    advice = "nothing is written to a real InfluxDB here (Debian and Ubuntu: apt-get install influxdb)"
    if (program := shutil.which(PROGRAM)) is None:
        return f"There is no {PROGRAM}: {advice}"
    told = subprocess.run([program, "version"], capture_output=True, text=True, check=False, timeout=10).stdout
    if re.match(r"InfluxDB v?1\.", told):
        return None
    return f"{program} is no InfluxDB 1.x but {told.strip()}: {advice}"


@dataclass(frozen=True, slots=True)
class Influx:
    """A running server, used with administrator rights."""

    address: str

    def send(self, path: str, body: str, **parameters: str) -> bytes:
        """Return the response to a POST request. Raises `urllib.error.HTTPError` if it is refused."""
        credentials = base64.b64encode(":".join(ADMINISTRATOR).encode()).decode()
        url = f"http://{self.address}/{path}?{urlencode(parameters)}"
        with urlopen(Request(url, body.encode(), {"Authorization": f"Basic {credentials}"}), timeout=10) as response:
            return bytes(response.read())

    def ask(self, query: str, database: str = "") -> list[dict[str, Any]]:
        """Return the series of one InfluxQL statement, each with its tags, columns and values.

        Raises `AssertionError` with InfluxDB's message if the statement is refused.
        """
        (result,) = json.loads(self.send("query", "", q=query, db=database))["results"]
        assert "error" not in result, f"{result['error']}: {query}"
        return list(result.get("series", []))

    def rows(self, query: str, database: str) -> list[dict[str, Any]]:
        """Return the result as one mapping per row."""
        series = self.ask(query, database)
        return [
            one.get("tags", {}) | dict(zip(one["columns"], values, strict=True))
            for one in series
            for values in one["values"]
        ]


@contextmanager
def influxd(directory: Path) -> Iterator[Influx]:
    """Run an InfluxDB with an administrator inside the block."""
    configuration = directory / "influxdb.conf"
    configuration.write_text(CONFIGURATION.format(directory=directory))
    # It chooses the port and logs it: a port that is searched for first could be in use by then.
    process = subprocess.Popen([PROGRAM, "-config", configuration], stderr=subprocess.PIPE, text=True)
    try:
        yield Influx(_address(process))
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := LISTENING.search(line):
            return found["address"]
    raise AssertionError("influxd ended before it listened:\n" + "".join(said))
