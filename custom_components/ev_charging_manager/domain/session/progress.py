"""The present state of a charger, as people see it."""

from __future__ import annotations

from ..household import Role, Settings
from ..messages import Phase, Progress, Status
from ..moment import Moment
from .assignment import chosen_now
from .state import SessionState


def progress(state: SessionState, at: Moment, settings: Settings) -> Progress:
    """Return the live view of a charger, without its cost."""
    running = state.running
    record = None
    started = None
    if running is not None:
        record = running.record(at)
        started = running.started
    power_w = None
    if settings.charger.maps(Role.POWER):
        power_w = state.meter.power_w
    return Progress(
        at=at,
        status=status(state),
        phase=phase(state),
        record=record,
        started=started,
        power_w=power_w,
        flowing=_flowing(state, settings),
        available=state.connected is not None,
        chosen=chosen_now(state),
    )


def status(state: SessionState) -> Status:
    """Return whether a session runs, or waits for its end."""
    if state.running is None:
        return Status.IDLE
    if state.closing is not None:
        return Status.COMPLETING
    return Status.TRACKING


def phase(state: SessionState) -> Phase:
    """Return what the charger waits for, or does."""
    running = state.running
    if running is None:
        return _idle_phase(state)
    windows = running.windows
    if windows.open is not None and state.closing is None:
        return Phase.CHARGING
    if windows.any:
        return Phase.CHARGED
    if state.waiting and not running.who.known:
        return Phase.WAITING_FOR_CARD
    return Phase.STARTING


def _idle_phase(state: SessionState) -> Phase:
    if state.candidate.card is None:
        return Phase.IDLE
    return Phase.WAITING_FOR_PLUG


def _flowing(state: SessionState, settings: Settings) -> bool:
    running = state.running
    if running is None or state.closing is not None:
        return False
    if settings.charger.maps(Role.STATUS) or settings.charger.maps(Role.POWER):
        return running.windows.flowing
    return running.windows.open is not None
