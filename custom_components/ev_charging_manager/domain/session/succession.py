"""The sessions after an absence: one session continues, or it ends and another one starts."""

from __future__ import annotations

from dataclasses import replace

from ..household import Settings
from ..identity.stale_card import applies, left_by_session, left_by_unseen_car, with_stale_card
from ..messages import Noted
from ..moment import Moment
from ..quantity import kwh
from .absence import Return, believable, growth, unmetered
from .active import Running
from .continuity import (
    Verdict,
    delivered_before_end,
    delivered_last,
    delivered_meanwhile,
    delivered_since_begin,
    verdict,
)
from .delivery import credit
from .lifecycle import begin, finish, recognise
from .state import Returning, SessionState, Turn


def succeed(state: SessionState, returning: Returning, at: Moment, settings: Settings) -> Turn:
    """Continue the session, or end it and start another one, by the evidence since the return."""
    found = _found(state, returning, at, settings)
    state, finished = _finish_settled(state, found, at, settings)
    state, outputs = _decided(_marked(state, found, returning, settings), found, at, settings, returning.restarted)
    return state, finished + outputs


def _found(state: SessionState, returning: Returning, at: Moment, settings: Settings) -> Return:
    found = Return(bool(state.connected), state.meter, returning.meter, None, state.candidate)
    running = state.running
    if running is not None:
        found = replace(found, tapped=running.tapped, unfed=not running.energy_mwh)
    return believable(found, at, settings.charger)


def _finish_settled(state: SessionState, found: Return, at: Moment, settings: Settings) -> Turn:
    """End a session if that was confirmed before the absence, with the last step that its counter reported late."""
    running = state.running
    closing = state.closing
    if running is None or closing is None or not closing.confirmed:
        return state, ()
    energy = delivered_last(found, closing.ended, settings.charger)
    if energy is None:
        running = replace(running, data_gap=True)
    elif energy:
        running = _reconstructed(running, found, energy)
    state, delivered = credit(replace(state, running=running), energy or 0, closing.ended, settings)
    state, finished = finish(state, at, settings)
    return state, delivered + finished


def _marked(state: SessionState, found: Return, returning: Returning, settings: Settings) -> SessionState:
    """Return the state with the gaps and the implausible readings of the absence noted in the session."""
    running = state.running
    if running is None:
        return state
    gap = returning.gap or found.doubtful or unmetered(found, settings.charger)
    measured = replace(running.measured, rejected=running.measured.rejected + returning.rejected)
    return replace(state, running=replace(running, measured=measured, data_gap=running.data_gap or gap))


def _decided(state: SessionState, found: Return, at: Moment, settings: Settings, restarted: bool) -> Turn:
    if state.running is None:
        return _resume_idle(state, found, at, settings)
    decision = verdict(found, settings.charger)
    if decision is Verdict.SAME:
        return _go_on(state, found, at, settings, restarted)
    state, outputs = _end(state, found, at, settings, ended=decision is Verdict.ENDED)
    if decision is Verdict.ENDED:
        return state, outputs
    received = delivered_since_begin(found, settings.charger)
    state, started = _begin_another(_without_stale_card(state, found, settings), found, received, at, settings)
    return state, outputs + started


def _resume_idle(state: SessionState, found: Return, at: Moment, settings: Settings) -> Turn:
    charger = settings.charger
    state = replace(state, meter=found.filled)
    received = delivered_since_begin(found, charger)
    if not received:
        received = growth(found.before.primary(charger), found.now.primary(charger)) or 0
    if not found.connected:
        return _without_unseen_card(state, received, at, settings), ()
    if found.before.seen_at is None:
        return begin(state, at, settings)
    return _begin_another(state, found, received, at, settings)


def _go_on(state: SessionState, found: Return, at: Moment, settings: Settings, restarted: bool) -> Turn:
    energy = delivered_meanwhile(found, settings.charger) or 0
    state, outputs = credit(replace(state, closing=None, meter=found.gone_on(energy)), energy, at, settings)
    running = state.running
    assert running is not None
    measured = replace(running.measured, meter_end_mwh=found.filled.total, evidence_at=at)
    state, recognised = recognise(replace(state, running=running.remeasured(measured)), at)
    if not restarted:
        return state, outputs + recognised
    return state, (_line("Recovered session", state, energy), *outputs, *recognised)


def _end(state: SessionState, found: Return, at: Moment, settings: Settings, ended: bool) -> Turn:
    """End the former session at the last evidence of its car, with the energy that the counters show for it."""
    running = state.running
    assert running is not None
    energy = delivered_before_end(found, settings.charger, ended)
    last = running.measured.evidence_at
    if state.closing is not None:
        last = state.closing.ended
    mismatch = _line("Session continuity mismatch", state, energy)
    state = replace(state, running=_reconstructed(running, found, energy), meter=found.filled)
    state, delivered = credit(state, energy, last, settings)
    state, finished = finish(state, last, settings)
    return state, (mismatch, *delivered, *finished)


def _reconstructed(running: Running, found: Return, energy_mwh: int) -> Running:
    """Return the session marked as reconstructed, with the total at its end computed from the energy."""
    end = running.measured.meter_end_mwh
    if end is not None:
        end += found.before.behind + energy_mwh
    return replace(running, reconstructed=True, measured=replace(running.measured, meter_end_mwh=end))


def _begin_another(state: SessionState, found: Return, received_mwh: int, at: Moment, settings: Settings) -> Turn:
    """Start a session that began during the absence, with the energy it received until now."""
    now = found.filled
    then = now
    if now.total is not None:
        then = replace(now, total=now.total - received_mwh)
    state, started = begin(replace(state, meter=then), at, settings)
    running = state.running
    assert running is not None
    gap = found.doubtful or unmetered(found, settings.charger)
    measured = replace(running.measured, meter_end_mwh=now.total)
    running = replace(running, reconstructed=True, measured=measured, data_gap=gap)
    state, outputs = credit(replace(state, running=running, meter=now), received_mwh, at, settings)
    return state, (*started, *outputs)


def _without_stale_card(state: SessionState, found: Return, settings: Settings) -> SessionState:
    """Ignore a card that the reader still shows from the session before."""
    if not left_by_session(found.tapped, state.candidate):
        return state
    return _without_shown_card(state, settings)


def _without_unseen_card(state: SessionState, received_mwh: int, at: Moment, settings: Settings) -> SessionState:
    """Ignore a card that the reader shows after a car came and left unseen: it was held there for that car."""
    if not left_by_unseen_car(received_mwh, settings.options):
        return state
    return replace(_without_shown_card(state, settings), unseen=at)


def _without_shown_card(state: SessionState, settings: Settings) -> SessionState:
    """Return the state with the card on the reader identifying no driver until it is tapped again."""
    card = state.candidate.card
    if card is None or not applies(settings.charger):
        return state
    return replace(state, candidate=with_stale_card(settings), stale=card)


def _line(what: str, state: SessionState, energy_mwh: int) -> Noted:
    assert state.running is not None
    session = f"{state.running.session_id} at {state.running.charger_name}"
    text = f"{what} {session}: {kwh(energy_mwh):.3f} kWh were delivered during the absence"
    return Noted("info", text)
