"""The resolver's domain: from the card reader's value to the identity that it stands for."""

from __future__ import annotations

from dataclasses import replace

from ..card import UNAVAILABLE, CardKind, CardReading
from ..household import Role, Settings
from ..messages import CardRead, CarKnown, CarPlugged, ChoiceKnown, Driver, DriverChosen, IdentityKnown, Settled, Tapped
from ..moment import Moment
from ..value import value
from .choice import chosen
from .identity import by_car, by_card, without_card
from .stale_card import applies, is_stale, left_after_reading, left_at_end, with_stale_card


@value
class ResolvingState:
    """The reader's value and what is known about it.

    `reading` is the last value while the reader was available, `read_at` the moment of its last change. `stale` is the
    value that belongs to an earlier session (see `stale_card`). `away`: the reader is unavailable. `missed`: a car left
    while it was.
    """

    reading: CardReading = UNAVAILABLE
    read_at: Moment | None = None
    stale: CardReading | None = None
    connected: bool | None = None
    away: bool = False
    missed: bool = False


type Chosen = ChoiceKnown | CarKnown
type Outputs = tuple[Settled | IdentityKnown | Tapped, ...]


def read_card(state: ResolvingState, message: CardRead, settings: Settings) -> tuple[ResolvingState, Outputs]:
    """Take a value of the reader. A change is a tap; a repetition in a snapshot is not."""
    reading = message.reading
    if reading.kind is CardKind.UNAVAILABLE:
        # The reader may show any card when it returns, so the last one stays as it is.
        state = replace(state, away=True)
        return state, (replace(_known(state, message.at, settings), repeated=message.repeated),)
    changed = reading != state.reading
    stale = left_after_reading(state.stale, reading, state.connected, state.missed)
    tapped = changed and not message.repeated and reading != stale
    read_at = message.at if changed else state.read_at
    state = replace(state, away=False, missed=False, reading=reading, read_at=read_at, stale=stale)
    return state, _read(state, message, settings, tapped)


def settled(state: ResolvingState, message: Settled, settings: Settings) -> tuple[ResolvingState, Outputs]:
    """Pass the connection on. When a car leaves, the card that the reader shows may become stale."""
    left = state.connected is True and message.connected is False
    if message.connected is not None and message.connected is not state.connected:
        state = replace(state, connected=message.connected)
    if not left or not applies(settings.charger):
        return state, (message,)
    state = replace(state, missed=state.away)
    if not left_at_end(state.read_at, message.since):
        return state, (message,)
    state = replace(state, stale=state.reading)
    return state, (message, _known(state, message.at, settings))


def configured(
    state: ResolvingState, at: Moment, settings: Settings
) -> tuple[ResolvingState, tuple[IdentityKnown, ...]]:
    """Look the present card up again: a card that was just assigned identifies the running session."""
    return state, (_known(state, at, settings),)


def look_up(message: DriverChosen | CarPlugged, settings: Settings) -> tuple[Chosen, ...]:
    """Return the identity of a choice or of a car; empty where its user or car was deleted."""
    if isinstance(message, DriverChosen):
        return _chosen(message, settings)
    identity = by_car(message.vehicle_id, settings)
    if identity is None:
        return ()
    return (CarKnown(message.at, message.session_id, identity),)


def _chosen(message: DriverChosen, settings: Settings) -> tuple[ChoiceKnown, ...]:
    if message.driver is Driver.USER and message.user_id not in settings.household.users:
        return ()
    identity = chosen(message.driver, message.user_id, message.vehicle_id, settings.household)
    return (ChoiceKnown(message.at, identity),)


def _read(
    state: ResolvingState, message: CardRead, settings: Settings, tapped: bool
) -> tuple[IdentityKnown | Tapped, ...]:
    known = _known(state, message.at, settings, tapped and state.reading.kind is CardKind.CARD)
    if not known.tapped:
        return (replace(known, repeated=message.repeated),)
    card = state.reading.text or ""
    return (
        Tapped(message.at, settings.charger.charger_id, card, known.identity.known, known.identity),
        known,
    )


def _known(state: ResolvingState, at: Moment, settings: Settings, tapped: bool = False) -> IdentityKnown:
    if state.away:
        return _cardless(UNAVAILABLE, at, settings, tapped)
    if state.reading.kind is not CardKind.CARD:
        return _cardless(state.reading, at, settings, tapped)
    if is_stale(state.stale, state.reading):
        return IdentityKnown(at, with_stale_card(settings), tapped)
    return IdentityKnown(at, by_card(state.reading, settings), tapped)


def _cardless(reading: CardReading, at: Moment, settings: Settings, tapped: bool) -> IdentityKnown:
    identity = without_card(reading, settings)
    waiting = reading.kind is CardKind.NOBODY and settings.charger.maps(Role.CARD) and not identity.known
    return IdentityKnown(at, identity, tapped, waiting)
