"""Data gaps: a time in which the session's counter cannot be read, and the energy that may be missing for it."""

from __future__ import annotations

from dataclasses import replace

from ..household import Role, Settings
from ..messages import Settled
from ..metering.fold import CounterFold, joined
from ..metering.meter import primary_counter, primary_role
from ..moment import Moment
from .active import Running
from .state import SessionState, Turn


def watch_meter(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Note since when energy cannot be measured; once it can again, mark the session if some may be missing."""
    since = state.unmetered
    if _unmetered(message, settings):
        if since is None:
            state = replace(state, unmetered=message.at)
        return state, ()
    if since is None:
        return state, ()
    state = replace(state, unmetered=None)
    running = state.running
    if running is None or not _missing(running, since, message, settings):
        return state, ()
    return replace(state, running=replace(running, data_gap=True)), ()


def left_unmetered(state: SessionState, ended: Moment, settings: Settings) -> bool:
    """Return whether a car that leaves may have taken energy that was never measured."""
    running = state.running
    since = state.unmetered
    # Many chargers lose their session counter together with the plug; that is no gap.
    if running is None or since is None or ended.since(since) <= settings.options.debounce_s:
        return False
    return _flowed(running, since, settings)


def _unmetered(message: Settled, settings: Settings) -> bool:
    if primary_role(settings.charger) is Role.POWER:
        return message.connected is None and message.flow is None
    return not message.metered


def _missing(running: Running, since: Moment, message: Settled, settings: Settings) -> bool:
    if primary_role(settings.charger) is Role.POWER:
        return _power_missing(running, since, message, settings)
    counter = _primary(message, settings)
    if counter is None:
        return False
    if running.started.mono >= since.mono:
        return _missing_from_start(counter)
    return _missing_before_reset(counter) and _flowed(running, since, settings)


def _power_missing(running: Running, since: Moment, message: Settled, settings: Settings) -> bool:
    if message.at.since(since) > settings.options.idle_timeout_s:
        # Long enough for the car to leave and another one to charge.
        return True
    return running.windows.flowing or message.flow is True


def _missing_from_start(counter: CounterFold) -> bool:
    """Return whether a counter, unreadable at the session's start, may have been reset unseen: it returned higher."""
    return counter.rise > 0 and not counter.resets


def _missing_before_reset(counter: CounterFold) -> bool:
    """Return whether no reading contains the last energy before a reset. Many counters return with a zero first."""
    return counter.resets > 0 and counter.last > 0


def _primary(message: Settled, settings: Settings) -> CounterFold | None:
    whole = joined(message.before, message.fold)
    if whole is None:
        return None
    return primary_counter(whole, settings.charger)


def _flowed(running: Running, since: Moment, settings: Settings) -> bool:
    """Return whether energy may have flowed after a moment."""
    charger = settings.charger
    if not (charger.maps(Role.STATUS) or charger.maps(Role.POWER)):
        # Without status and power, only the unreadable counter would show a flow.
        return True
    window = running.windows.open
    if window is not None and (window.quiet_since is None or window.quiet_since.mono > since.mono):
        return True
    return any(window.ended_at > since.utc for window in running.windows.closed)
