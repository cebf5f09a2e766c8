"""How a charger's session stands, and when it wants to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..household import Role, Settings
from ..messages import ChargingFinished, Delivered, Finished, Identified, Noted, Started
from ..metering.meter import Meter
from ..moment import Moment
from ..records import Identity
from ..value import value
from .active import Running
from .ending import Closing


@dataclass(frozen=True, slots=True)
class Returning:
    """The charger, or Home Assistant, was away; what is true once it is back decides.

    `meter`: counters as read since, and what was lost or put aside meanwhile. `restarted`: Home Assistant was away,
    and the record says so.
    """

    restarted: bool
    meter: Meter = field(default_factory=Meter)
    deadline: float | None = None
    gap: bool = False
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whom a person chose for the next session, if that begins before `until` (monotonic seconds).

    It stands until a session that counts is over.
    """

    identity: Identity
    until: float


@value
class SessionState:
    """A charger's session, or its absence, and what the next one would start from.

    `unmetered`: since when nobody can read what sessions are measured with. `stale`: the card of an earlier session
    that the reader showed still when another car was found after an absence; it bills nobody until it is tapped again.
    `unseen`: when it was found that a car came and left unseen; the reader's word may follow within the same act.
    """

    meter: Meter = field(default_factory=Meter)
    candidate: Identity = field(default_factory=Identity)
    tapped: Moment | None = None
    waiting: bool = False
    connected: bool | None = None
    running: Running | None = None
    closing: Closing | None = None
    returning: Returning | None = None
    ahead: Ahead | None = None
    unmetered: Moment | None = None
    stale: str | None = None
    unseen: Moment | None = None


type Output = Started | Identified | Delivered | ChargingFinished | Finished | Noted
type Turn = tuple[SessionState, tuple[Output, ...]]


def deadline(state: SessionState, settings: Settings) -> float | None:
    """When the session wants to be woken, in monotonic seconds."""
    if state.closing is None and state.returning is None and state.ahead is None:
        # As it is while a car charges.
        return _window_deadline(state, settings)
    ahead = state.ahead.until if state.ahead else None
    candidates = (closing_deadline(state), _returning_deadline(state), _window_deadline(state, settings), ahead)
    return min((due for due in candidates if due is not None), default=None)


def closing_deadline(state: SessionState) -> float | None:
    """When grace or settling ends, in monotonic seconds.

    While the charger is away neither runs: nobody can say whether the plug came back, or what the last step was.
    """
    closing = state.closing
    return None if closing is None or state.returning is not None else closing.deadline


def _returning_deadline(state: SessionState) -> float | None:
    return state.returning.deadline if state.returning else None


def _window_deadline(state: SessionState, settings: Settings) -> float | None:
    window = state.running.windows.open if state.running and not state.closing else None
    return window.deadline(settings.options.idle_timeout_s) if window else None


def resume(state: SessionState, at: Moment, moved: frozenset[Role] = frozenset()) -> SessionState:
    """The state as it is gone on from after a checkpoint of this moment. `moved`: roles that have another entity."""
    state = seen_until(state, at)
    if not moved:
        return state
    running, returning = state.running, state.returning
    if running is not None and Role.TOTAL_ENERGY in moved:
        # A session that was begun with another total cannot be held against this one.
        running = replace(running, meter_start_mwh=None, meter_end_mwh=None)
    if returning is not None:
        returning = replace(returning, meter=returning.meter.forget(moved))
    return replace(state, meter=state.meter.forget(moved), running=running, returning=returning)


def seen_until(state: SessionState, at: Moment) -> SessionState:
    """The state as a checkpoint of this moment keeps it: a car that was connected was so until then.

    Signals that do not change bring no message, and a full car may stand for hours without one. While the charger is
    away, though, nobody sees the car.
    """
    running, seen = state.running, state.connected and state.returning is None
    if running is None or state.closing or not seen or running.evidence_at.mono >= at.mono:
        return state
    return replace(state, running=replace(running, evidence_at=at))
