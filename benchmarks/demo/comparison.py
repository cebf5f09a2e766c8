"""A comparison of the records with the true sessions: lost, duplicate and differing sessions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .prices import Price, cost_micro, slack_micro
from .recorded import RecordedSession

type Truth = Mapping[str, Any]

MWH_PER_KWH = 1_000_000
# Half a cent: costs that differ by less are equal to the cent, regardless of rounding.
_CENT_MICRO = 5_000


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The allowed differences, and the price of a kilowatt-hour at each charger (by name).

    `energy_mwh` is the resolution of the session counter, `time_s` the allowed difference of times in house seconds.
    """

    prices: Mapping[str, Price]
    energy_mwh: int
    time_s: float
    zone: ZoneInfo

    @classmethod
    def at_speed(cls, rate: float, prices: Mapping[str, Price], energy_mwh: int, zone: ZoneInfo) -> "Yardstick":
        """Allow 50 ms of elapsed time for the communication of two processes, but at least one house second."""
        return cls(prices, energy_mwh, max(1.0, 0.05 * rate), zone)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result. Pairs are completed sessions, without the micro-sessions that were correctly discarded."""

    pairs: tuple[tuple[Truth, RecordedSession], ...]
    lost: tuple[Truth, ...]
    doubled: tuple[RecordedSession, ...]
    differences: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether each session has its record, and each record its session."""
        return not self.lost and not self.doubled

    @property
    def equal(self) -> bool:
        """Whether all records are complete and correct."""
        return self.settled and not self.differences

    def closing_line(self) -> str:
        """Return a line with the delivered and the recorded energy."""
        truths = [truth for truth, _ in self.pairs] + list(self.lost)
        records = [record for _, record in self.pairs] + list(self.doubled)
        delivered = sum(truth["counter_mwh"] for truth in truths) / MWH_PER_KWH
        recorded = sum(record.energy_mwh for record in records) / MWH_PER_KWH
        sign = "≠"
        if self.equal or f"{delivered:.2f}" == f"{recorded:.2f}":
            sign = "="
        return (
            f"meters {delivered:.2f} kWh {sign} sessions {recorded:.2f} kWh"
            f" · {len(self.lost)} lost · {len(self.doubled)} doubled"
        )


def compare(truths: Sequence[Truth], records: Sequence[RecordedSession], yardstick: Yardstick) -> Comparison:
    """Compare each finished session with the record that overlaps it the longest."""
    left = [record for record in records if record.ended_at is not None]
    pairs: list[tuple[Truth, RecordedSession]] = []
    lost: list[Truth] = []
    for truth in truths:
        record = max(left, key=lambda each: overlap_s(truth, each), default=None)
        if record is None or overlap_s(truth, record) <= 0:
            lost.append(truth)
            continue
        left.remove(record)
        pairs.append((truth, record))
    return Comparison(
        pairs=tuple(pair for pair in pairs if not pair[0]["micro"]),
        lost=tuple(lost),
        doubled=tuple(record for record in left if record.outcome == "completed"),
        differences=tuple(text for pair in pairs for text in _differences(*pair, yardstick)),
    )


def overlap_s(truth: Truth, record: RecordedSession) -> float:
    """Return the seconds in which record and session overlap; negative if they do not."""
    if record.charger != truth["charger_name"] or record.ended_at is None:
        return 0.0
    return float(min(truth["unplugged_at"], record.ended_at) - max(truth["plugged_at"], record.started_at))


def _differences(truth: Truth, record: RecordedSession, yardstick: Yardstick) -> Iterator[str]:
    where = f"{truth['charger_name']}, {_clock(truth['plugged_at'], yardstick.zone)}, {truth['driver']}"
    for what, recorded, true in _unlike(truth, record, yardstick):
        yield f"{where}: {what} is {recorded}, was {true}"


def _unlike(truth: Truth, record: RecordedSession, yardstick: Yardstick) -> Iterator[tuple[str, str, str]]:
    """Yield the differences: name, recorded value, true value."""
    words = (
        ("outcome", record.outcome, _outcome(truth)),
        ("user", record.user, truth["who"]),
        ("vehicle", record.vehicle, _vehicle(truth)),
        ("unknown_reason", record.unknown_reason, truth["unknown_reason"]),
    )
    yield from ((what, str(recorded), str(true)) for what, recorded, true in words if recorded != true)
    yield from _unlike_numbers(truth, record, yardstick)


def _outcome(truth: Truth) -> str:
    if truth["micro"]:
        return "discarded"
    return "completed"


def _vehicle(truth: Truth) -> str | None:
    if truth["who"] == "Unknown":
        return None
    vehicle: str | None = truth["vehicle"]
    return vehicle


def _unlike_numbers(truth: Truth, record: RecordedSession, yardstick: Yardstick) -> Iterator[tuple[str, str, str]]:
    delivered = truth["counter_mwh"]
    if abs(record.energy_mwh - delivered) > yardstick.energy_mwh:
        yield "energy", f"{record.energy_mwh / 1000} Wh", f"{delivered / 1000} Wh"
    times = (
        ("start", record.started_at, truth["plugged_at"]),
        ("end", record.ended_at or 0.0, truth["unplugged_at"]),
        ("duration", record.duration_s, truth["unplugged_at"] - truth["plugged_at"]),
    )
    for what, recorded, true in times:
        if abs(recorded - true) > yardstick.time_s:
            yield what, f"off by {recorded - true:+.1f} s", f"{true:.1f}"
    price = yardstick.prices[truth["charger_name"]]
    cost, slack = cost_micro(price, truth), _CENT_MICRO + slack_micro(price, truth, yardstick.time_s)
    if record.cost_micro is None or abs(record.cost_micro - cost) > slack:
        yield "cost", _amount(record.cost_micro), _amount(cost)


def _amount(micro: float | None) -> str:
    if micro is None:
        return "unknown"
    return f"{micro / 1e6:.4f}"


def _clock(utc: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(utc, zone).strftime("%H:%M")
