"""Who has a session besides whom the reader names: a person's choice, the car's own plug, a card mapped afterwards."""

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

# A choice made before the car comes outranks the card of whoever comes, so it must not wait for days.
AHEAD_S = 3600.0


def choose(state: SessionState, message: ChoiceKnown) -> Turn:
    """Take a person's choice, or its withdrawal: for the running session, while idle for the next.

    It needs no evidence: who was looked at while grace ran or the charger was away is who was meant.
    """
    if state.running is not None:
        return given(replace(state, ahead=None), replace(state.running, chosen=message.identity), message.at)
    until = message.at.mono + AHEAD_S
    return replace(state, ahead=Ahead(message.identity, until) if message.identity else None), ()


def expire(state: SessionState, at: Moment) -> SessionState:
    """Forget a choice for a session that did not begin in time."""
    ahead = state.ahead
    return state if ahead is None or at.mono < ahead.until else replace(state, ahead=None)


def chosen_now(state: SessionState) -> Identity | None:
    """Whom a person chose for the running session, or while idle for the next."""
    if state.running is not None:
        return state.running.chosen
    return state.ahead.identity if state.ahead else None


def car_known(state: SessionState, message: CarKnown) -> Turn:
    """Take the car, if the session that it was seen in still runs."""
    running = state.running
    if running is None or running.session_id != message.session_id:
        return state, ()
    return given(state, replace(running, identity=with_car(running.identity, message.identity)), message.at)


def look_up(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """Ask whose the session's card is, if it was nobody's so far.

    The reader may show it no longer: many clear it as soon as it was read.
    """
    running = state.running
    if running is None or running.identity.card is None or not stranger(running.identity):
        return state, ()
    owner = by_card(reading_of(running.identity.card, running.charger_id), settings)
    if not owner.known:
        return state, ()
    return given(state, replace(running, identity=with_car(owner, running.identity), tapped=owner), at)
