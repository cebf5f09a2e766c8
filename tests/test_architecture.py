"""The house as it is drawn: which room may import which, what travels down the chain, and who may read a clock."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.domain import messages
from custom_components.ev_charging_manager.domain.commits import CommitFailed, Committed
from custom_components.ev_charging_manager.pipeline import EFFECTS, EXITS, GRAPH
from custom_components.ev_charging_manager.runtime.messages import CheckpointWanted, Marker, WakeAt, Woke
from custom_components.ev_charging_manager.runtime.stage import check_chain

PACKAGE = Path(__file__).parent.parent / "custom_components" / "ev_charging_manager"
HOUSE = "custom_components.ev_charging_manager"

# What each room may import: rooms of the house, then distributions besides the standard library. A room that is not
# named here belongs to Home Assistant's side and may import everything.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "domain": ({"domain"}, set()),
    "runtime": ({"runtime"}, {"anyio"}),
    "actors": ({"actors", "domain", "runtime"}, set()),
    "ledger": ({"ledger", "domain"}, {"sqlalchemy", "cattrs"}),
    "profiles": ({"profiles", "domain"}, set()),
    "pipeline": ({"actors", "runtime", "domain"}, set()),
    "const": (set(), set()),
}
HOME_ASSISTANTS_SIDE = {"adapters", "flows", "repairs", "sensors"}

CLOCKS: dict[str, set[str]] = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "localtime", "gmtime"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "dt": {"now", "utcnow"},
    "dt_util": {"now", "utcnow"},
    "anyio": {"current_time"},
    "loop": {"time"},
}
CLOCK_READERS = {"adapters/clock.py"}

SOURCE = PACKAGE / "actors" / "ingestor.py"
REPLIES = {Committed, CommitFailed}
FROM_THE_RUNTIME = {Woke, Marker}
TO_THE_RUNTIME = {WakeAt, CheckpointWanted}
ACTORS = [place.actor for place in GRAPH]


def _sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def _imports(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports."""
    package = [*HOUSE.split("."), *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == HOUSE else (module,)


def _trespasses(path: Path) -> Iterator[str]:
    rooms, distributions = ROOMS[_room(path)]
    for name in _imports(path):
        if name.startswith(HOUSE):
            room = name.removeprefix(HOUSE).strip(".").split(".")[0]
            if room not in rooms:
                yield f"{path.relative_to(PACKAGE)} imports {name}"
            continue
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top not in distributions:
            yield f"{path.relative_to(PACKAGE)} imports {name}"


def test_no_room_imports_what_it_may_not() -> None:
    assert [trespass for path in _sources() if _room(path) in ROOMS for trespass in _trespasses(path)] == []


def test_every_room_is_on_the_plan() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms - ROOMS.keys() == HOME_ASSISTANTS_SIDE & rooms
    assert rooms >= {"domain", "runtime", "actors", "ledger", "profiles"}


def _receiver(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def _clock_readings(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS.get(_receiver(node.value) or "", ()):
            yield f"line {node.lineno} reads {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "homeassistant.util.dt"):
            for alias in node.names:
                if alias.name in CLOCKS["time"] | CLOCKS["dt"]:
                    yield f"line {node.lineno} imports {node.module}.{alias.name}"


def test_no_clock_is_read_outside_the_house_clock() -> None:
    outside = {str(path.relative_to(PACKAGE)): path for path in _sources()}.items()
    found = {
        name: list(_clock_readings(path.read_text(encoding="utf-8")))
        for name, path in outside
        if name not in CLOCK_READERS
    }
    assert {name: readings for name, readings in found.items() if readings} == {}


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.monotonic()",
        "from time import perf_counter",
        "from datetime import datetime\ndatetime.now()",
        "dt_util.utcnow()",
        "self.hass.loop.time()",
        "anyio.current_time()",
    ],
)
def test_a_reading_of_a_clock_would_be_found(text: str) -> None:
    assert len(list(_clock_readings(text))) == 1


def _sent_to_the_head() -> set[type]:
    """The messages that the source and Home Assistant's side make."""
    made: set[str] = set()
    for path in _sources():
        if path == SOURCE or _room(path) not in ROOMS:
            calls = (
                node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
            )
            made |= {name for name in (_receiver(call.func) for call in calls) if name is not None}
    kinds = {name: kind for name, kind in vars(messages).items() if isinstance(kind, type)}
    return {kinds[name] for name in made & kinds.keys()}


def test_the_source_observes_and_home_assistant_configures() -> None:
    assert {messages.Observed, messages.ConfigurationChanged} <= _sent_to_the_head()


def test_every_message_is_produced_before_it_is_consumed_and_none_falls_off_the_end() -> None:
    consumed_somewhere = {kind for actor in ACTORS for kind in actor.consumes}
    travelling = _sent_to_the_head() & consumed_somewhere
    for actor in ACTORS:
        consumed = set(actor.consumes) - FROM_THE_RUNTIME - REPLIES
        assert consumed <= travelling, f"{actor.name} waits for {consumed - travelling}, which nobody sends"
        produced = set(actor.produces) - TO_THE_RUNTIME - set(EFFECTS) - set(EXITS)
        travelling = (travelling - consumed) | produced
    assert travelling == set()


def test_whatever_leaves_the_chain_has_a_producer() -> None:
    produced = {kind for actor in ACTORS for kind in actor.produces}
    assert set(EFFECTS) | set(EXITS) | TO_THE_RUNTIME <= produced
    assert {kind for actor in ACTORS for kind in actor.consumes} >= REPLIES


def test_every_actor_takes_new_settings() -> None:
    assert [actor.name for actor in ACTORS if messages.ConfigurationChanged not in actor.consumes] == []


def test_the_graph_can_work() -> None:
    from custom_components.ev_charging_manager.pipeline import stages

    from .domain.household import settings

    check_chain(stages(settings))
    assert [actor.name for actor in ACTORS] == [
        "debouncer", "resolver", "session", "pricing", "validator", "persistence", "publisher",
    ]  # fmt: skip
