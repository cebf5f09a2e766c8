"""A one-line summary of each campaign at the end of the test run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _pytest.terminal import TerminalReporter

TOLD = "campaign"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Report what was tried, and the outcome."""
    return lambda line: record_property(TOLD, line)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The lines travel with the test reports, because a test may have run in another process."""
    reports = (report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind))
    lines = [line for report in reports for name, line in report.user_properties if name == TOLD]
    if lines:
        terminalreporter.section("campaigns")
        for line in lines:
            terminalreporter.line(str(line))
