"""A case with very few rounds in a separate process; its figures are meaningless."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import asyncio, json
from benchmarks.bench.cases import {case}
print(json.dumps(asyncio.run({case}.run(1, {arguments})).as_json()))
"""


def small(case: str, arguments: str) -> dict[str, Any]:
    """Return the case's JSON object after one round with these arguments."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(case=case, arguments=arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
