"""What can be said on the command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).resolve().parents[2] / ".demo"


@dataclass(frozen=True, slots=True)
class Options:
    """`sessions` None: until somebody ends it."""

    sessions: int | None
    port: int
    speed: float
    seed: int
    keep: bool
    headless: bool
    data: Path


def options(words: list[str]) -> Options:
    """Ends the process with a message when the words make no sense."""
    parser = argparse.ArgumentParser(
        "scripts/demo", description="A real Home Assistant records simulated charging sessions in fast motion."
    )
    parser.add_argument("--sessions", type=_count, help="end after so many recorded sessions, held against the truth")
    parser.add_argument("--port", type=_port, default=8123, help="of Home Assistant; busy: the next free one")
    parser.add_argument("--speed", type=_speed, default=120.0, help="how much faster than life (default: 120)")
    parser.add_argument("--seed", type=int, default=1, help="of the drivers' habits (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the data of the last run")
    parser.add_argument("--headless", action="store_true", help="no browser")
    parser.add_argument("--data", type=Path, default=_DATA, help="where it lives (default: .demo in the repository)")
    return Options(**vars(parser.parse_args(words)))


def _count(text: str) -> int:
    return int(_within(text, 1, 1_000_000))


def _port(text: str) -> int:
    return int(_within(text, 0, 65_535))


def _speed(text: str) -> float:
    return _within(text, 1, 1_000)


def _within(text: str, least: float, most: float) -> float:
    number = float(text)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text} does not lie between {least:,} and {most:,}")
    return number
