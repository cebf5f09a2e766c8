"""`python -m benchmarks.bench`: runs the cases and prints their results."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from .cases import CASES, Case
from .machine import machine
from .reference.case import NAME as REFERENCE, reference_case
from .reference.configuration import ConfigurationError
from .result import Result
from .table import table

_LOGGER = logging.getLogger(__name__)
ROUNDS = 40
EXAMPLE = "benchmarks/bench/reference/example.yaml"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the selected cases. A figure that misses its target does not fail the command; a case that breaks does."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    cases = dict(CASES)
    if (arguments.reference is None) != (arguments.reference_config is None):
        parser.error("--reference and --reference-config must be used together")
    if arguments.reference is not None:
        try:
            cases[REFERENCE] = reference_case(arguments.reference, arguments.reference_config)
        except (ConfigurationError, OSError) as error:
            parser.error(str(error))
    where = machine()
    print(" · ".join(f"{key.replace('_', ' ')} {value}" for key, value in where.items()), flush=True)
    names = arguments.case or ([REFERENCE] if arguments.reference else list(cases))
    results = [result for name in names if (result := _run(name, cases[name], arguments.rounds)) is not None]
    if results:
        print(table(results))
    for result in results:
        print(f"{result.case}: {result.what}")
    if arguments.json is not None:
        objects = [result.as_json() | {"machine": where} for result in results]
        arguments.json.write_text(json.dumps(objects, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if len(results) == len(names):
        return 0
    return 1


def _run(name: str, case: Case, rounds: int) -> Result | None:
    print(f"{name} …", flush=True)
    try:
        return asyncio.run(case(rounds))
    except Exception:
        # Run the other cases even if this one breaks.
        _LOGGER.exception("The case %s failed", name)
        return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--case", action="append", choices=tuple(CASES), help="only this case; may be repeated")
    parser.add_argument(
        "--rounds", type=_count, default=ROUNDS, help="rounds per case (default: %(default)s); long cases run fewer"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one object per case")
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="DIR",
        help="measure only the comparison with another integration of the same domain",
    )
    parser.add_argument(
        "--reference-config",
        type=Path,
        metavar="FILE",
        help=f"its set-up and input as YAML or JSON; see {EXAMPLE}",
    )
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least one round")
    return count


if __name__ == "__main__":
    raise SystemExit(main())
