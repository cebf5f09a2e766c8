"""Any charger, with the status words that most families use. No entity is found automatically or required."""

from __future__ import annotations

from ..domain.profile import CarStatus, Profile

IDLE_WORDS = ("a", "available", "disconnected", "not_plugged", "idle", "unplugged", "not_connected", "no_ev_connected")
CONNECTED_WORDS = ("b", "connected", "plugged", "plugged_in", "starting", "stopped", "paused", "suspended", "preparing")
COMPLETE_WORDS = ("complete", "completed", "finished")
CHARGING_WORDS = ("c", "charging")

GENERIC = Profile(
    key="generic",
    name="Generic",
    status_words=dict.fromkeys(IDLE_WORDS, CarStatus.IDLE)
    | dict.fromkeys(CONNECTED_WORDS, CarStatus.CONNECTED)
    | dict.fromkeys(COMPLETE_WORDS, CarStatus.COMPLETE)
    | dict.fromkeys(CHARGING_WORDS, CarStatus.CHARGING),
)
