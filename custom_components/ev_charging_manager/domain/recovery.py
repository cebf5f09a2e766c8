"""After an absence of the charger or of Home Assistant: one session goes on, or one ends and another begins."""

from __future__ import annotations

from dataclasses import replace

from .continuity import Return, Verdict, delivered_before_end, delivered_since_begin, growth, verdict
from .household import Settings
from .messages import Noted, Settled
from .meter import Meter
from .moment import Moment
from .session import Returning, SessionState, Turn, begin, credit, finish, flow_on

# Entities come back one after another; a counter that stays away longer decides nothing any more.
WAIT_S = 60.0


def absent(state: SessionState, message: Settled) -> SessionState:
    """Note that the charger or Home Assistant is, or was, away."""
    if message.restarted:
        return replace(state, returning=Returning(restarted=True))
    outage = message.connected is None and not message.metered
    if outage and state.returning is None and state.running is not None:
        return replace(state, returning=Returning(restarted=False))
    return state


def arrive(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take what the charger says while it comes back, and decide once plug and counters are known."""
    returning = state.returning
    assert returning is not None
    meter = returning.meter.see(message.before).see(message.fold)
    if message.connected is None:
        return replace(state, returning=replace(returning, meter=meter, deadline=None)), ()
    waited = returning.deadline or message.at.mono + WAIT_S
    if not message.metered and message.at.mono < waited:
        waiting = replace(returning, meter=meter, deadline=waited)
        return replace(state, connected=message.connected, returning=waiting), ()
    state = replace(state, connected=message.connected)
    state, outputs = decide(state, replace(returning, meter=meter), message.at, settings)
    state, more = flow_on(state, message, settings)
    return state, outputs + more


def overdue(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """Decide without the counter that did not come back."""
    returning = state.returning
    if returning is None or returning.deadline is None or at.mono < returning.deadline:
        return state, ()
    return decide(state, returning, at, settings)


def decide(state: SessionState, returning: Returning, at: Moment, settings: Settings) -> Turn:
    """One session goes on, or one ends and another begins."""
    now = _filled(returning.meter, state.meter)
    connected = bool(state.connected)
    if state.running is None:
        return _resume_idle(state, returning, now, at, settings)
    found = Return(connected, state.meter, now, state.running.identity, state.candidate)
    state = _marked(replace(state, returning=None), returning)
    outcome = verdict(found, settings.charger)
    if outcome is Verdict.SAME:
        return _go_on(state, found, at, settings, returning)
    state, outputs = _end(state, found, at, settings, ended=outcome is Verdict.ENDED)
    if outcome is Verdict.ENDED:
        return state, outputs
    received = delivered_since_begin(found, settings.charger)
    state, begun = _begin_another(state, found.now, received, at, settings)
    return state, outputs + begun


def _filled(now: Meter, before: Meter) -> Meter:
    """The counters as read since the return; those that stayed silent stand where they were."""
    return replace(
        now,
        session=before.session if now.session is None else now.session,
        total=before.total if now.total is None else now.total,
    )


def _marked(state: SessionState, returning: Returning) -> SessionState:
    if state.running is None or not returning.restarted:
        return state
    return replace(state, running=replace(state.running, reconstructed=True))


def _resume_idle(state: SessionState, returning: Returning, now: Meter, at: Moment, settings: Settings) -> Turn:
    before = state.meter
    state = replace(state, meter=now, returning=None)
    if not state.connected:
        return state, ()
    if before.seen_at is None:
        return begin(state, at, settings)
    found = Return(True, before, now, state.candidate, state.candidate)
    received = delivered_since_begin(found, settings.charger)
    received = received or growth(before.primary(settings.charger), now.primary(settings.charger)) or 0
    return _begin_another(state, now, received, at, settings)


def _go_on(state: SessionState, found: Return, at: Moment, settings: Settings, returning: Returning) -> Turn:
    energy = growth(found.before.primary(settings.charger), found.now.primary(settings.charger)) or 0
    state, outputs = credit(replace(state, closing=None, meter=found.now), energy, at, settings)
    if state.running is not None:
        state = replace(state, running=replace(state.running, meter_end_mwh=found.now.total))
    if not returning.restarted:
        return state, outputs
    return state, (_line("Recovered session", state, energy), *outputs)


def _end(state: SessionState, found: Return, at: Moment, settings: Settings, ended: bool) -> Turn:
    """Close what was running at the last evidence of it, with the energy that the counters show for it."""
    running = state.running
    assert running is not None
    energy = delivered_before_end(found, settings.charger, ended)
    last = state.closing.ended if state.closing else running.evidence_at
    mismatch = _line("Session continuity mismatch", state, energy)
    meter_end = running.meter_end_mwh
    state, delivered = credit(replace(state, closing=None, meter=found.now), energy, at, settings)
    if state.running is not None:
        end = None if meter_end is None else meter_end + energy
        marked = replace(state.running, reconstructed=True, meter_end_mwh=end)
        state = replace(state, running=marked)
    state, finished = finish(state, last, settings)
    return state, (mismatch, *delivered, *finished)


def _begin_another(state: SessionState, now: Meter, received_mwh: int, at: Moment, settings: Settings) -> Turn:
    """A session that began while nobody looked; what it received until now is in it."""
    total_then = None if now.total is None else now.total - received_mwh
    state, started = begin(replace(state, meter=replace(now, total=total_then)), at, settings)
    assert state.running is not None
    running = replace(state.running, reconstructed=True, meter_end_mwh=now.total)
    state, outputs = credit(replace(state, running=running, meter=now), received_mwh, at, settings)
    return state, (*started, *outputs)


def _line(what: str, state: SessionState, energy_mwh: int) -> Noted:
    assert state.running is not None
    text = f"{what} {state.running.session_id} at {state.running.charger_name}: {energy_mwh} mWh came meanwhile"
    return Noted("info", text)
