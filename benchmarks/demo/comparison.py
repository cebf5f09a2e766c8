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
# Half a cent: costs that are nearer than that are the same to the cent, wherever rounding falls.
_CENT_MICRO = 5_000


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How near is equal, and what a kilowatt-hour costs at each charger (by name).

    `energy_mwh` is the resolution of the session counter, `time_s` how far apart two times may be in house seconds.
    """

    prices: Mapping[str, Price]
    energy_mwh: int
    time_s: float
    zone: ZoneInfo

    @classmethod
    def at_speed(cls, rate: float, prices: Mapping[str, Price], energy_mwh: int, zone: ZoneInfo) -> "Yardstick":
        """50 ms on the wall's clock are what two processes may need to hear of each other; a second at least."""
        return cls(prices, energy_mwh, max(1.0, 0.05 * rate), zone)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome. Pairs are complete sessions; micro-sessions that were rightly discarded are not among them."""

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
        """Whether there is nothing to complain about."""
        return self.settled and not self.differences

    def closing_line(self) -> str:
        """All energy that was delivered, and all that was recorded."""
        truths = [truth for truth, _ in self.pairs] + list(self.lost)
        records = [record for _, record in self.pairs] + list(self.doubled)
        delivered = sum(truth["counter_mwh"] for truth in truths) / MWH_PER_KWH
        recorded = sum(record.energy_mwh for record in records) / MWH_PER_KWH
        sign = "=" if self.equal or f"{delivered:.2f}" == f"{recorded:.2f}" else "≠"
        return (
            f"meters {delivered:.2f} kWh {sign} sessions {recorded:.2f} kWh"
            f" · {len(self.lost)} lost · {len(self.doubled)} doubled"
        )


def compare(truths: Sequence[Truth], records: Sequence[RecordedSession], yardstick: Yardstick) -> Comparison:
    """Each session that is over against the record that overlaps it the longest."""
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
    """How long a record covers a session; below 0 it lies elsewhere."""
    if record.charger != truth["charger_name"] or record.ended_at is None:
        return 0.0
    return float(min(truth["unplugged_at"], record.ended_at) - max(truth["plugged_at"], record.started_at))


def _differences(truth: Truth, record: RecordedSession, yardstick: Yardstick) -> Iterator[str]:
    where = f"{truth['charger_name']}, {_clock(truth['plugged_at'], yardstick.zone)}, {truth['driver']}"
    for what, told, true in _unlike(truth, record, yardstick):
        yield f"{where}: {what} is {told}, was {true}"


def _unlike(truth: Truth, record: RecordedSession, yardstick: Yardstick) -> Iterator[tuple[str, str, str]]:
    """What is not equal: its name, as recorded, as it was."""
    outcome = "discarded" if truth["micro"] else "completed"
    nobody = truth["who"] == "Unknown"
    words = (
        ("outcome", record.outcome, outcome),
        ("user", record.user, truth["who"]),
        ("vehicle", record.vehicle, None if nobody else truth["vehicle"]),
        ("unknown_reason", record.unknown_reason, truth["unknown_reason"]),
    )
    yield from ((what, str(told), str(true)) for what, told, true in words if told != true)
    yield from _unlike_numbers(truth, record, yardstick)


def _unlike_numbers(truth: Truth, record: RecordedSession, yardstick: Yardstick) -> Iterator[tuple[str, str, str]]:
    delivered = truth["counter_mwh"]
    if abs(record.energy_mwh - delivered) > yardstick.energy_mwh:
        yield "energy", f"{record.energy_mwh / 1000} Wh", f"{delivered / 1000} Wh"
    times = (
        ("start", record.started_at, truth["plugged_at"]),
        ("end", record.ended_at or 0.0, truth["unplugged_at"]),
        ("duration", record.duration_s, truth["unplugged_at"] - truth["plugged_at"]),
    )
    for what, told, true in times:
        if abs(told - true) > yardstick.time_s:
            yield what, f"off by {told - true:+.1f} s", f"{true:.1f}"
    price = yardstick.prices[truth["charger_name"]]
    cost, slack = cost_micro(price, truth), _CENT_MICRO + slack_micro(price, truth, yardstick.time_s)
    if record.cost_micro is None or abs(record.cost_micro - cost) > slack:
        yield "cost", "unknown" if record.cost_micro is None else f"{record.cost_micro / 1e6:.4f}", f"{cost / 1e6:.4f}"


def _clock(utc: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(utc, zone).strftime("%H:%M")
