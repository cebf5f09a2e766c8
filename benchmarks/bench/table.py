"""The results as a table for people."""

from __future__ import annotations

from collections.abc import Iterable

from .result import NAIVE, NO_OP, OURS, Result, spread

HEADINGS = ("case", "unit", "ours", "no-op", "naive", "over no-op", "ratio", "to reach", "")


def table(results: Iterable[Result]) -> str:
    """Return a table with one line per case. A variant shows its minimum and, in brackets, the spread of its rounds."""
    rows = [HEADINGS, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(_cell(row, widths, column) for column in range(len(row))).rstrip() for row in rows)


def _cell(row: tuple[str, ...], widths: list[int], column: int) -> str:
    numeric = HEADINGS[column] in {OURS, NO_OP, NAIVE, "over no-op", "ratio"}
    if numeric:
        return row[column].rjust(widths[column])
    return row[column].ljust(widths[column])


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.case,
        result.unit,
        *(_variant(result, name) for name in (OURS, NO_OP, NAIVE)),
        _number(result.over_no_op),
        _number(result.ratio),
        result.target.words,
        "reached" if result.target.reached else f"MISSED: {_number(result.target.value)}",
    )


def _variant(result: Result, name: str) -> str:
    least = result.least(name)
    if least is None:
        return "–"
    return f"{_number(least)} (+{_number(spread(result.series[name]))})"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if abs(value) < 100:
        return f"{value:.2f}"
    return f"{value:,.0f}"
