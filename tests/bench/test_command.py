"""The command of `scripts/bench`, with so few rounds that the figures are meaningless."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROMISED = {"what", "unit", "ours", "no-op", "naive", "ratio", "rounds"}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def figures(name: str, rounds: int, folder: Path) -> dict[str, Any]:
    file = folder / "figures.json"
    done = bench("--case", name, "--rounds", str(rounds), "--json", str(file))
    assert done.returncode == 0, done.stderr
    assert name in done.stdout
    (case,) = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(case, dict)
    return case


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return figures("sample", 2, tmp_path_factory.mktemp("bench"))


def test_the_file_has_one_object_per_case_with_the_promised_keys(sample: dict[str, Any]) -> None:
    assert set(sample) >= PROMISED
    assert sample["rounds"] == 2
    assert sample["unit"] == "µs/change"
    assert sample["ratio"] == pytest.approx(sample["ours"] / sample["no-op"])
    assert all(sample[variant] > 0 for variant in ("ours", "no-op", "naive"))


def test_the_measured_integration_did_its_work(sample: dict[str, Any]) -> None:
    # A pipeline that dropped samples would be fast. The last delta may be one of the total counter, so that one session
    # value is open.
    details = sample["details"]
    assert details["session_kwh"] == pytest.approx(details["fed_kwh"], abs=1e-4)
    assert details["rejected"] == 0
    # One wake in each of 5 house seconds, and one checkpoint, in each of 2 rounds.
    assert details["handled"]["session"] >= 10
    assert details["checkpoints"] >= 2


def test_a_burst_arrives_complete_up_to_the_capacity_and_is_flagged_beyond(tmp_path: Path) -> None:
    details = figures("burst", 1, tmp_path)["details"]
    within, beyond = details["within_capacity"], details["beyond_capacity"]

    assert within["arrived"] >= within["discrete"]
    assert (within["overflows"], within["data_gap"]) == (0, False)
    assert beyond["overflows"] > 0
    assert beyond["snapshots"] >= 1
    assert beyond["data_gap"] is True
    for became in (within, beyond):
        assert became["session_kwh"] == pytest.approx(became["fed_kwh"], abs=1e-5)


def test_a_case_that_does_not_exist_is_refused_with_the_names_of_those_that_do() -> None:
    done = bench("--case", "nothing")

    assert done.returncode == 2
    assert "sample" in done.stderr


def test_no_rounds_are_refused() -> None:
    assert bench("--rounds", "0").returncode == 2
