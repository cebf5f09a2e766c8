"""Chaos: simulated days with every kind of failure, compared with the truth.

`scripts/test tests/campaigns/test_chaos.py --long` plays 1,000 days and prints a summary. Play one day again, with all
its events: `CHAOS_SEED=1 CHAOS_DAY=42 scripts/test tests/campaigns/test_chaos.py -k again`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator

import pytest

from .chaos.day import Day
from .chaos.kinds import KINDS
from .chaos.summary import play_all

SEED = int(os.environ.get("CHAOS_SEED", "1"))
LONG_DAYS = 1_000
SHORT_DAYS = len(KINDS)
PROCESSES = 2


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Steps that raise are logged with a traceback, and thousands are intended."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(3_600)
def test_every_difference_from_the_truth_is_explained_by_the_record(long: bool, tell: Callable[[str], None]) -> None:
    summary = play_all(SEED, range(LONG_DAYS if long else SHORT_DAYS), PROCESSES if long else 1)
    tell(f"Chaos: {summary.text()}")
    assert summary.cars > 0
    assert not summary.wrong, summary.text()


@pytest.mark.skipif("CHAOS_DAY" not in os.environ, reason="plays one day again, which CHAOS_DAY names")
def test_one_day_again(tell: Callable[[str], None]) -> None:
    day = Day(SEED, int(os.environ["CHAOS_DAY"]))
    result = day.play()
    tell(day.told())
    assert not result.wrong, "\n".join(result.wrong)
