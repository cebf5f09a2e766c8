"""Traces as test parameters; one that shows a bug is expected to fail until that is mended."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet

from .trace import Trace


def marked(traces: Iterable[Trace]) -> list[ParameterSet]:
    """A parameter for each trace, under its name."""
    return [
        pytest.param(trace, id=trace.name, marks=[pytest.mark.xfail(reason=trace.bug)] if trace.bug else [])
        for trace in traces
    ]
