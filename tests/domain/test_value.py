"""The decorator of values that are created every second: a dataclass without a check against assignment at run time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import field, replace
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.domain.value import value

ROOT = Path(__file__).resolve().parents[2]


@value
class Sample:
    name: str
    parts: tuple[int, ...] = field(default_factory=lambda: (1, 2))
    last: bool = field(default=False, kw_only=True)


def test_a_value_has_defaults_a_repr_equality_and_a_hash() -> None:
    made = Sample("name", last=True)
    assert (made.name, made.parts, made.last) == ("name", (1, 2), True)
    assert repr(made) == "Sample(name='name', parts=(1, 2), last=True)"
    assert made == Sample("name", (1, 2), last=True)
    assert {made: 1}[Sample("name", last=True)] == 1


def test_a_copy_leaves_the_original_unchanged() -> None:
    original = Sample("name")
    assert replace(original, parts=(3,)) == Sample("name", (3,))
    assert original.parts == (1, 2)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError):
        Sample("name", colour="red")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Sample("name").colour = "red"  # type: ignore[attr-defined]


@pytest.mark.timeout(120)
def test_mypy_refuses_assignment_to_a_field(tmp_path: Path) -> None:
    source = tmp_path / "assignment.py"
    source.write_text(
        "from custom_components.ev_charging_manager.domain.moment import Moment\nMoment(0.0, 0.0).utc = 1.0\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(source)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "read-only" in checked.stdout
