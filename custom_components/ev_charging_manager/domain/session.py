"""One state machine for every charger: a session begins when a car is connected and ends when it is unplugged.

A charger that lacks one kind of evidence is a profile with less of it, not a second engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from .fold import Fold
from .household import Role, Settings
from .identity import stronger
from .messages import (
    ChargingFinished,
    Delivered,
    Finished,
    Identified,
    IdentityKnown,
    Noted,
    Settled,
    Started,
)
from .meter import Meter, count
from .moment import Moment
from .records import Identity, Outcome, SessionRecord
from .running import Running, begun


class ClosingKind(Enum):
    """Why a session waits to be over."""

    GRACE = auto()
    """The plug is off but the lock reads locked: a glitch, or a driver whose cable is not out yet."""
    SETTLE = auto()
    """It is over; a last counter value may still arrive."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A session that waits to be over. `ended`: when the plug went off; `deadline` in monotonic seconds."""

    kind: ClosingKind
    ended: Moment
    deadline: float


@dataclass(frozen=True, slots=True)
class Returning:
    """The charger, or Home Assistant, was away; what is true once it is back decides.

    `meter`: counters as read since. `restarted`: Home Assistant was away, and the record says so.
    """

    restarted: bool
    meter: Meter = field(default_factory=Meter)
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class SessionState:
    """A charger's session, or its absence, and what the next one would start from."""

    meter: Meter = field(default_factory=Meter)
    candidate: Identity = field(default_factory=Identity)
    tapped: Moment | None = None
    waiting: bool = False
    connected: bool | None = None
    running: Running | None = None
    closing: Closing | None = None
    returning: Returning | None = None


type Output = Started | Identified | Delivered | ChargingFinished | Finished | Noted
type Turn = tuple[SessionState, tuple[Output, ...]]
type Part = Callable[[SessionState, Settled, Settings], Turn]


def deadline(state: SessionState, settings: Settings) -> float | None:
    """When the session wants to be woken, in monotonic seconds."""
    window = state.running.windows.open if state.running else None
    candidates = (
        state.closing.deadline if state.closing else None,
        state.returning.deadline if state.returning else None,
        window.deadline(settings.options.idle_timeout_s) if window else None,
    )
    return min((due for due in candidates if due is not None), default=None)


