"""One session in the simulator's words and its correct record, for the tests of the comparisons."""

from typing import Any

from benchmarks.demo.recorded import RecordedSession

NOON = 1_790_000_000.0
TRUTH: dict[str, Any] = {
    "charger_name": "Garage left",
    "index": 0,
    "driver": "Anna",
    "who": "Anna",
    "vehicle": "ID.4",
    "unknown_reason": None,
    "plugged_at": NOON,
    "unplugged_at": NOON + 3600,
    "counter_mwh": 10_000_000,
    "micro": False,
}
RECORD = RecordedSession(
    session_id="a",
    charger="Garage left",
    outcome="completed",
    started_at=NOON + 2,
    ended_at=NOON + 3601,
    user="Anna",
    vehicle="ID.4",
    unknown_reason=None,
    duration_s=3599.0,
    energy_mwh=10_000_000,
    cost_micro=2_100_000,
    reconstructed=0,
)
