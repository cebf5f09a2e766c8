"""The true sessions, to compare records with."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .charger import Charger
from .plan import Plan
from .units import to_mwh, to_seconds

# The limits below which the integration discards a session by default.
SHORTEST_S = 60.0
LEAST_MWH = 50_000
SWAP_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueSession:
    """One charging session. Times are house time in epoch seconds, exact to the ms; energies are whole mWh.

    `energy_mwh` is the integral of power, `counter_mwh` the rise of the session counter in its resolution.
    `quarters_mwh` is the energy of each quarter-hour by its start (UTC epoch seconds); its sum is `energy_mwh`.
    `total_wh` is the charger's total at the end. `who` is the user that a record should name, or "Unknown".
    `card_late_s` is the time from the plug-in to the card, None without a card or with a card in time. Tags: `swap`
    (plugged in within a minute of the last car), `overlap` (a car charged elsewhere meanwhile), `late_card`, `pause`,
    `balance`, `micro` (below the default limits), and those of the visit. `unplugged_at` is None while the session
    runs.
    """

    charger: str
    charger_name: str
    index: int
    driver: str
    who: str
    kind: str
    unknown_reason: str | None
    vehicle: str
    card: int | None
    card_late_s: float | None
    plugged_at: float
    unplugged_at: float | None
    energy_mwh: int
    counter_mwh: int
    total_wh: float
    charging_seconds: float
    max_power_w: int
    quarters_mwh: Mapping[int, int]
    tags: tuple[str, ...] = ()
    micro: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the session ready for JSON, with energies in Wh and in whole mWh."""
        return asdict(self) | {"energy_wh": self.energy_mwh / 1000, "counter_wh": self.counter_mwh / 1000}


class TruthBook:
    """All finished sessions in the order of their ends, and the running sessions.

    `file` gets a JSON line for each finished session.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.finished: list[TrueSession] = []
        self._file = file
        self._unplugged_ms: dict[str, int] = {}
        self._count: dict[str, int] = {}
        if file is not None:
            file.touch()

    def finish(self, charger: Charger, plan: Plan, others: list[Plan]) -> TrueSession:
        """Add a session at its unplug. `others`: visits plugged in elsewhere at that moment."""
        session = self._session(charger, plan, plan.unplug_ms, others)
        self.finished.append(session)
        self._unplugged_ms[session.charger] = plan.unplug_ms
        self._count[session.charger] = session.index + 1
        if self._file is not None:
            with self._file.open("a") as lines:
                lines.write(json.dumps(session.as_json()) + "\n")
        return session

    def running(self, charger: Charger, at_ms: int, others: list[Plan]) -> TrueSession | None:
        """Return the session at a charger so far, None without a car."""
        if charger.plan is None or at_ms < charger.plan.plug_ms:
            return None
        return self._session(charger, charger.plan, at_ms, others)

    def _session(self, charger: Charger, plan: Plan, until_ms: int, others: list[Plan]) -> TrueSession:
        serial = charger.settings.serial
        over = until_ms >= plan.unplug_ms
        who, kind, unknown_reason = _user(plan, charger)
        energy_mwh = to_mwh(plan.curve.energy_mj(until_ms))
        micro = over and (energy_mwh < LEAST_MWH or until_ms - plan.plug_ms < SHORTEST_S * 1000)
        return TrueSession(
            charger=serial,
            charger_name=charger.settings.name,
            index=self._count.get(serial, 0),
            driver=plan.driver.name,
            who=who,
            kind=kind,
            unknown_reason=unknown_reason,
            vehicle=plan.car.name,
            card=plan.visit.card,
            card_late_s=_card_late_s(plan),
            plugged_at=to_seconds(plan.plug_ms),
            unplugged_at=_ended_at(plan, over),
            energy_mwh=energy_mwh,
            counter_mwh=charger.meter.counted_mwh(until_ms),
            total_wh=charger.meter.eto(until_ms),
            charging_seconds=to_seconds(plan.curve.flowing_ms(until_ms)),
            max_power_w=plan.curve.peak_watts(until_ms),
            quarters_mwh=plan.curve.quarters_mwh(until_ms),
            tags=self._tags(serial, plan, others, micro),
            micro=micro,
        )

    def _tags(self, serial: str, plan: Plan, others: list[Plan], micro: bool) -> tuple[str, ...]:
        visit = plan.visit
        last_ms = self._unplugged_ms.get(serial)
        found = {
            "swap": last_ms is not None and plan.plug_ms - last_ms <= SWAP_S * 1000,
            "overlap": bool(others) or self._overlapped(serial, plan),
            "late_card": visit.card is not None and visit.card_s > 0,
            "pause": bool(visit.pauses),
            "balance": visit.balance > 0,
            "micro": micro,
        }
        return tuple(dict.fromkeys((*(tag for tag, there in found.items() if there), *visit.tags)))

    def _overlapped(self, serial: str, plan: Plan) -> bool:
        plugged_at = to_seconds(plan.plug_ms)
        for session in reversed(self.finished):
            if session.unplugged_at is None or session.unplugged_at <= plugged_at:
                return False  # The sessions are in the order of their ends: all earlier ones ended before this one.
            if session.charger != serial:
                return True
        return False


def _user(plan: Plan, charger: Charger) -> tuple[str, str, str | None]:
    """Return the name, the type and the unknown reason that a record should have."""
    if plan.visit.card is not None:
        return plan.driver.who, plan.driver.kind, plan.driver.unknown_reason
    if plan.visit.cardless_trx == 0:
        return "Unknown", "unknown", "open_access"
    if charger.status["trx"]:
        # The reader still shows the card of an earlier visit.
        return "Unknown", "unknown", "stale_card"
    return "Unknown", "unknown", "no_card"


def _card_late_s(plan: Plan) -> float | None:
    visit = plan.visit
    if visit.card is None or visit.card_s <= 0:
        return None
    return visit.card_s


def _ended_at(plan: Plan, over: bool) -> float | None:
    if not over:
        return None
    return to_seconds(plan.unplug_ms)
