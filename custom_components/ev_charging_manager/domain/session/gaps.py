"""A time in which nobody can read what sessions are measured with, and what may be missing in a record for it."""

from __future__ import annotations

from dataclasses import replace

from ..household import Role, Settings
from ..messages import Settled
from ..metering.fold import CounterFold, joined
from ..metering.meter import primary_role
from ..moment import Moment
from .active import Running
from .state import SessionState, Turn


def watch_meter(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Note since when energy cannot be measured, and once it can again, whether some may be missing."""
    if _unmetered(message, settings):
        return (state, ()) if state.unmetered else (replace(state, unmetered=message.at), ())
    since, running = state.unmetered, state.running
    if since is None:
        return state, ()
    state = replace(state, unmetered=None)
    if running is None or not _missing(running, since, message, settings):
        return state, ()
    return replace(state, running=replace(running, data_gap=True)), ()


def left_unmetered(state: SessionState, ended: Moment, settings: Settings) -> bool:
    """Whether a car that leaves took energy that nobody will ever know of."""
    running, since = state.running, state.unmetered
    # Many chargers lose their session's counter with the plug.
    if running is None or since is None or ended.since(since) <= settings.options.debounce_s:
        return False
    return _flowed(running, since, settings)


def _unmetered(message: Settled, settings: Settings) -> bool:
    if primary_role(settings.charger) is Role.POWER:
        return message.connected is None and message.flow is None
    return not message.metered


def _missing(running: Running, since: Moment, message: Settled, settings: Settings) -> bool:
    if primary_role(settings.charger) is Role.POWER:
        # Whoever stopped for so long would have left by that, and others may have come.
        long = message.at.since(since) > settings.options.idle_timeout_s
        return long or running.windows.flowing or message.flow is True
    counter = _primary(message, settings)
    if running.started.mono >= since.mono:
        # It came back above where it was: it may have begun again unseen, for this car or another.
        return counter is not None and counter.rise > 0 and not counter.resets
    # It began again meanwhile: what it had counted until then is in no reading. Many come back with a zero first.
    began_again = counter is not None and counter.resets > 0 and counter.last > 0
    return began_again and _flowed(running, since, settings)


def _primary(message: Settled, settings: Settings) -> CounterFold | None:
    whole = joined(message.before, message.fold)
    if whole is None:
        return None
    return whole.session if primary_role(settings.charger) is Role.SESSION_ENERGY else whole.total


def _flowed(running: Running, since: Moment, settings: Settings) -> bool:
    charger, windows = settings.charger, running.windows
    if not (charger.tells(Role.STATUS) or charger.tells(Role.POWER)):
        # Nothing but the counter itself tells of the flow.
        return True
    quiet = windows.open.quiet_since if windows.open else None
    return windows.flowing or (quiet is not None and quiet.mono > since.mono) or _window_after(running, since)


def _window_after(running: Running, since: Moment) -> bool:
    return any(window.ended_at > since.utc for window in running.windows.closed)
