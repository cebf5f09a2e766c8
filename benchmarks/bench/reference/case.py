"""The sample case with two whole integrations: ours and another one of the same domain."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from ..frame import measure
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of
from .configuration import read
from .process import ROOT, Lapping, worker
from .worker import LAP_S

NAME = "reference"
REFERENCE = "reference"
WHAT = "event-loop time per state change while a session runs, in real time, with complete integrations"
OURS_FILE = Path(__file__).parent / "ours.yaml"
# A round takes four seconds.
MOST_ROUNDS = 20
_REFERENCE_NO_OP = "no-op beside reference"


def reference_case(folder: Path, file: Path) -> Callable[[int], Coroutine[Any, Any, Result]]:
    """Return the case for the integration in `folder`. Raises ConfigurationError for an invalid `file`."""
    read(file)

    async def run(rounds: int) -> Result:
        """Measure both in turns, each with a listener that does nothing in the same process."""
        async with worker(ROOT, OURS_FILE) as ours, worker(folder, file) as other:
            variants = [
                Lapping(OURS, ours, OURS),
                Lapping(NO_OP, ours, NO_OP),
                Lapping(REFERENCE, other, OURS),
                Lapping(_REFERENCE_NO_OP, other, NO_OP),
            ]
            series = await measure(variants, min(rounds, MOST_ROUNDS))
            found = {OURS: ours.found, REFERENCE: other.found}
        cpu = cpu_of(series)
        over = {OURS: min(cpu[OURS]) - min(cpu[NO_OP]), REFERENCE: min(cpu[REFERENCE]) - min(cpu[_REFERENCE_NO_OP])}
        return Result(
            case=NAME,
            what=f"{WHAT}; reference: {min(cpu[REFERENCE]):.2f} µs, {over[REFERENCE]:.2f} µs over its no-op",
            unit="µs/change",
            series=cpu,
            target=Target("≤ the reference's over no-op", over[OURS], over[REFERENCE]),
            details={"wall": wall_of(series), "over_no_op": over, "lap_s": LAP_S, "found": found},
        )

    return run
