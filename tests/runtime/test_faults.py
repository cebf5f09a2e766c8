"""Faults: kept as text, redacted and counted; too many escalate."""

from typing import Any

from custom_components.ev_charging_manager.runtime.context import Reporting
from custom_components.ev_charging_manager.runtime.faults import KEPT, LONGEST_MESSAGE, FaultBudget

from .support import fragile, inline, stage


def test_the_budget_is_used_up_by_the_fifth_within_the_window() -> None:
    budget = FaultBudget(5, 60.0)
    assert [budget.spend(second) for second in (0, 10, 20, 30, 60)] == [False] * 4 + [True]


def test_faults_that_are_far_apart_use_nothing_up() -> None:
    budget = FaultBudget(5, 60.0)
    assert not any(budget.spend(second * 15.1) for second in range(50))


def test_a_cleared_budget_starts_over() -> None:
    budget = FaultBudget(2, 60.0)
    budget.spend(0)
    budget.clear()
    assert not budget.spend(1)


def test_kept_faults_are_bounded_in_number_and_length() -> None:
    def step(state: int, message: str) -> Any:
        raise ValueError(message)

    runner = inline([stage("a", step, str)])
    for number in range(KEPT + 5):
        runner.send(f"{number}" + "x" * 10_000)
    assert len(runner.faults) == KEPT
    assert runner.faults[-1].message.startswith(f"'{KEPT + 4}x")
    assert max(len(entry.message) for entry in runner.faults) == LONGEST_MESSAGE
    assert max(len(entry.traceback) for entry in runner.faults) < 3000


def test_private_data_is_in_no_text_that_is_kept_or_logged(caplog: Any) -> None:
    runner = inline([fragile()], reporting=Reporting(redact=lambda text: text.replace("4711", "****")))
    runner.send(-4711)
    (entry,) = runner.faults
    assert entry.message == "-****"
    assert "4711" not in f"{entry} {caplog.text}"


def test_a_message_with_a_failing_repr_is_still_put_aside() -> None:
    class Hidden:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    def step(state: int, message: Hidden) -> Any:
        raise ValueError("bad")

    runner = inline([stage("a", step, Hidden)])
    runner.send(Hidden())
    assert runner.faults[0].message == "<not shown: RuntimeError>"


def test_five_faults_in_a_minute_escalate() -> None:
    runner = inline([fragile()])
    for _ in range(4):
        runner.send(-1)
    assert runner.escalated == 0
    runner.send(-1)
    assert runner.escalated == 1
