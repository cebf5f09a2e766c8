"""`python -m benchmarks.bench`: runs the cases and says what came out."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from .cases import CASES
from .machine import machine
from .result import Result
from .table import table

_LOGGER = logging.getLogger(__name__)
ROUNDS = 40


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for. A figure that misses its target is no failure of the command; a case that breaks is."""
    arguments = _parser().parse_args(argv)
    where = machine()
    print(" · ".join(f"{key.replace('_', ' ')} {value}" for key, value in where.items()), flush=True)
    names = arguments.case or list(CASES)
    results = [result for name in names if (result := _run(name, arguments.rounds)) is not None]
    if results:
        print(table(results))
    for result in results:
        print(f"{result.case}: {result.what}")
    if arguments.json is not None:
        objects = [result.as_json() | {"machine": where} for result in results]
        arguments.json.write_text(json.dumps(objects, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if len(results) == len(names) else 1


def _run(name: str, rounds: int) -> Result | None:
    print(f"{name} …", flush=True)
    try:
        return asyncio.run(CASES[name](rounds))
    except Exception:
        # The others have something to say all the same.
        _LOGGER.exception("The case %s broke", name)
        return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--case", action="append", choices=tuple(CASES), help="only this case; may be repeated")
    parser.add_argument("--rounds", type=_count, default=ROUNDS, help="rounds per case (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one object per case")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least one round")
    return count


if __name__ == "__main__":
    raise SystemExit(main())
