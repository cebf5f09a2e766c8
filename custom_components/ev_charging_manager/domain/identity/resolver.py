"""From what the card reader says to who would be charging."""

from __future__ import annotations

from dataclasses import replace

from ..card import UNAVAILABLE, CardKind, CardReading
from ..household import Role, Settings
from ..messages import CardRead, CarKnown, CarPlugged, ChoiceKnown, Driver, DriverChosen, IdentityKnown, Settled, Tapped
from ..moment import Moment
from ..value import value
from .choice import chosen
from .identity import by_car, by_card, without_card


@value
class ResolvingState:
    """The reader's value, since when it stands, and the value that belongs to an earlier session and bills nobody.

    `away`: the reader is unavailable; `reading` is then the last it said. `missed`: a car left meanwhile, for which
    the card may have been held there that the reader shows when it returns.
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
    changed = reading != state.reading
    if reading.kind is CardKind.UNAVAILABLE:
        # A reader that is away says nothing about the card it will show when it returns.
        state = replace(state, away=True)
        return state, (replace(_known(state, message.at, settings), repeated=message.repeated),)
    fresh = replace(
        state,
        away=False,
        missed=False,
        reading=reading,
        read_at=message.at if changed else state.read_at,
        stale=_stale(state, reading),
    )
    tapped = changed and not message.repeated and reading != fresh.stale
    return fresh, _told(fresh, message, settings, tapped)


def _stale(state: ResolvingState, reading: CardReading) -> CardReading | None:
    """The card that bills nobody; whether the reader comes back before the plug or after it makes no difference."""
    if state.missed and not state.connected:
        return reading
    return state.stale if _still_stale(state, reading) else None


def _still_stale(state: ResolvingState, reading: CardReading) -> bool:
    """Whether the card of an earlier session still bills nobody.

    A reader that says nothing for a moment while a car is connected shows the same card afterwards, and nobody held it
    there. Between two cars that may be how it shows that there is no card.
    """
    return reading == state.stale or (reading.kind is CardKind.SILENT and state.connected is True)


def settled(state: ResolvingState, message: Settled, settings: Settings) -> tuple[ResolvingState, Outputs]:
    """Pass the connection on; at its end, what the reader still shows belongs to the session that ended."""
    was = state.connected
    if message.connected is not None and message.connected is not was:
        state = replace(state, connected=message.connected)
    if message.connected is not False or not was:
        return state, (message,)
    if settings.charger.card_belongs_to_transaction:
        return state, (message,)
    state = replace(state, missed=state.away)
    if not _before(state.read_at, message.since):
        return state, (message,)
    state = replace(state, stale=state.reading)
    return state, (message, _known(state, message.at, settings))


def configured(
    state: ResolvingState, at: Moment, settings: Settings
) -> tuple[ResolvingState, tuple[IdentityKnown, ...]]:
    """Look the present card up again: a card that was just mapped identifies the running session."""
    return state, (_known(state, at, settings),)


def told(message: DriverChosen | CarPlugged, settings: Settings) -> tuple[Chosen, ...]:
    """Whom a person chose, or which car plugged itself in; nothing where that one is gone by now."""
    if isinstance(message, DriverChosen):
        return _chosen(message, settings)
    identity = by_car(message.vehicle_id, settings)
    return (CarKnown(message.at, message.session_id, identity),) if identity else ()


def _chosen(message: DriverChosen, settings: Settings) -> tuple[ChoiceKnown, ...]:
    if message.driver is Driver.USER and message.user_id not in settings.household.users:
        return ()
    identity = chosen(message.driver, message.user_id, message.vehicle_id, settings.household)
    return (ChoiceKnown(message.at, identity),)


def _before(read_at: Moment | None, since: Moment) -> bool:
    return read_at is None or read_at.mono <= since.mono


def _told(
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
    reading = UNAVAILABLE if state.away else state.reading
    is_stale = state.stale is not None and state.stale == reading
    if reading.kind is CardKind.CARD and not is_stale:
        return IdentityKnown(at, by_card(reading, settings), tapped)
    identity = without_card(reading, settings)
    waiting = reading.kind is CardKind.NOBODY and settings.charger.tells(Role.CARD) and not identity.known
    return IdentityKnown(at, identity, tapped, waiting)
