"""After an absence of the charger or of Home Assistant: one session goes on, or one ends and another begins."""

from __future__ import annotations

from dataclasses import replace

from ..household import Role, Settings
from ..identity.stale_card import applies, left_by_session, left_by_unseen_car, with_stale_card
from ..messages import Noted, Settled
from ..metering.fold import joined
from ..metering.meter import primary_role
from ..moment import Moment
from ..quantity import kwh
from .active import Running
from .continuity import (
    Return,
    Verdict,
    believable,
    delivered_before_end,
    delivered_last,
    delivered_meanwhile,
    delivered_since_begin,
    growth,
    unmetered,
    verdict,
)
from .lifecycle import begin, credit, finish, recognise
from .machine import flow_on
from .state import Returning, SessionState, Turn, seen_until

# Entities come back one after another; a counter that stays away longer decides nothing any more.
WAIT_S = 60.0


def absent(state: SessionState, message: Settled) -> SessionState:
    """Note that the charger or Home Assistant is, or was, away."""
    if message.restarted:
        # At once: a session that was about to end may be over before anything is decided.
        running = state.running and replace(state.running, reconstructed=True)
        return replace(state, returning=Returning(restarted=True), running=running)
    if message.connected is not None or state.returning is not None:
        return state
    state = seen_until(state, message.since)
    # While nobody was connected, it does not matter what else is known: a car may come, and charge, unseen.
    if state.connected is False if state.running is None else not message.metered:
        return replace(state, returning=Returning(restarted=False))
    return state


