"""Compares the records and events of all processes with the true sessions of the chargers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from benchmarks.demo.comparison import Truth, Yardstick, compare
from benchmarks.demo.config_directory import TIME_ZONE
from benchmarks.demo.recorded import RecordedSession

from .watching import Watched
from .witness import COMPLETED, DISCARDED, STARTED, Witness

_CENT_MICRO = 5_000
# The session counter of the simulated chargers counts in mWh, their total counter in Wh.
_SESSION_STEP_MWH, _TOTAL_STEP_MWH = 1, 1_000
# Elapsed seconds that the processes need to communicate and to write their files.
_LAG_S, _SURE_S = 0.25, 1.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """The results of a campaign. `watched` and `prices` by the charger's name; `rate` of the house clock."""

    truths: Sequence[Truth]
    records: Sequence[RecordedSession]
    watched: Mapping[str, Watched]
    prices: Mapping[str, float]
    witness: Witness
    rate: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of the summary, and all mistakes."""

    sessions: int
    lost: int
    doubled: int
    unseen: int
    unseen_ends: int
    delivered_mwh: int
    missing_mwh: int
    events: int
    redelivered: int
    complaints: tuple[str, ...]

    def line(self) -> str:
        """Return a one-line summary."""
        return (
            f"{self.sessions} sessions, {self.delivered_mwh / 1e6:.3f} kWh"
            f" · {self.lost} lost · {self.doubled} doubled · {self.missing_mwh / 1e3:.3f} Wh of energy lost"
            f" · {self.unseen_ends} plug-ins or unplugs and {self.unseen} whole visits unseen"
            f" · {self.events} events, {self.redelivered} of them redelivered · {len(self.complaints)} complaints"
        )


def judge(evidence: Evidence) -> Verdict:
    """Match each finished session with its record, and check each pair and each event."""
    # Times are checked below, where the watched stretches are known.
    yardstick = Yardstick(evidence.prices, _TOTAL_STEP_MWH, float("inf"), ZoneInfo(TIME_ZONE))
    seen = [truth for truth in evidence.truths if _seen(truth, evidence)]
    compared = compare(seen, evidence.records, yardstick)
    paired = {record.session_id for _, record in compared.pairs}
    doubled = [each for each in evidence.records if each.ended_at is not None and each.session_id not in paired]
    complaints = [f"lost: {_named(truth)}" for truth in compared.lost]
    complaints += [f"doubled: {record}" for record in doubled]
    complaints += [text for pair in compared.pairs for text in _differences(*pair, evidence)]
    complaints += _unheard(evidence)
    if len(seen) < len(evidence.truths):
        # The energy of a car that was never seen goes to neighbouring sessions, so that they cannot be checked.
        complaints.append("whole visits were unseen: choose a lower rate on this machine")
    return Verdict(
        sessions=len(evidence.truths),
        lost=len(compared.lost),
        doubled=len(doubled),
        unseen=len(evidence.truths) - len(seen),
        unseen_ends=sum(_unseen_ends(truth, evidence) for truth in seen),
        delivered_mwh=sum(truth["counter_mwh"] for truth in evidence.truths),
        missing_mwh=sum(truth["counter_mwh"] for truth in compared.lost)
        + sum(_missing_mwh(*pair, evidence) for pair in compared.pairs),
        events=sum(len(evidence.witness.heard(name)) for name in (STARTED, COMPLETED, DISCARDED)),
        redelivered=sum(each["redelivered"] for name in (STARTED, COMPLETED) for each in evidence.witness.heard(name)),
        complaints=tuple(complaints),
    )


def _seen(truth: Truth, evidence: Evidence) -> bool:
    watched = evidence.watched[truth["charger_name"]]
    return watched.within(truth["plugged_at"], truth["unplugged_at"], _SURE_S * evidence.rate)


def _unseen_ends(truth: Truth, evidence: Evidence) -> int:
    """Return how many of plug-in and unplug were not seen. For each of them the coarser total counter is used."""
    watched, margin_s = evidence.watched[truth["charger_name"]], _SURE_S * evidence.rate
    return sum(not watched.at(truth[name], margin_s) for name in ("plugged_at", "unplugged_at"))


def _allowed_mwh(truth: Truth, evidence: Evidence) -> int:
    return _SESSION_STEP_MWH + _TOTAL_STEP_MWH * _unseen_ends(truth, evidence)


def _missing_mwh(truth: Truth, record: RecordedSession, evidence: Evidence) -> int:
    missing: int = truth["counter_mwh"] - record.energy_mwh
    if missing > _allowed_mwh(truth, evidence):
        return missing
    return 0


def _differences(truth: Truth, record: RecordedSession, evidence: Evidence) -> Iterator[str]:
    nobody = truth["who"] == "Unknown"
    expected = (
        ("outcome", record.outcome, "completed"),
        ("user", record.user, truth["who"]),
        ("vehicle", record.vehicle, None if nobody else truth["vehicle"]),
        ("unknown_reason", record.unknown_reason, truth["unknown_reason"]),
    )
    for what, told, true in expected:
        if told != true:
            yield f"{_named(truth)}: {what} is {told}, was {true}"
    if abs(record.energy_mwh - truth["counter_mwh"]) > _allowed_mwh(truth, evidence):
        yield f"{_named(truth)}: {record.energy_mwh} mWh, were {truth['counter_mwh']}; {record}"
    cost = truth["counter_mwh"] * evidence.prices[truth["charger_name"]]
    if record.cost_micro is None or abs(record.cost_micro - cost) > _CENT_MICRO:
        yield f"{_named(truth)}: costs {record.cost_micro}, was {cost:.0f}"
    yield from _misdated(truth, record, evidence)


def _misdated(truth: Truth, record: RecordedSession, evidence: Evidence) -> Iterator[str]:
    """Yield mistakes in the times: exact if watched, within the visit if not, and marked as
    reconstructed accordingly.
    """
    watched, margin_s, lag_s = evidence.watched[truth["charger_name"]], _SURE_S * evidence.rate, _LAG_S * evidence.rate
    begin, end, ended_at = truth["plugged_at"], truth["unplugged_at"], record.ended_at or 0.0
    if not begin - lag_s <= record.started_at <= ended_at <= end + lag_s:
        yield f"{_named(truth)}: reaches out of the stay by {begin - record.started_at:+.1f}, {ended_at - end:+.1f} s"
    if watched.at(begin, margin_s) and record.started_at - begin > lag_s:
        yield f"{_named(truth)}: begins {record.started_at - begin:+.1f} s late, although it was watched"
    if watched.at(end, margin_s) and end - ended_at > lag_s:
        yield f"{_named(truth)}: ends {end - ended_at:+.1f} s early, although it was watched"
    if record.reconstructed and watched.throughout(begin, end, margin_s):
        yield f"{_named(truth)}: is marked reconstructed, although it was watched throughout"
    if not record.reconstructed and not watched.throughout(begin, end, -margin_s):
        yield f"{_named(truth)}: is not marked reconstructed, although it was not watched for a while"


def _unheard(evidence: Evidence) -> Iterator[str]:
    """Yield mistakes in the events: each session's start and end once, apart from repetitions marked as redelivered."""
    ended = {record.session_id for record in evidence.records if record.ended_at is not None}
    everyone = {record.session_id for record in evidence.records}
    for name, wanted in ((STARTED, everyone), (COMPLETED, ended), (DISCARDED, set[str]())):
        heard = evidence.witness.heard(name)
        for session_id in wanted ^ {each["session_id"] for each in heard}:
            yield f"{name} of {session_id} was {'never heard' if session_id in wanted else 'heard of no such session'}"
        firsts = Counter(each["session_id"] for each in heard if not each["redelivered"])
        yield from (
            f"{name} of {session_id} came {count} times as if new" for session_id, count in firsts.items() if count > 1
        )
    energies = {record.session_id: record.energy_mwh for record in evidence.records}
    for each in evidence.witness.heard(COMPLETED):
        if abs(each["energy_kwh"] * 1e6 - energies.get(each["session_id"], 0)) > _TOTAL_STEP_MWH:
            yield f"{COMPLETED} of {each['session_id']} contains {each['energy_kwh']} kWh"


def _named(truth: Truth) -> str:
    return f"{truth['charger_name']}, number {truth['index']}, {truth['driver']}"
