"""The table *Where is …?* of docs/architecture.md against the files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import page

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "custom_components" / "ev_charging_manager"
ROWS = page("architecture.md").table("Where is …?", 0)
# Subjects that a maintainer looks for, and a word that a file of the answer has to contain.
SUBJECTS = {
    "stale card": "stale",
    "option": "Option",
    "sensor": "SensorEntityDescription",
    "charger family": "Profile",
    "column": "Column(",
    "action": "async_register",
    "price rule": "Tariff",
    "unknown": "UnknownReason",
    "checkpoint": "CHECKPOINT_TYPES",
    "event": "fire",
}


def paths(answer: str) -> list[str]:
    return re.findall(r"`([\w/.]+\.\w+)`", answer)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_each_answer_names_one_or_two_files_that_exist(row: list[str]) -> None:
    named = paths(row[1])
    assert 1 <= len(named) <= 2
    assert [path for path in named if not (PACKAGE / path).is_file()] == []


@pytest.mark.parametrize(("subject", "word"), SUBJECTS.items())
def test_a_file_of_the_answer_is_about_the_question(subject: str, word: str) -> None:
    (answer,) = [row[1] for row in ROWS if subject in row[0]]
    assert any(word in (PACKAGE / path).read_text(encoding="utf-8") for path in paths(answer))


def test_every_path_that_the_page_names_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = [path for path in paths(text) if "/" in path and not path.startswith(("tests/", "../"))]
    assert [path for path in named if not (PACKAGE / path).is_file()] == []