def arrive(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take what the charger says while it comes back, and decide once plug, counters and reader are known."""
    returning = state.returning
    assert returning is not None
    returning = _seen(returning, message)
    if message.connected is None:
        return replace(state, returning=replace(returning, deadline=None)), ()
    waited = returning.deadline or message.at.mono + WAIT_S
    state = replace(state, connected=message.connected)
    if not _complete(message, settings) and message.at.mono < waited:
        return replace(state, returning=replace(returning, deadline=waited)), ()
    state, outputs = decide(state, returning, message.at, settings)
    if message.metered:
        # A counter that was there all the time, while only the plug was away, need not have said anything new.
        state = replace(state, unmetered=None)
    state, more = flow_on(state, message, settings)
    return state, outputs + more


def _complete(message: Settled, settings: Settings) -> bool:
    """Whether all that can tell one car from another is there again."""
    return message.metered and (message.readable or not settings.charger.tells(Role.CARD))


def _seen(returning: Returning, message: Settled) -> Returning:
    whole = joined(message.before, message.fold)
    return replace(
        returning,
        meter=returning.meter.see(whole),
        gap=returning.gap or message.gap,
        rejected=returning.rejected + (whole.rejected if whole else 0),
    )


def overdue(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """Decide without the counter that did not come back."""
    returning = state.returning
    if returning is None or returning.deadline is None or at.mono < returning.deadline:
        return state, ()
    return decide(state, returning, at, settings)


def decide(state: SessionState, returning: Returning, at: Moment, settings: Settings) -> Turn:
    """One session goes on, or one ends and another begins."""
    unread = primary_role(settings.charger) is not Role.POWER and returning.meter.primary(settings.charger) is None
    state = replace(state, returning=None, unmetered=at if unread else None)
    found = _found(state, returning, at, settings)
    state, finished = _finish_settled(state, found, at, settings)
    state, outputs = _decided(_marked(state, found, returning, settings), found, at, settings, returning.restarted)
    return state, finished + outputs


def _found(state: SessionState, returning: Returning, at: Moment, settings: Settings) -> Return:
    last_tap = state.running.tapped if state.running else None
    unfed = state.running is not None and not state.running.energy_mwh
    found = Return(bool(state.connected), state.meter, returning.meter, last_tap, state.candidate, unfed)
    return believable(found, at, settings.charger)


def _decided(state: SessionState, found: Return, at: Moment, settings: Settings, restarted: bool) -> Turn:
    if state.running is None:
        return _resume_idle(state, found, at, settings)
    outcome = verdict(found, settings.charger)
    if outcome is Verdict.SAME:
        return _go_on(state, found, at, settings, restarted)
    state, outputs = _end(state, found, at, settings, ended=outcome is Verdict.ENDED)
    if outcome is Verdict.ENDED:
        return state, outputs
    received = delivered_since_begin(found, settings.charger)
    state, begun = _begin_another(_without_stale_card(state, found, settings), found, received, at, settings)
    return state, outputs + begun


def _finish_settled(state: SessionState, found: Return, at: Moment, settings: Settings) -> Turn:
    """A session whose end was confirmed before the absence does not go on after it; its counter's last step may."""
    running, closing = state.running, state.closing
    if running is None or closing is None or not closing.confirmed:
        return state, ()
    energy = delivered_last(found, closing.ended, settings.charger)
    if energy is None:
        running = replace(running, data_gap=True)
    elif energy:
        running = replace(running, reconstructed=True, meter_end_mwh=_meter_end(running, found, energy))
    state, delivered = credit(replace(state, running=running), energy or 0, closing.ended, settings)
    state, finished = finish(state, at, settings)
    return state, delivered + finished


def _marked(state: SessionState, found: Return, returning: Returning, settings: Settings) -> SessionState:
    running = state.running
    if running is None:
        return state
    marked = replace(
        running,
        data_gap=running.data_gap or returning.gap or found.doubtful or unmetered(found, settings.charger),
        rejected=running.rejected + returning.rejected,
    )
    return replace(state, running=marked)


def _without_stale_card(state: SessionState, found: Return, settings: Settings) -> SessionState:
    """A card that still stands there since the session before bills nobody."""
    return _bills_nobody(state, settings) if left_by_session(found.tapped, state.candidate) else state


def _without_unseen_card(state: SessionState, received_mwh: int, at: Moment, settings: Settings) -> SessionState:
    """A card that is shown once a car came and left unseen was held there for that car, and bills no other."""
    if not left_by_unseen_car(received_mwh, settings.options):
        return state
    return replace(_bills_nobody(state, settings), unseen=at)


def _bills_nobody(state: SessionState, settings: Settings) -> SessionState:
    """The card that is shown bills nobody until it is tapped again."""
    card = state.candidate.card
    if card is None or not applies(settings.charger):
        return state
    return replace(state, candidate=with_stale_card(settings), stale=card)


def _resume_idle(state: SessionState, found: Return, at: Moment, settings: Settings) -> Turn:
    state = replace(state, meter=found.filled)
    received = delivered_since_begin(found, settings.charger)
    received = received or growth(found.before.primary(settings.charger), found.now.primary(settings.charger)) or 0
    if not found.connected:
        return _without_unseen_card(state, received, at, settings), ()
    if found.before.seen_at is None:
        return begin(state, at, settings)
    return _begin_another(state, found, received, at, settings)


def _go_on(state: SessionState, found: Return, at: Moment, settings: Settings, restarted: bool) -> Turn:
    energy = delivered_meanwhile(found, settings.charger) or 0
    state, outputs = credit(replace(state, closing=None, meter=found.gone_on(energy)), energy, at, settings)
    assert state.running is not None
    running = replace(state.running, meter_end_mwh=found.filled.total, evidence_at=at)
    state, recognised = recognise(replace(state, running=running), at)
    if not restarted:
        return state, outputs + recognised
    return state, (_line("Recovered session", state, energy), *outputs, *recognised)


def _end(state: SessionState, found: Return, at: Moment, settings: Settings, ended: bool) -> Turn:
    """Close what was running at the last evidence of it, with the energy that the counters show for it."""
    running = state.running
    assert running is not None
    energy = delivered_before_end(found, settings.charger, ended)
    last = state.closing.ended if state.closing else running.evidence_at
    mismatch = _line("Session continuity mismatch", state, energy)
    marked = replace(running, reconstructed=True, meter_end_mwh=_meter_end(running, found, energy))
    state = replace(state, running=marked, meter=found.filled)
    state, delivered = credit(state, energy, last, settings)
    state, finished = finish(state, last, settings)
    return state, (mismatch, *delivered, *finished)


def _meter_end(running: Running, found: Return, energy_mwh: int) -> int | None:
    """Where the total stood when the session ended, which received so much while nobody looked."""
    end = running.meter_end_mwh
    return None if end is None else end + found.before.behind + energy_mwh


def _begin_another(state: SessionState, found: Return, received_mwh: int, at: Moment, settings: Settings) -> Turn:
    """A session that began while nobody looked; what it received until now is in it."""
    now = found.filled
    total_then = None if now.total is None else now.total - received_mwh
    state, started = begin(replace(state, meter=replace(now, total=total_then)), at, settings)
    assert state.running is not None
    gap = found.doubtful or unmetered(found, settings.charger)
    running = replace(state.running, reconstructed=True, meter_end_mwh=now.total, data_gap=gap)
    state, outputs = credit(replace(state, running=running, meter=now), received_mwh, at, settings)
    return state, (*started, *outputs)


def _line(what: str, state: SessionState, energy_mwh: int) -> Noted:
    assert state.running is not None
    session = f"{state.running.session_id} at {state.running.charger_name}"
    text = f"{what} {session}: {kwh(energy_mwh):.3f} kWh came meanwhile"
    return Noted("info", text)
