"""The command-line options."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from .answer import DEFAULT_OWNER
from .scenes import BY_NAME

_DATA = Path(__file__).resolve().parents[2] / ".demo"


@dataclass(frozen=True, slots=True)
class Options:
    """`sessions` None: no limit; `ends`: stop after the scenes. `name_card` None: ask."""

    sessions: int | None
    scenes: tuple[str, ...]
    name_card: str | None
    ends: bool
    port: int
    speed: float
    seed: int
    keep: bool
    headless: bool
    data: Path


def options(words: list[str]) -> Options:
    """Parse the command line; exit with a message if it is invalid."""
    parser = argparse.ArgumentParser(
        "scripts/demo",
        description="A real Home Assistant records simulated charging sessions in fast motion. Without --sessions and"
        " --scenes it plays all scenes, then random visits until Ctrl-C. The exit code is 1 if a record is wrong.",
    )
    parser.add_argument(
        "--sessions", type=_count, help="play only the scenes of --scenes; stop after this number of sessions"
    )
    parser.add_argument(
        "--scenes",
        type=_scenes,
        metavar="NAMES",
        help=f"play these scenes and stop: all, none, or a list of {', '.join(BY_NAME)}",
    )
    parser.add_argument(
        "--name-card",
        type=_name,
        metavar="NAME",
        help=f"the owner of the unknown card, instead of asking (default without a terminal: {DEFAULT_OWNER})",
    )
    parser.add_argument(
        "--port", type=_port, default=8123, help="port of Home Assistant, or the next free one (default: 8123)"
    )
    parser.add_argument("--speed", type=_speed, default=120.0, help="factor of the fast motion (default: 120)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random visits (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the data of the last run")
    parser.add_argument("--headless", action="store_true", help="open no browser")
    parser.add_argument(
        "--data", type=Path, default=_DATA, help="directory of the demo (default: .demo in the repository)"
    )
    return _chosen(parser.parse_args(words))


def _chosen(said: argparse.Namespace) -> Options:
    values = vars(said)
    scenes: tuple[str, ...] | None = values.pop("scenes")
    if scenes is None:
        scenes = () if said.sessions else tuple(BY_NAME)
        return Options(**values, scenes=scenes, ends=False)
    return Options(**values, scenes=scenes, ends=bool(scenes) and said.sessions is None)


def _scenes(text: str) -> tuple[str, ...]:
    """Return the scenes in the order of the catalogue."""
    names = {name.strip() for name in text.split(",")}
    if names in ({"all"}, {"none"}):
        if "all" in names:
            return tuple(BY_NAME)
        return ()
    if unknown := names - set(BY_NAME):
        known = ", ".join(("all", "none", *BY_NAME))
        raise argparse.ArgumentTypeError(f"unknown scene {', '.join(sorted(unknown))}; known scenes: {known}")
    return tuple(name for name in BY_NAME if name in names)


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the name must contain letters")
    return text.strip()


def _count(text: str) -> int:
    return int(_within(text, 1, 1_000_000))


def _port(text: str) -> int:
    return int(_within(text, 0, 65_535))


def _speed(text: str) -> float:
    return _within(text, 1, 1_000)


def _within(text: str, least: float, most: float) -> float:
    number = float(text)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text} is not between {least:,} and {most:,}")
    return number
