"""The cable: what plugging in, unplugging and a plug that flickers do to a charger's session."""

from __future__ import annotations

from dataclasses import replace

from ..household import Settings
from ..messages import Settled
from ..metering.fold import Fold, joined, parted
from ..moment import Moment
from .active import Running
from .ending import WATCH_S, Closing, ClosingKind, Resumed, other_driver
from .gaps import left_unmetered
from .lifecycle import begin, deliver, finish, recognise
from .state import Output, SessionState, Turn


def connect(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take what is known of the cable, and the energy that came with it."""
    if message.connected is None:
        return deliver(state, joined(message.before, message.fold), settings, message)
    if message.connected is not state.connected:
        state = replace(state, connected=message.connected)
    if message.connected:
        return _plugged(state, message, settings)
    return _unplugged(state, message, settings)


def _plugged(state: SessionState, message: Settled, settings: Settings) -> Turn:
    outputs: tuple[Output, ...] = ()
    # Without a session before it, all of the act is the new one's: its energy may be said before its plug.
    later, seen = joined(message.before, message.fold), message if state.running else None
    if state.running and _another_car(state, message.at, later):
        earlier, later = parted(message.before, message.fold)
        state, outputs = deliver(state, earlier, settings, message)
        state, swapped = swap(state, message.at, settings, message.since)
        outputs, seen = outputs + swapped, None
    if state.running is None:
        state, outputs = begin(state, message.since, settings)
    state, delivered = deliver(_resumed(state, message.at), later, settings, seen)
    state, recognised = recognise(state, message.at)
    return state, outputs + delivered + recognised


def _another_car(state: SessionState, at: Moment, whole: Fold | None) -> bool:
    """Whether the plug did more than flicker: another card, or a counter that began again, is another car."""
    assert state.running is not None
    reset = whole is not None and whole.session is not None and whole.session.resets > 0
    if state.closing is None:
        return reset and _watched(state.running, at)
    if state.closing.kind is ClosingKind.SETTLE:
        return True
    return reset or state.closing.began_again or _tapped_by_other(state, state.closing.ended)


def swapped_by_tap(state: SessionState) -> bool:
    """Whether a card says that the plug which came back was another car's."""
    running = state.running
    if running is None or running.resumed is None or state.tapped is None or state.closing:
        return False
    nothing_since = running.energy_mwh == running.resumed.energy_mwh
    watched = nothing_since and _watched(running, state.tapped)
    return watched and _tapped_by_other(state, running.resumed.ended)


def _tapped_by_other(state: SessionState, ended: Moment) -> bool:
    running = state.running
    if running is None or state.tapped is None or state.tapped.mono <= ended.mono:
        return False
    return other_driver(state.candidate, running.identity, running.energy_mwh)


def _watched(running: Running, at: Moment) -> bool:
    return running.resumed is not None and at.since(running.resumed.at) <= WATCH_S


def swap(state: SessionState, at: Moment, settings: Settings, since: Moment | None = None) -> Turn:
    """End the session when its plug went off, and begin another when a plug came on."""
    running = state.running
    assert running is not None
    if state.closing is None and running.resumed is not None:
        since, resumed = running.resumed.at, running.resumed
        closing = Closing(ClosingKind.SETTLE, resumed.ended, at.mono)
        state = replace(state, closing=closing, running=replace(running, windows=resumed.windows))
    state, finished = finish(state, at, settings)
    state, started = begin(state, since or at, settings)
    return state, finished + started


def _resumed(state: SessionState, at: Moment) -> SessionState:
    """Note that the plug is back, where grace ran."""
    running, closing = state.running, state.closing
    if running is None or closing is None:
        return state
    resumed = Resumed(closing.ended, at, running.energy_mwh, running.windows)
    return replace(state, closing=None, running=replace(running, resumed=resumed))


def _unplugged(state: SessionState, message: Settled, settings: Settings) -> Turn:
    whole = joined(message.before, message.fold)
    state, outputs = deliver(state, whole, settings, message)
    if state.running is None:
        return state, outputs
    if state.closing is None:
        closing = _closing(message, settings)
        gap = state.running.data_gap or left_unmetered(state, message.since, settings)
        state = replace(state, closing=closing, running=replace(state.running, data_gap=gap))
    return replace(state, closing=_closing_on(state, message, whole, settings)), outputs


def _closing(message: Settled, settings: Settings) -> Closing:
    """The plug is off: over, unless a lock says that the cable is still in."""
    mono, options = message.at.mono, settings.options
    if message.locked:
        return Closing(ClosingKind.GRACE, message.since, mono + options.grace_s)
    return Closing(ClosingKind.SETTLE, message.since, mono + options.debounce_s)


def _closing_on(state: SessionState, message: Settled, whole: Fold | None, settings: Settings) -> Closing:
    closing = state.closing
    assert closing is not None
    if whole is not None and whole.session is not None and whole.session.resets:
        closing = replace(closing, began_again=True)
    return closing.lock(message.locked, message.at.mono, settings.options.debounce_s)
