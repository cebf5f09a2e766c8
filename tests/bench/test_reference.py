"""`--reference`: a small integration of our domain that listens and writes, measured next to ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.bench.reference.configuration import ConfigurationError, read

from .small_integration import write_configuration, write_integration
from .small_rounds import ROOT

EXAMPLE = ROOT / "benchmarks" / "bench" / "reference" / "example.yaml"


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)


@pytest.mark.timeout(180)
def test_a_reference_is_set_up_fed_and_measured_beside_ours(tmp_path: Path) -> None:
    integration = write_integration(tmp_path / "custom_components" / "ev_charging_manager")
    file, figures = write_configuration(tmp_path / "small.json"), tmp_path / "figures.json"

    done = bench(
        *("--reference", str(integration.parents[1]), "--reference-config", str(file)),
        *("--rounds", "1", "--json", str(figures)),
    )

    assert done.returncode == 0, done.stderr
    (case,) = json.loads(figures.read_text(encoding="utf-8"))
    assert set(case["each_round"]) == {"ours", "no-op", "reference", "no-op beside reference"}
    found = case["details"]["found"]
    # Eight of ten deltas change the counter that it shows; it then writes both sensors.
    changes, written = found["reference"]["changes"], found["reference"]["written"]
    assert written["sensor.small_energy"] == pytest.approx(0.4 * changes, abs=1)
    assert written["sensor.small_cost"] == pytest.approx(0.4 * changes, abs=1)
    assert found["ours"]["written"]["sensor.garage_session_energy"] >= 1
    assert case["details"]["over_no_op"]["reference"] == pytest.approx(
        min(case["each_round"]["reference"]) - min(case["each_round"]["no-op beside reference"])
    )


@pytest.mark.parametrize("arguments", [("--reference", "somewhere"), ("--reference-config", str(EXAMPLE))])
def test_a_reference_without_its_configuration_is_refused(arguments: tuple[str, str]) -> None:
    done = bench(*arguments)

    assert done.returncode == 2
    assert "must be used together" in done.stderr


def test_the_example_can_be_read() -> None:
    example = read(EXAMPLE)

    assert example.domain == "ev_charging_manager"
    assert example.entities["session_energy"].factor == 0.001
    assert example.entities["plug"].charging == "on"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("entities: {power: sensor.a}", "`domain` is missing"),
        ("{domain: a, entities: {plug: binary_sensor.a}}", "at least one of power"),
        ("{domain: a, entities: {power: {entity_id: sensor.a, unit: hp}}}", "the unit must be one of"),
        ("{domain: a, entities: {watts: sensor.a}}", "watts must be one of"),
        ("{domain: a, entities: {power: {id: sensor.a}}}", "power"),
        ("{domain: a, entity: {}}", "unknown keys: entity"),
        ("{domain: [", "cannot be read"),
    ],
)
def test_an_invalid_configuration_names_the_mistake(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=wrong):
        read(file)
