"""What a charger does at this moment, in the words that people are shown."""

from __future__ import annotations

from ..household import Role, Settings
from ..messages import Phase, Progress, Status
from ..moment import Moment
from .driver import chosen_now
from .state import SessionState


def progress(state: SessionState, at: Moment, settings: Settings) -> Progress:
    """The live view of a charger, without its cost."""
    running = state.running
    power_w = state.meter.power_w if settings.charger.tells(Role.POWER) else None
    record, started = (running.record(at), running.started) if running else (None, None)
    flowing, available = _flowing(state, settings), state.connected is not None
    return Progress(at, status(state), phase(state), record, started, power_w, flowing, available, chosen_now(state))


def status(state: SessionState) -> Status:
    """Whether a session runs, or waits to be over."""
    if state.running is None:
        return Status.IDLE
    return Status.COMPLETING if state.closing else Status.TRACKING


def phase(state: SessionState) -> Phase:
    """What the charger waits for or does."""
    running = state.running
    if running is None:
        return Phase.WAITING_FOR_PLUG if _card_waits(state) else Phase.IDLE
    if running.windows.open is not None and not state.closing:
        return Phase.CHARGING
    if running.windows.any:
        return Phase.CHARGED
    return Phase.WAITING_FOR_CARD if state.waiting and not running.who.known else Phase.STARTING


def _card_waits(state: SessionState) -> bool:
    return state.candidate.card is not None


def _flowing(state: SessionState, settings: Settings) -> bool:
    running = state.running
    if running is None or state.closing:
        return False
    if settings.charger.tells(Role.STATUS) or settings.charger.tells(Role.POWER):
        return running.windows.flowing
    return running.windows.open is not None
