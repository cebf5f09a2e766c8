"""Traces as test parameters; a trace that shows a bug is expected to fail until the bug is fixed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet

from .trace import Trace


def marked(traces: Iterable[Trace]) -> list[ParameterSet]:
    """Return a parameter for each trace, with its name as the id."""
    return [
        pytest.param(trace, id=trace.name, marks=[pytest.mark.xfail(reason=trace.bug)] if trace.bug else [])
        for trace in traces
    ]
