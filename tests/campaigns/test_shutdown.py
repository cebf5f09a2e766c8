"""Home Assistant is stopped under load; its activities are finished, stored and continued after the start.

`--long`: 16 stops and a judgement of the sessions around them. SHUTDOWN_SEED chooses another course.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .crash.stopping import StopPlan, Work, run


def _plan(long: bool) -> StopPlan:
    seed = int(os.environ.get("SHUTDOWN_SEED", "1"))
    if long:
        return StopPlan(seed, tuple(Work) * 4, rate=30.0, outlive=2)
    return StopPlan(seed, (Work.COMMIT, Work.EDIT), rate=60.0, outlive=0)


@pytest.mark.timeout(1800)
def test_stop_under_load_drains_in_time_and_leaves_nothing_behind(
    tmp_path: Path, long: bool, socket_enabled: None, tell: Callable[[str], None]
) -> None:
    stops = asyncio.run(run(_plan(long), tmp_path))
    tell(f"Shutdown: {stops.summary()}")
    assert not stops.complaints, "\n".join(stops.complaints)
