"""An absence of the charger or of Home Assistant: collect the evidence after the return, then decide."""

from __future__ import annotations

from dataclasses import replace

from ..household import Role, Settings
from ..messages import Settled
from ..metering.fold import joined
from ..metering.meter import primary_role
from ..moment import Moment
from .machine import flow_on
from .state import Returning, SessionState, Turn, seen_until
from .succession import succeed

# Entities return one after another; the decision waits this long for a counter or a card reader.
WAIT_S = 60.0


def absent(state: SessionState, message: Settled) -> SessionState:
    """Note that the charger or Home Assistant is, or was, away."""
    if message.restarted:
        return _restarted(state)
    if message.connected is not None or state.returning is not None:
        return state
    state = seen_until(state, message.since)
    # Without a connected car, a car may come and charge unseen, whichever other signals are available.
    away = not message.metered
    if state.running is None:
        away = state.connected is False
    if away:
        return replace(state, returning=Returning(restarted=False))
    return state


def _restarted(state: SessionState) -> SessionState:
    # Mark the session now: if its end is pending, it may end before the decision.
    running = state.running
    if running is not None:
        running = replace(running, reconstructed=True)
    return replace(state, returning=Returning(restarted=True), running=running)


def arrive(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Collect the evidence of a charger that returns, and decide once plug, counters and reader are known."""
    assert state.returning is not None
    returning = _seen(state.returning, message)
    if message.connected is None:
        return replace(state, returning=replace(returning, deadline=None)), ()
    deadline = returning.deadline or message.at.mono + WAIT_S
    state = replace(state, connected=message.connected)
    if not _complete(message, settings) and message.at.mono < deadline:
        return replace(state, returning=replace(returning, deadline=deadline)), ()
    state, outputs = _decide(state, returning, message.at, settings)
    if message.metered:
        # If only the plug was away, the counters are readable although they sent no new reading.
        state = replace(state, unmetered=None)
    state, more = flow_on(state, message, settings)
    return state, outputs + more


def overdue(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """Decide without an entity that did not return in time."""
    returning = state.returning
    if returning is None or returning.deadline is None or at.mono < returning.deadline:
        return state, ()
    return _decide(state, returning, at, settings)


def _complete(message: Settled, settings: Settings) -> bool:
    """Return whether all evidence that distinguishes one car from another is available."""
    return message.metered and (message.readable or not settings.charger.maps(Role.CARD))


def _seen(returning: Returning, message: Settled) -> Returning:
    returning = replace(returning, gap=returning.gap or message.gap)
    whole = joined(message.before, message.fold)
    if whole is None:
        return returning
    return replace(returning, meter=returning.meter.see(whole), rejected=returning.rejected + whole.rejected)


def _decide(state: SessionState, returning: Returning, at: Moment, settings: Settings) -> Turn:
    charger = settings.charger
    unmetered = None
    if primary_role(charger) is not Role.POWER and returning.meter.primary(charger) is None:
        unmetered = at
    return succeed(replace(state, returning=None, unmetered=unmetered), returning, at, settings)
