"""The dashboard that the browser opens: the chargers, the totals of the users, the last sessions."""

from collections.abc import Iterator
from typing import Any

from .api import Api, ApiSocket
from .errors import DemoError
from .household import DOMAIN, HouseholdIds

_URL_PATH = "charging-demo"
_TITLE = "EV Charging Manager"

type Card = dict[str, Any]
type EntityIds = dict[str, str]

_CHARGER_TILES = (
    ("status", "Status"),
    ("phase", "Phase"),
    ("current_user", "User"),
    ("current_vehicle", "Vehicle"),
    ("session_energy", "Energy"),
    ("session_cost", "Cost"),
    ("session_power", "Power"),
    ("session_duration", "Duration"),
)
_USER_ROWS = (("total_energy", "Energy"), ("total_cost", "Cost"), ("session_count", "Sessions"))

# Times are house times: in fast motion they are ahead of the wall clock.
_SESSIONS = """\
{% set sessions = state_attr('sensor.recent_charging_sessions', 'sessions') or [] %}
{% if sessions %}
| Until | Charger | Who | Vehicle | Energy | Cost | Duration |
|:--|:--|:--|:--|--:|--:|--:|
{% for s in sessions -%}
| {{ as_timestamp(s.ended_at) | timestamp_custom('%a %H:%M') }} | {{ s.charger_name }} | **{{ s.user_name }}** |\
 {{ s.vehicle_name or '–' }} | {{ '%.2f' | format(s.energy_kwh) }} kWh |\
 {{ '%.2f' | format(s.cost) if s.cost is not none else '–' }} {{ s.currency }} | {{ s.duration_minutes | round }} min |
{% endfor %}
{% else %}
No session is over yet. The first one comes within a minute.
{% endif %}
"""


async def show_dashboard(api: Api, ids: HouseholdIds) -> str:
    """Make it the default dashboard; return its path."""
    socket = await api.socket()
    try:
        url_path = await _own_dashboard(socket)
        config = _dashboard(ids, await _entity_ids(socket))
        await socket.command("lovelace/config/save", url_path=url_path, config=config)
        return f"/{url_path or 'lovelace'}/charging"
    finally:
        await socket.close()


async def _own_dashboard(socket: ApiSocket) -> str | None:
    """Return the URL path of the default dashboard; None stands for the default of older releases."""
    try:
        await socket.command("frontend/set_system_data", key="core", value={"default_panel": _URL_PATH})
    except DemoError:
        return None
    known = await socket.command("lovelace/dashboards/list")
    if all(each["url_path"] != _URL_PATH for each in known):
        shown = {"show_in_sidebar": True, "require_admin": False, "icon": "mdi:ev-station"}
        await socket.command("lovelace/dashboards/create", url_path=_URL_PATH, title=_TITLE, **shown)
    return _URL_PATH


async def _entity_ids(socket: ApiSocket) -> EntityIds:
    """Return the entity ids of this integration by unique id, because users and releases choose
    different entity ids.
    """
    entities = await socket.command("config/entity_registry/list")
    return {each["unique_id"]: each["entity_id"] for each in entities if each["platform"] == DOMAIN}


def _dashboard(ids: HouseholdIds, known: EntityIds) -> Card:
    sections = [
        *(_charger(name, charger_id, known) for name, charger_id in ids.chargers.items()),
        _users(ids, known),
        _sessions(),
    ]
    view = {"title": "Charging", "path": "charging", "type": "sections", "max_columns": 3, "sections": sections}
    return {"title": _TITLE, "views": [view]}


def _charger(name: str, charger_id: str, known: EntityIds) -> Card:
    tiles = _present(((f"{charger_id}_{key}", title) for key, title in _CHARGER_TILES), known)
    cards = [
        {"type": "tile", "entity": entity_id, "name": title, "grid_options": {"columns": 6}}
        for entity_id, title in tiles
    ]
    return _section(name, "mdi:ev-station", cards)


def _users(ids: HouseholdIds, known: EntityIds) -> Card:
    cards: list[Card] = []
    for name, user_id in ids.users.items():
        rows = _present(((f"{user_id}_{key}", title) for key, title in _USER_ROWS), known)
        entities = [{"entity": entity_id, "name": title} for entity_id, title in rows]
        if entities:
            glance = {"type": "glance", "title": name, "state_color": False, "entities": entities}
            cards.append({**glance, "grid_options": {"columns": "full"}})
    return _section("Energy and cost by user", "mdi:account-group", cards)


def _sessions() -> Card:
    table = {"type": "markdown", "content": _SESSIONS, "grid_options": {"columns": "full"}}
    return _section("Last sessions", "mdi:format-list-bulleted", [table]) | {"column_span": 3}


def _section(title: str, icon: str, cards: list[Card]) -> Card:
    heading = {"type": "heading", "heading": title, "icon": icon}
    return {"type": "grid", "cards": [heading, *cards]}


def _present(wanted: Iterator[tuple[str, str]], known: EntityIds) -> list[tuple[str, str]]:
    return [(known[unique_id], title) for unique_id, title in wanted if unique_id in known]
