"""The life of one session: it starts, is assigned to a driver, and ends."""

from __future__ import annotations

from dataclasses import replace

from ..household import Settings
from ..identity.identity import stronger, with_car
from ..messages import Finished, Identified, Noted, Started
from ..moment import Moment
from ..records import Identity, Outcome, SessionRecord
from .active import Running, begun, number_at
from .state import SessionState, Turn


def begin(state: SessionState, since: Moment, settings: Settings) -> Turn:
    """Start a session with the driver chosen for it, else with the present candidate."""
    number = number_at(since, state.number)
    running = begun(settings.charger, since, state.candidate, state.meter.total, number)
    if state.ahead is not None and since.mono < state.ahead.until:
        running = replace(running, chosen=state.ahead.identity)
    return replace(state, running=running, closing=None, number=number), (Started(since, running.record(since)),)


def finish(state: SessionState, at: Moment, settings: Settings, gap: bool = False) -> Turn:
    """End the session at the moment the plug went off. `gap`: energy may be missing in it."""
    running = state.running
    if running is None:
        return state, ()
    if gap:
        running = replace(running, data_gap=True)
    ended = at
    if state.closing is not None:
        ended = state.closing.ended
    record = running.ended(ended, _outcome(running, ended, settings))
    ahead = None
    if record.outcome is Outcome.DISCARDED:
        # A plug that was not in properly is not the session for which a person chose the driver.
        ahead = state.ahead
    state = replace(state, running=None, closing=None, ahead=ahead)
    return state, (*_remarks(record), Finished(at, record))


def _outcome(running: Running, ended: Moment, settings: Settings) -> Outcome:
    """Return whether the session counts, or is discarded as too short or too small.

    The length of a reconstructed session is unknown, so it never counts as too short: energy that was delivered
    while Home Assistant was away would be lost.
    """
    options = settings.options
    short = not running.reconstructed and ended.since(running.started) < options.shortest_session_s
    if short or running.energy_mwh < options.least_energy_mwh:
        return Outcome.DISCARDED
    return Outcome.COMPLETED


def _remarks(record: SessionRecord) -> tuple[Noted, ...]:
    """Return the log lines about a session that ended."""
    if record.outcome is Outcome.DISCARDED:
        text = f"Discarded micro-session {record.session_id}: {record.duration_s:.0f} s, {record.energy_mwh} mWh"
        return (Noted("info", text),)
    reason = record.identity.unknown_reason
    if record.identity.known or reason is None:
        return ()
    return (Noted("info", f"Session {record.session_id} has no user: unknown_reason={reason}"),)


def recognise(state: SessionState, at: Moment) -> Turn:
    """Assign the running session to the candidate if the evidence for the candidate is stronger."""
    running = state.running
    # Usual case: the session already has the candidate.
    if running is None or state.candidate is running.identity or state.closing:
        return state, ()
    if not stronger(state.candidate, running.identity):
        return state, ()
    identity = with_car(state.candidate, running.identity)
    if identity == running.identity:
        # Unchanged (for example still unknown): emit nothing.
        return state, ()
    return given(state, replace(running, identity=identity), at)


def given(state: SessionState, running: Running, at: Moment) -> Turn:
    """Take a running session with another identity; emit `Identified` if user or car changed."""
    changed = state.running is None or _driver(state.running.who) != _driver(running.who)
    state = replace(state, running=running)
    if not changed:
        return state, ()
    return state, (Identified(at, running.record(at)),)


def _driver(identity: Identity) -> tuple[str | None, str, str | None]:
    return identity.user_id, identity.user_type, identity.vehicle_id
