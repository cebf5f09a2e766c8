"""Home Assistant's configuration directory: no login, no onboarding, the integration, and stand-ins for other
integrations.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeassistant.const import __version__ as core_version

from .errors import DemoError
from .ports import HOST

_REPOSITORY = Path(__file__).resolve().parents[2]
_INTEGRATIONS = (
    _REPOSITORY / "custom_components" / "ev_charging_manager",
    Path(__file__).parent / "stand_in" / "goecharger_api2",
    Path(__file__).parent / "stand_in" / "demo_spot_market",
)
TIME_ZONE = "Europe/Berlin"
_VERSION = ".HA_VERSION"

# Only the parts that a person sees: `default_config` would search the network for devices and install packages.
_CONFIGURATION = """\
# Written by the demo at each start.
homeassistant:
  auth_providers:
    - type: trusted_networks
      trusted_networks: ["127.0.0.1", "::1"]
      allow_bypass_login: true
http:
  server_host: {host}
  server_port: {port}
config:
energy:
frontend:
history:
logbook:
recorder:
logger:
  default: warning
  logs:
    custom_components.ev_charging_manager: info

# The price of electricity, as a household has it from an integration of its market.
sensor:
  - platform: demo_spot_market

# A list of the last sessions for the dashboard, from the events that any automation can use as well.
template:
  - trigger:
      - platform: event
        event_type: ev_charging_manager_session_completed
    sensor:
      - name: Recent charging sessions
        unique_id: demo_recent_charging_sessions
        icon: mdi:format-list-bulleted
        state: "{{{{ this.attributes.get('sessions', []) | count + 1 }}}}"
        attributes:
          sessions: >-
            {{{{ ([trigger.event.data] + (this.attributes.get('sessions') or []))[:12] }}}}
"""

# Stored as by the onboarding. In the configuration file, the user could not change it in the frontend.
_PLACE = {
    "location_name": "Demo",
    "latitude": 52.52,
    "longitude": 13.405,
    "elevation": 34,
    "radius": 100,
    "unit_system_v2": "metric",
    "time_zone": TIME_ZONE,
    "currency": "EUR",
    "country": "DE",
    "language": "en",
    "external_url": None,
    "internal_url": None,
}
_OWNER = "0" * 31 + "1"


def prepare(directory: Path, port: int, *, keep: bool) -> bool:
    """Create the directory or keep its data; return whether there was data to keep.

    Raises DemoError if a newer Home Assistant wrote the data, because older releases cannot read it.
    """
    kept = keep and (directory / _VERSION).is_file()
    if kept:
        _check_version((directory / _VERSION).read_text().strip())
    else:
        shutil.rmtree(directory, ignore_errors=True)
        _store(directory, "auth", (1, 1), _auth())
        _store(directory, "core.config", (1, 4), _PLACE)
        _store(directory, "onboarding", (4, 1), {"done": ["user", "core_config", "analytics", "integration"]})
    # Releases with a stored port read it from the configuration file only once, and the port may differ now.
    (directory / ".storage" / "http").unlink(missing_ok=True)
    configuration = _CONFIGURATION.format(host=HOST, port=port)
    (directory / "configuration.yaml").write_text(configuration)
    _link_integrations(directory / "custom_components")
    return kept


def _check_version(written_by: str) -> None:
    if _numbers(written_by) > _numbers(core_version):
        raise DemoError(
            f"The data of the last run was written by Home Assistant {written_by}, and this is {core_version}, which"
            " cannot read it. Without --keep the demo starts with a new one."
        )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _link_integrations(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    for integration in _INTEGRATIONS:
        (directory / integration.name).symlink_to(integration, target_is_directory=True)


def _auth() -> dict[str, Any]:
    owner = {
        "id": _OWNER,
        "group_ids": ["system-admin"],
        "is_owner": True,
        "is_active": True,
        "name": "Demo",
        "system_generated": False,
        "local_only": True,
    }
    groups = [{"id": f"system-{name}", "name": name} for name in ("admin", "users", "read-only")]
    return {"users": [owner], "groups": groups, "credentials": [], "refresh_tokens": []}


def _store(directory: Path, key: str, version: tuple[int, int], data: Mapping[str, Any]) -> None:
    storage = directory / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    major, minor = version
    content = {"version": major, "minor_version": minor, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content, indent=2))
