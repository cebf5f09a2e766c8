"""The lines that the demo prints for sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.demo.narrator import Narrator

PLUG = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
SESSION: dict[str, Any] = {
    "session_id": "a",
    "charger_id": "left",
    "charger_name": "Garage left",
    "user_id": "1",
    "user_name": "Anna",
    "identified_by": "card",
    "vehicle_name": "ID.4",
    "unknown_reason": None,
    "started_at": PLUG.isoformat(),
    "ended_at": (PLUG + timedelta(minutes=64)).isoformat(),
    "duration_seconds": 3840,
    "energy_kwh": 11.234,
    "cost": 2.314,
    "currency": "EUR",
    "reconstructed": False,
}
NOBODY = {"user_id": None, "user_name": "Unknown", "vehicle_name": None, "identified_by": None}


def narrator(*besides: str) -> Narrator:
    return Narrator(["Garage left", "Garage right"], ZoneInfo("Europe/Berlin"), besides)


def tell(narrator: Narrator, name: str, **changes: Any) -> str | None:
    return narrator.line(f"ev_charging_manager_{name}", SESSION | changes)


def test_session_is_one_line_in_local_time() -> None:
    assert tell(narrator(), "session_completed") == "18:04 left · Anna · ID.4 · 11.2 kWh · 2.31 €"


def test_late_card_is_noted_with_the_session() -> None:
    teller = narrator()
    tell(teller, "session_started", **NOBODY)
    tell(teller, "card_tapped", tapped_at=(PLUG - timedelta(hours=2)).isoformat())
    tell(teller, "card_tapped", tapped_at=(PLUG + timedelta(seconds=7)).isoformat())
    line = tell(teller, "session_completed")
    assert line == "18:04 left · Anna · ID.4 · 11.2 kWh · 2.31 € · card came 7 s late"


def test_unknown_session_shows_its_reason() -> None:
    line = tell(narrator(), "session_completed", **NOBODY, unknown_reason="card_unmapped")
    assert line == "18:04 left · Unknown (card not assigned) · 11.2 kWh · 2.31 €"


def test_swap_of_drivers_is_noted() -> None:
    teller = narrator()
    tell(teller, "session_completed")
    start, end = PLUG + timedelta(minutes=64, seconds=35), PLUG + timedelta(minutes=90)
    line = tell(
        teller, "session_completed", session_id="b", started_at=start.isoformat(), ended_at=end.isoformat(), cost=None
    )
    assert line == "18:30 left · Anna · ID.4 · 11.2 kWh · no price · 35 s after the last car"


def test_repeated_event_has_no_second_line() -> None:
    teller = narrator("old")
    assert tell(teller, "session_completed") is not None
    assert tell(teller, "session_completed", redelivered=True) is None
    assert tell(teller, "session_completed", session_id="old") is None
    assert teller.told == {"a"}