def track(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take what the charger's signals came to."""
    return in_turn((_deliver_before, _connection, flow_on, _close_windows), state, message, settings)


def in_turn(parts: tuple[Part, ...], state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Apply the parts one after another, each to the state that the one before left."""
    outputs: tuple[Output, ...] = ()
    for part in parts:
        state, more = part(state, message, settings)
        outputs += more
    return state, outputs


def identify(state: SessionState, message: IdentityKnown) -> Turn:
    """Take who would be charging: for the running session if it is stronger, and for the next."""
    state = replace(
        state,
        candidate=message.identity,
        tapped=message.at if message.tapped else state.tapped,
        waiting=message.waiting,
    )
    running = state.running
    if running is None or state.closing or not stronger(message.identity, running.identity):
        return state, ()
    changed = _who(message.identity) != _who(running.identity)
    running = replace(running, identity=message.identity)
    outputs = (Identified(message.at, running.record(message.at)),) if changed else ()
    return replace(state, running=running), outputs


def rename(state: SessionState, settings: Settings) -> SessionState:
    """Names follow the household while the session runs; who it is does not."""
    running = state.running
    if running is None:
        return state
    user = settings.household.users.get(running.identity.user_id or "")
    vehicle = settings.household.vehicles.get(running.identity.vehicle_id or "")
    identity = replace(
        running.identity,
        user_name=user.name if user else running.identity.user_name,
        vehicle_name=vehicle.name if vehicle else running.identity.vehicle_name,
    )
    named = replace(running, identity=identity, charger_name=settings.charger.name)
    return replace(state, running=named)


def tick(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """A time that was waited for may have come."""
    state, outputs = _quiet(state, at, settings)
    closing = state.closing
    if closing is None or at.mono < closing.deadline:
        return state, outputs
    state, finished = finish(state, at, settings, gap=closing.kind is ClosingKind.GRACE)
    return state, outputs + finished


def begin(state: SessionState, since: Moment, settings: Settings) -> Turn:
    """Begin a session with whoever is known so far."""
    running = begun(settings.charger, since, state.candidate, state.meter.total)
    return replace(state, running=running, closing=None), (Started(since, running.record(since)),)


def finish(state: SessionState, at: Moment, settings: Settings, gap: bool = False) -> Turn:
    """End the session, dated when the plug went off."""
    running = state.running
    if running is None:
        return state, ()
    if gap:
        running = replace(running, data_gap=True)
    ended = state.closing.ended if state.closing else at
    record = running.ended(ended, _outcome(running, ended, settings))
    state = replace(state, running=None, closing=None)
    return state, (*_remarks(record), Finished(at, record))


def deliver(state: SessionState, fold: Fold | None, settings: Settings) -> Turn:
    """Count a fold's energy into the running session; without one, only the meter moves on."""
    counted = count(state.meter, fold, settings.charger)
    state = replace(state, meter=counted.meter)
    if fold is None or state.running is None:
        return state, ()
    running = replace(
        state.running,
        max_power_w=max(state.running.max_power_w, fold.power.maximum_w if fold.power else 0.0),
        meter_start_mwh=_first_known(state.running.meter_start_mwh, counted.meter.total),
        meter_end_mwh=counted.meter.total,
        rejected=state.running.rejected + fold.rejected,
        data_gap=state.running.data_gap or counted.gap,
    )
    return credit(replace(state, running=running), counted.energy_mwh, fold.until, settings)


def credit(state: SessionState, energy_mwh: int, until: Moment, settings: Settings) -> Turn:
    """Give energy to the running session, spread over the time in which it must have flowed."""
    running = state.running
    if running is None or energy_mwh <= 0:
        return state, ()
    if state.closing and state.closing.ended.mono < until.mono:
        until = state.closing.ended
    since = _flowed_since(running, until)
    windows = running.windows
    if not (settings.charger.tells(Role.STATUS) or settings.charger.tells(Role.POWER)):
        # Nothing but the counter tells of the flow: each step is a moment of it.
        windows = windows.flow(True, since).flow(False, until)
    running = replace(running, energy_mwh=running.energy_mwh + energy_mwh, stepped=until, windows=windows)
    return replace(state, running=running), (Delivered(running.session_id, since, until, energy_mwh),)


def _deliver_before(state: SessionState, message: Settled, settings: Settings) -> Turn:
    return deliver(state, message.before, settings)


def _connection(state: SessionState, message: Settled, settings: Settings) -> Turn:
    state = _noted(state, message)
    if message.connected is None:
        return deliver(state, message.fold, settings)
    state = replace(state, connected=message.connected)
    if message.connected:
        return _plugged(state, message, settings)
    return _unplugged(state, message, settings)


def _noted(state: SessionState, message: Settled) -> SessionState:
    running = state.running
    if running is None:
        return state
    evidence_at = running.evidence_at if message.connected is None else message.at
    gap = running.data_gap or message.gap
    return replace(state, running=replace(running, evidence_at=evidence_at, data_gap=gap))


def _plugged(state: SessionState, message: Settled, settings: Settings) -> Turn:
    outputs: tuple[Output, ...] = ()
    if state.closing and not _same_car(state, message):
        state, outputs = finish(state, message.at, settings)
    if state.running is None:
        state, started = begin(state, message.since, settings)
        outputs += started
    state, delivered = deliver(replace(state, closing=None), message.fold, settings)
    return state, outputs + delivered


def _same_car(state: SessionState, message: Settled) -> bool:
    """Whether the plug only flickered. Another card, or a counter that began again, is another car."""
    closing, running = state.closing, state.running
    if closing is None or running is None or closing.kind is ClosingKind.SETTLE:
        return False
    tapped = state.tapped is not None and state.tapped.mono > closing.ended.mono
    if tapped and _who(state.candidate) != _who(running.identity):
        return False
    counter = message.fold.session if message.fold else None
    return not (counter and counter.resets)


def _unplugged(state: SessionState, message: Settled, settings: Settings) -> Turn:
    state, outputs = deliver(state, message.fold, settings)
    if state.running is None:
        return state, outputs
    closing = state.closing or Closing(ClosingKind.GRACE, message.since, message.at.mono + settings.options.grace_s)
    if closing.kind is ClosingKind.GRACE and message.locked is not True:
        closing = replace(closing, kind=ClosingKind.SETTLE, deadline=message.at.mono + settings.options.debounce_s)
    return replace(state, closing=closing), outputs


def flow_on(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Open, keep or quieten the charging window by what is known of the flow."""
    running = state.running
    if running is None:
        return state, ()
    flows, at = (False, state.closing.ended) if state.closing else (message.flow, message.at)
    if flows is False and not running.windows.flowing:
        return state, ()
    return replace(state, running=replace(running, windows=running.windows.flow(flows, at))), ()


def _close_windows(state: SessionState, message: Settled, settings: Settings) -> Turn:
    return _quiet(state, message.at, settings)


def _quiet(state: SessionState, at: Moment, settings: Settings) -> Turn:
    running = state.running
    if running is None or state.closing:
        return state, ()
    windows = running.windows.quiet(at, settings.options.idle_timeout_s)
    if windows is running.windows:
        return state, ()
    running = replace(running, windows=windows)
    return replace(state, running=running), (ChargingFinished(at, running.record(at)),)


def _flowed_since(running: Running, until: Moment) -> Moment:
    """A step of a coarse counter flowed since the step before it, but not before the flow began."""
    since, window = running.stepped, running.windows.open
    if window and window.started.mono > since.mono:
        since = window.started
    return since if since.mono <= until.mono else until


def _first_known(first: int | None, later: int | None) -> int | None:
    return later if first is None else first


def _outcome(running: Running, ended: Moment, settings: Settings) -> Outcome:
    options = settings.options
    short = ended.since(running.started) < options.shortest_session_s
    little = running.energy_mwh < options.least_energy_mwh
    return Outcome.DISCARDED if short or little else Outcome.COMPLETED


def _remarks(record: SessionRecord) -> tuple[Noted, ...]:
    if record.outcome is Outcome.DISCARDED:
        text = f"Discarded micro-session {record.session_id}: {record.duration_s:.0f} s, {record.energy_mwh} mWh"
        return (Noted("info", text),)
    reason = record.identity.unknown_reason
    if record.identity.known or reason is None:
        return ()
    return (Noted("info", f"Session {record.session_id} is nobody's: unknown_reason={reason}"),)


def _who(identity: Identity) -> tuple[str | None, str | None]:
    return identity.user_id, identity.vehicle_id
