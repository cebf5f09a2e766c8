"""Home Assistant is killed repeatedly over a day of charging, and no session is lost, duplicated or unannounced.

`--long`: 200 kills, some 30 minutes. CRASH_KILLS, CRASH_SEED, CRASH_RATE and CRASH_MINUTES (elapsed time) change the
size.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .crash.campaign import Plan, run

_SHORT = Plan(seed=1, kills=4, rate=40.0, budget_s=45.0, sessions=2, outlive=0)
_LONG = Plan(seed=1, kills=200, rate=30.0, budget_s=45 * 60.0, sessions=2, outlive=2)


def _plan(long: bool) -> Plan:
    plan, chosen = _LONG if long else _SHORT, os.environ
    return Plan(
        seed=int(chosen.get("CRASH_SEED", plan.seed)),
        kills=int(chosen.get("CRASH_KILLS", plan.kills)),
        rate=float(chosen.get("CRASH_RATE", plan.rate)),
        budget_s=float(chosen.get("CRASH_MINUTES", plan.budget_s / 60)) * 60,
        sessions=plan.sessions,
        outlive=plan.outlive,
    )


@pytest.mark.timeout(3600)
def test_sessions_are_recorded_and_announced_once_despite_kills(
    tmp_path: Path, long: bool, socket_enabled: None, tell: Callable[[str], None]
) -> None:
    outcome = asyncio.run(run(_plan(long), tmp_path))
    tell(f"Crash: {outcome.summary()}")
    assert outcome.kills.total() > 0
    assert outcome.verdict.sessions > 0
    assert not outcome.verdict.complaints, "\n".join(outcome.verdict.complaints)
