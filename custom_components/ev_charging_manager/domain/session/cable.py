"""The cable: a plug that goes in, goes off or flickers starts, ends or swaps the charger's session."""

from __future__ import annotations

from dataclasses import replace

from ..household import Settings
from ..messages import Settled
from ..metering.fold import Fold, joined, parted
from ..moment import Moment
from .active import Running
from .delivery import deliver
from .ending import WATCH_S, Closing, ClosingKind, Resumed, other_driver
from .gaps import left_unmetered
from .lifecycle import begin, finish, recognise
from .state import SessionState, Turn


def connect(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take the state of the plug, and the energy that came with it."""
    if message.connected is None:
        return deliver(state, joined(message.before, message.fold), settings, message)
    if message.connected is not state.connected:
        state = replace(state, connected=message.connected)
    if message.connected:
        return _plugged(state, message, settings)
    return _unplugged(state, message, settings)


def _plugged(state: SessionState, message: Settled, settings: Settings) -> Turn:
    whole = joined(message.before, message.fold)
    if state.running is None:
        return _started(state, message, whole, settings)
    if _another_car(state.running, state, message.at, whole):
        return _swapped(state, message, settings)
    state, delivered = deliver(_resumed(state, message.at), whole, settings, message)
    state, recognised = recognise(state, message.at)
    return state, delivered + recognised


def _started(state: SessionState, message: Settled, energy: Fold | None, settings: Settings) -> Turn:
    """Start a session with all energy of the act, because chargers may report it before the plug."""
    state, started = begin(state, message.since, settings)
    state, delivered = deliver(state, energy, settings)
    state, recognised = recognise(state, message.at)
    return state, started + delivered + recognised


def _swapped(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """End the session and start the other car's, each with its part of the act's energy."""
    earlier, later = parted(message.before, message.fold)
    state, left = deliver(state, earlier, settings, message)
    state, swapped = swap(state, message.at, settings, message.since)
    state, arrived = deliver(state, later, settings)
    state, recognised = recognise(state, message.at)
    return state, left + swapped + arrived + recognised


def _another_car(running: Running, state: SessionState, at: Moment, whole: Fold | None) -> bool:
    """Return whether another car is plugged in: another card was tapped, or the session counter was reset."""
    reset = whole is not None and whole.session is not None and whole.session.resets > 0
    closing = state.closing
    if closing is None:
        return reset and _watched(running, at)
    if closing.kind is ClosingKind.SETTLE:
        return True
    return reset or closing.began_again or _tapped_by_other(state, running, closing.ended)


def swapped_by_tap(state: SessionState) -> bool:
    """Return whether the card just tapped shows that another car was plugged in when the plug came back."""
    running = state.running
    if running is None or running.resumed is None or state.tapped is None or state.closing:
        return False
    if running.energy_mwh != running.resumed.energy_mwh or not _watched(running, state.tapped):
        return False
    return _tapped_by_other(state, running, running.resumed.ended)


def _tapped_by_other(state: SessionState, running: Running, ended: Moment) -> bool:
    if state.tapped is None or state.tapped.mono <= ended.mono:
        return False
    return other_driver(state.candidate, running.identity, running.energy_mwh)


def _watched(running: Running, at: Moment) -> bool:
    return running.resumed is not None and at.since(running.resumed.at) <= WATCH_S


def swap(state: SessionState, at: Moment, settings: Settings, since: Moment | None = None) -> Turn:
    """End the session when its plug went off, and start another one when a plug came back."""
    running = state.running
    assert running is not None
    resumed = running.resumed
    if state.closing is None and resumed is not None:
        since = resumed.at
        closing = Closing(ClosingKind.SETTLE, resumed.ended, at.mono)
        state = replace(state, closing=closing, running=running.with_windows(resumed.windows))
    state, finished = finish(state, at, settings)
    state, started = begin(state, since or at, settings)
    return state, finished + started


def _resumed(state: SessionState, at: Moment) -> SessionState:
    """Return the state without a pending end, because the plug came back within the grace time."""
    running = state.running
    closing = state.closing
    if running is None or closing is None:
        return state
    resumed = Resumed(closing.ended, at, running.energy_mwh, running.windows)
    return replace(state, closing=None, running=replace(running, resumed=resumed))


def _unplugged(state: SessionState, message: Settled, settings: Settings) -> Turn:
    whole = joined(message.before, message.fold)
    state, outputs = deliver(state, whole, settings, message)
    if state.running is None:
        return state, outputs
    closing = state.closing
    if closing is None:
        closing = _closing(message, settings)
        if left_unmetered(state, message.since, settings):
            state = replace(state, running=replace(state.running, data_gap=True))
    return replace(state, closing=_closing_on(closing, message, whole, settings)), outputs


def _closing(message: Settled, settings: Settings) -> Closing:
    """Return the pending end: grace while the lock shows that the cable is still in, else a confirmed end.

    Without a grace time, the plug alone decides.
    """
    mono = message.at.mono
    if message.locked and settings.options.grace_s > 0:
        return Closing(ClosingKind.GRACE, message.since, mono + settings.options.grace_s)
    return Closing(ClosingKind.SETTLE, message.since, mono + settings.options.debounce_s)


def _closing_on(closing: Closing, message: Settled, whole: Fold | None, settings: Settings) -> Closing:
    if whole is not None and whole.session is not None and whole.session.resets:
        closing = replace(closing, began_again=True)
    return closing.lock(message.locked, message.at.mono, settings.options.debounce_s)
