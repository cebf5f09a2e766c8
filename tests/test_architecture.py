"""The architecture: which room may import which, which messages pass the chain, and which file may read a clock."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.domain import messages
from custom_components.ev_charging_manager.domain.commits import Commit, CommitFailed, Committed
from custom_components.ev_charging_manager.pipeline import GRAPH
from custom_components.ev_charging_manager.runtime.messages import CheckpointWanted, Marker, WakeAt, Woke
from custom_components.ev_charging_manager.runtime.stage import check_chain

PACKAGE = Path(__file__).parent.parent / "custom_components" / "ev_charging_manager"
HOUSE = "custom_components.ev_charging_manager"

# What each room may import: rooms of the package, then distributions besides the standard library. A room that is not
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

# The floors within an area, from top to bottom. A file may import from its own room and from lower floors. A room is a
# folder or some files; an empty name stands for all other files directly in the area's folder.
FLOORS: dict[str, list[tuple[str, ...]]] = {
    "domain/": [
        ("session/",),
        ("statistics/",),
        ("identity/", "pricing/"),
        ("messages.py events.py commits.py",),
        ("metering/",),
        ("",),
    ],
    "adapters/": [("household/",), ("charger/",), ("recording/", "price/"), ("",)],
    "ledger/": [("ledger.py __init__.py",), ("damage/",), ("",)],
    "": [("repairs/",), ("flows/",), ("adapters/",)],
}

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
# Messages that leave the chain: to the ledger, which replies, and to Home Assistant.
EFFECTS = {Commit}
REPLIES = {Committed, CommitFailed}
EXITS = {messages.LiveView, messages.Announced, messages.Recorded, messages.Logged}
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


def _imported_files(path: Path) -> Iterator[Path]:
    """The files of the package that a file imports, imports for type checking included."""
    folder = path.parent
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = folder.joinpath(*[".."] * (node.level - 1), *(node.module or "").split(".")).resolve()
            yield from {_file_of(base, alias.name) for alias in node.names}


def _file_of(base: Path, name: str) -> Path:
    candidates = (base.with_suffix(".py"), base / f"{name}.py", base / name / "__init__.py", base / "__init__.py")
    return next(candidate for candidate in candidates if candidate.is_file())


def _place(area: str, name: str) -> tuple[int, str] | None:
    """The floor and the room of a file, by its path in the package; None outside of the area."""
    if not name.startswith(area):
        return None
    inner = name.removeprefix(area)
    folder, separator, _ = inner.partition("/")
    for floor, rooms in enumerate(FLOORS[area]):
        for room in rooms:
            if f"{folder}/" == room or inner in room.split() or (not separator and room == ""):
                return floor, room
    return None


def _climbs(area: str) -> Iterator[str]:
    """Each import within an area that leads to a higher floor, or to another room of the same floor."""
    for path in _sources():
        name = path.relative_to(PACKAGE).as_posix()
        here = _place(area, name)
        for imported in _imported_files(path):
            target = imported.relative_to(PACKAGE).as_posix()
            there = _place(area, target)
            if here and there and here != there and there[0] <= here[0]:
                yield f"{name} imports {target}"


@pytest.mark.parametrize("area", FLOORS)
def test_imports_between_rooms_lead_down(area: str) -> None:
    assert sorted(set(_climbs(area))) == []


@pytest.mark.parametrize("area", ["domain/", "adapters/", "ledger/"])
def test_every_file_of_an_area_is_on_a_floor(area: str) -> None:
    names = [path.relative_to(PACKAGE).as_posix() for path in _sources()]
    assert [name for name in names if name.startswith(area) and _place(area, name) is None] == []


def test_every_floor_has_a_file() -> None:
    names = [path.relative_to(PACKAGE).as_posix() for path in _sources()]
    for area, floors in FLOORS.items():
        places = {place for name in names if (place := _place(area, name)) is not None}
        assert places == {(floor, room) for floor, rooms in enumerate(floors) for room in rooms}, area


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
        produced = set(actor.produces) - TO_THE_RUNTIME - EFFECTS - EXITS
        travelling = (travelling - consumed) | produced
    assert travelling == set()


def test_whatever_leaves_the_chain_has_a_producer() -> None:
    produced = {kind for actor in ACTORS for kind in actor.produces}
    assert produced >= EFFECTS | EXITS | TO_THE_RUNTIME
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
