"""Drivers found after the start of a session: a person's choice, a car's own plug, a card that was assigned late."""

from __future__ import annotations

from dataclasses import replace

from ..card import reading_of
from ..household import Settings
from ..identity.identity import by_card, stranger, with_car
from ..messages import CarKnown, ChoiceKnown
from ..moment import Moment
from ..records import Identity
from .lifecycle import given
from .state import Ahead, SessionState, Turn

# A choice outranks the card of the next driver, so a choice made before the car arrives expires.
AHEAD_S = 3600.0


def choose(state: SessionState, message: ChoiceKnown) -> Turn:
    """Take a person's choice or its withdrawal: for the running session, else for the next one.

    It applies to the session shown to that person, also while its end is pending or the charger is away.
    """
    if state.running is not None:
        return given(replace(state, ahead=None), replace(state.running, chosen=message.identity), message.at)
    if message.identity is None:
        return replace(state, ahead=None), ()
    return replace(state, ahead=Ahead(message.identity, message.at.mono + AHEAD_S)), ()


def expire(state: SessionState, at: Moment) -> SessionState:
    """Drop a choice for a session that did not start in time."""
    if state.ahead is None or at.mono < state.ahead.until:
        return state
    return replace(state, ahead=None)


def chosen_now(state: SessionState) -> Identity | None:
    """Return the driver that a person chose for the running session, or while idle for the next one."""
    if state.running is not None:
        return state.running.chosen
    if state.ahead is not None:
        return state.ahead.identity
    return None


def car_known(state: SessionState, message: CarKnown) -> Turn:
    """Take the car if the session in which it was seen still runs."""
    running = state.running
    if running is None or running.session_id != message.session_id:
        return state, ()
    return given(state, replace(running, identity=with_car(running.identity, message.identity)), message.at)


def look_up(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """Look up the card of the running session again if it had no user so far.

    The session keeps the card, because many readers clear it right after reading.
    """
    running = state.running
    if running is None or running.identity.card is None or not stranger(running.identity):
        return state, ()
    owner = by_card(reading_of(running.identity.card, running.charger_id), settings)
    if not owner.known:
        return state, ()
    return given(state, replace(running, identity=with_car(owner, running.identity), tapped=owner), at)
