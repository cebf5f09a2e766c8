"""What happens to one session: it begins, is somebody's, receives energy, ends."""

from __future__ import annotations

from dataclasses import replace

from ..household import Role, Settings
from ..identity.identity import stronger, with_car
from ..messages import Delivered, Finished, Identified, Settled, Started
from ..metering.fold import Fold
from ..metering.meter import count
from ..moment import Moment
from ..records import Identity, Outcome
from ..value import evolution
from .active import Running, begun
from .ending import Closing
from .outcome import outcome, remarks
from .state import Output, SessionState, Turn
from .windows import Windows

# In one go: it is done each second, and a copy of all of this is dear.
_DELIVERED = evolution(
    Running,
    "energy_mwh",
    "stepped",
    "windows",
    "max_power_w",
    "meter_start_mwh",
    "meter_end_mwh",
    "rejected",
    "evidence_at",
    "data_gap",
)
_STANDS = evolution(SessionState, "meter", "running")


def begin(state: SessionState, since: Moment, settings: Settings) -> Turn:
    """Begin a session with whoever is known so far, or was chosen for it."""
    running = begun(settings.charger, since, state.candidate, state.meter.total)
    if state.ahead is not None and since.mono < state.ahead.until:
        running = replace(running, chosen=state.ahead.identity)
    return replace(state, running=running, closing=None), (Started(since, running.record(since)),)


def finish(state: SessionState, at: Moment, settings: Settings, gap: bool = False) -> Turn:
    """End the session, dated when the plug went off."""
    running = state.running
    if running is None:
        return state, ()
    if gap:
        running = replace(running, data_gap=True)
    ended = state.closing.ended if state.closing else at
    record = running.ended(ended, outcome(running, ended, settings))
    # A plug that was not in properly was not the session that somebody was chosen for.
    ahead = state.ahead if record.outcome is Outcome.DISCARDED else None
    state = replace(state, running=None, closing=None, ahead=ahead)
    return state, (*remarks(record), Finished(at, record))


def recognise(state: SessionState, at: Moment) -> Turn:
    """Give the running session to the candidate if that is stronger than who has it."""
    running = state.running
    # Nearly always it is the candidate who has it.
    if running is None or state.candidate is running.identity or state.closing:
        return state, ()
    if not stronger(state.candidate, running.identity):
        return state, ()
    identity = with_car(state.candidate, running.identity)
    # Nobody takes the place of nobody with each message.
    return (state, ()) if identity == running.identity else given(state, replace(running, identity=identity), at)


def given(state: SessionState, running: Running, at: Moment) -> Turn:
    """Take the running session with another identity, and say so where it is somebody else's by that."""
    changed = state.running is None or _who(state.running.who) != _who(running.who)
    outputs = (Identified(at, running.record(at)),) if changed else ()
    return replace(state, running=running), outputs


def deliver(state: SessionState, fold: Fold | None, settings: Settings, seen: Settled | None = None) -> Turn:
    """Count a fold's energy into the running session; without one, only the meter moves on.

    `seen` is what came with it, where the session ran before: what it tells of the car is noted in the same go.
    """
    running = state.running
    counted = count(state.meter, fold, settings.charger, running.started if running else None)
    if fold is None or running is None:
        return replace(_noted(state, seen), meter=counted.meter), ()
    evidence_at, gap = _evidence(running, seen)
    until, closing = fold.until, state.closing
    energy_mwh, stepped, windows, delivered = _credited(running, counted.energy_mwh, until, closing, settings)
    running = _DELIVERED(
        running,
        energy_mwh,
        stepped,
        windows,
        max(running.max_power_w, fold.power.maximum_w if fold.power else 0.0),
        _first_known(running.meter_start_mwh, counted.meter.total),
        counted.meter.total,
        running.rejected + fold.rejected,
        evidence_at,
        gap or counted.gap,
    )
    return _STANDS(state, counted.meter, running), delivered


def _noted(state: SessionState, seen: Settled | None) -> SessionState:
    """With what a message tells of the car whose session runs."""
    running = state.running
    if running is None or seen is None:
        return state
    evidence_at, gap = _evidence(running, seen)
    return replace(state, running=replace(running, evidence_at=evidence_at, data_gap=gap))


def _evidence(running: Running, seen: Settled | None) -> tuple[Moment, bool]:
    """When the car was last known to be connected, and whether something may be missing."""
    if seen is None:
        return running.evidence_at, running.data_gap
    return running.evidence_at if seen.connected is None else seen.at, running.data_gap or seen.gap


def credit(state: SessionState, energy_mwh: int, until: Moment, settings: Settings) -> Turn:
    """Give energy to the running session, spread over the time in which it must have flowed."""
    running = state.running
    if running is None:
        return state, ()
    energy_mwh, stepped, windows, delivered = _credited(running, energy_mwh, until, state.closing, settings)
    return replace(state, running=replace(running, energy_mwh=energy_mwh, stepped=stepped, windows=windows)), delivered


def _credited(
    running: Running, energy_mwh: int, until: Moment, closing: Closing | None, settings: Settings
) -> tuple[int, Moment, Windows, tuple[Output, ...]]:
    """What the energy makes of the session's energy, its last step and its windows, and what is told of it."""
    windows = running.windows
    if energy_mwh <= 0:
        return running.energy_mwh, running.stepped, windows, ()
    if closing and closing.ended.mono < until.mono:
        until = closing.ended
    since = _flowed_since(running, until)
    if not (settings.charger.tells(Role.STATUS) or settings.charger.tells(Role.POWER)):
        # Nothing but the counter tells of the flow: each step is a moment of it.
        windows = windows.step(since, until)
    delivered = Delivered(running.session_id, since, until, energy_mwh)
    return running.energy_mwh + energy_mwh, until, windows, (delivered,)


def _flowed_since(running: Running, until: Moment) -> Moment:
    """A step of a coarse counter flowed since the step before it, but not before the flow began."""
    since, window = running.stepped, running.windows.open
    if window and window.started.mono > since.mono:
        since = window.started
    return since if since.mono <= until.mono else until


def _first_known(first: int | None, later: int | None) -> int | None:
    return later if first is None else first


def _who(identity: Identity) -> tuple[str | None, str, str | None]:
    return identity.user_id, identity.user_type, identity.vehicle_id
