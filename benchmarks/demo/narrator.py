"""One line per session, from the events that automations receive."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .household import DOMAIN

type Payload = Mapping[str, Any]

EVENTS = tuple(
    f"{DOMAIN}_{name}" for name in ("session_started", "session_completed", "session_discarded", "card_tapped")
)

# A card within this time after the plug-in is not late.
_IN_TIME_S = 1.0
_SWAP_S = 60.0

_REASONS = {
    "no_card": "no card",
    "stale_card": "card of an earlier session",
    "open_access": "open access",
    "card_unmapped": "card not assigned",
    "mapping_inactive": "card not active",
    "card_unreadable": "card unreadable",
    "reader_silent": "card reader silent",
    "reader_unavailable": "card reader unavailable",
    "no_reader": "no card reader",
}


@dataclass(slots=True)
class Narrator:
    """Builds lines from events. Sessions in `besides` belong to an earlier run and are skipped.

    `told` holds the ids of the completed sessions: an event may repeat, but a line must not.
    """

    chargers: Sequence[str]
    zone: ZoneInfo
    besides: Collection[str] = ()
    told: set[str] = field(default_factory=set)
    _strangers: set[str] = field(default_factory=set)
    _taps: dict[str, list[float]] = field(default_factory=dict)
    _left: dict[str, float] = field(default_factory=dict)

    def line(self, event_type: str, payload: Payload) -> str | None:
        """Return the line for an event, None if the event has no line."""
        match event_type.removeprefix(f"{DOMAIN}_"):
            case "session_started":
                self._started(payload)
            case "card_tapped":
                self._taps.setdefault(payload["charger_id"], []).append(_utc(payload["tapped_at"]))
            case "session_completed":
                return self._completed(payload)
            case "session_discarded":
                return self._discarded(payload)
        return None

    def _started(self, payload: Payload) -> None:
        if payload["user_id"] is None:
            self._strangers.add(payload["session_id"])

    def _completed(self, payload: Payload) -> str | None:
        session_id = payload["session_id"]
        if session_id in self.told or session_id in self.besides:
            return None
        self.told.add(session_id)
        notes = self._notes(payload)
        self._left[payload["charger_id"]] = _utc(payload["ended_at"])
        return " · ".join((*self._place(payload), *_who(payload), *_amounts(payload), *notes))

    def _discarded(self, payload: Payload) -> str:
        return " · ".join(
            (*self._place(payload), f"discarded after {payload['duration_seconds']} s: too short or too little energy")
        )

    def _place(self, payload: Payload) -> tuple[str]:
        ended = datetime.fromisoformat(payload["ended_at"]).astimezone(self.zone)
        return (f"{ended:%H:%M} {self._short(payload['charger_name'])}",)

    def _short(self, name: str) -> str:
        """Return a charger's name without the words common to all chargers."""
        words, others = name.split(), [each.split() for each in self.chargers if each != name]
        while len(words) > 1 and others and all(each[:1] == words[:1] for each in others):
            words, others = words[1:], [each[1:] for each in others]
        return " ".join(words)

    def _notes(self, payload: Payload) -> list[str]:
        started = _utc(payload["started_at"])
        notes = []
        late = self._card_came_after(payload, started)
        if late is not None:
            notes.append(f"card came {late:.0f} s late")
        gap = started - self._left.get(payload["charger_id"], 0.0)
        if gap <= _SWAP_S:
            notes.append(f"{gap:.0f} s after the last car")
        if payload["reconstructed"]:
            notes.append("Home Assistant was not running for a while")
        return notes

    def _card_came_after(self, payload: Payload, started: float) -> float | None:
        """Return how late the card was, if the user was unknown when the session began."""
        if payload["session_id"] not in self._strangers or payload["identified_by"] != "card":
            return None
        waits = (tap - started for tap in self._taps.get(payload["charger_id"], ()))
        return next((wait for wait in waits if wait > _IN_TIME_S), None)


def _who(payload: Payload) -> tuple[str, ...]:
    if payload["user_id"] is None:
        reason = str(payload["unknown_reason"])
        return (f"{payload['user_name']} ({_REASONS.get(reason, reason)})",)
    vehicle = payload["vehicle_name"]
    if vehicle:
        return (payload["user_name"], vehicle)
    return (payload["user_name"],)


def _amounts(payload: Payload) -> tuple[str, str]:
    symbol = {"EUR": "€"}.get(payload["currency"], payload["currency"])
    cost = payload["cost"]
    energy = f"{payload['energy_kwh']:.1f} kWh"
    if cost is None:
        return energy, "no price"
    return energy, f"{cost:.2f} {symbol}"


def _utc(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
