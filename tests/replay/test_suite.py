"""The suite itself: it contains every trap for go-e and for generic chargers, and plays a third in Home Assistant."""

from __future__ import annotations

import pytest

from .trace import Trace, all_traces

# The known problems of chargers, by their tags in the traces.
TRAPS = (
    "restart",
    "unavailable",
    "counter_reset",
    "counter_not_reset",
    "lifetime_register",
    "garbage",
    "balancing",
    "order",
    "unplug_before_unlock",
    "swap",
    "late_card",
    "stale_card",
    "card_format",
    "units",
    "language",
    "words",
    "quarter_boundary",
    "month_end",
    "price_unavailable",
    "late_kwh",
    "double_completion",
    "micro_session",
    "unchanged",
    "no_lock",
    "no_plug",
    "no_card",
    "no_total",
)
MOST_MISSING = ("plug", "lock", "card", "total")


def _traps(trace: Trace) -> frozenset[str]:
    return trace.traps | {f"no_{key}" for key in MOST_MISSING if key not in trace.keys}


@pytest.mark.parametrize("family", ["go-e", "generic"])
@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_has_a_trace_for_each_family(family: str, trap: str) -> None:
    assert [trace.name for trace in all_traces() if trace.family == family and trap in _traps(trace)]


def test_a_third_of_the_traces_run_in_home_assistant_too() -> None:
    traces = all_traces()
    assert len(traces) >= 40
    assert 3 * sum(trace.home_assistant for trace in traces) >= len(traces)
