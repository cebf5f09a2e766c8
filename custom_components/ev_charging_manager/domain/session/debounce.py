"""Settles contradictory signs: what the signals come to once they agree, or once waiting has gone on long enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..card import UNAVAILABLE, CardKind, CardReading
from ..evidence import Signals, evidence, flow
from ..household import Settings
from ..messages import CardRead, Observed, Settled
from ..metering.fold import joined
from ..moment import Moment
from ..value import value


@dataclass(frozen=True, slots=True)
class Doubt:
    """Signals that are not believed yet. What comes meanwhile is held back, so that order is kept."""

    connected: bool
    since: Moment
    deadline: float
    held: Observed
    cards: tuple[CardRead, ...] = ()


@value
class SettlingState:
    """The connection that is believed, since when, and the doubt about it."""

    connected: bool | None = None
    since: Moment | None = None
    card: CardReading = UNAVAILABLE
    doubt: Doubt | None = None

    @property
    def deadline(self) -> float | None:
        """When the doubt ends by itself, in monotonic seconds."""
        return self.doubt.deadline if self.doubt else None


type Outputs = tuple[CardRead | Settled, ...]


def observe(state: SettlingState, message: Observed, settings: Settings) -> tuple[SettlingState, Outputs]:
    """Take one act of the charger."""
    state, cards = _read_card(state, message)
    held = _with(state.doubt.held, message) if state.doubt else message
    verdict = evidence(held.signals, settings)
    connected = verdict.connected
    if connected is None or connected is state.connected or verdict.wait_s <= 0:
        return _settle(state, held, connected, _since(state, message, connected), cards)
    doubt = _doubt(state, message.at, connected, verdict.wait_s)
    if verdict.contradictory:
        said = (_settled(replace(held, before=None, fold=None), None, held.at),) if held.restarted else ()
        held = replace(held, restarted=False)
        return replace(state, doubt=replace(doubt, held=held, cards=(*doubt.cards, *cards))), said
    return _go_on(state, replace(doubt, held=_emptied(held)), held, cards)


def woken(state: SettlingState, at: Moment) -> tuple[SettlingState, Outputs]:
    """The time of waiting may be over: the best evidence then counts."""
    doubt = state.doubt
    if doubt is None or at.mono < doubt.deadline:
        return state, ()
    held = replace(doubt.held, at=at)
    return _settle(state, held, doubt.connected, doubt.since, ())


def _read_card(state: SettlingState, message: Observed) -> tuple[SettlingState, tuple[CardRead, ...]]:
    reading = message.signals.card
    changed = reading != state.card
    if not changed and not message.snapshot:
        return state, ()
    return replace(state, card=reading), (CardRead(message.at, reading, repeated=message.snapshot),)


def _since(state: SettlingState, message: Observed, connected: bool | None) -> Moment:
    if state.doubt and state.doubt.connected is connected:
        return state.doubt.since
    return message.at


def _doubt(state: SettlingState, at: Moment, connected: bool, wait_s: float) -> Doubt:
    earlier = state.doubt
    if earlier is None or earlier.connected is not connected:
        return Doubt(connected, at, at.mono + wait_s, Observed(at, Signals()), earlier.cards if earlier else ())
    # A contradiction may give way to the wait for power to stay away, and the reverse; the shorter wait counts.
    return replace(earlier, deadline=min(earlier.deadline, at.mono + wait_s))


def _go_on(
    state: SettlingState, doubt: Doubt, held: Observed, cards: tuple[CardRead, ...]
) -> tuple[SettlingState, Outputs]:
    """Wait with the connection as it was, and let everything else pass: only time can tell, and it may be long."""
    settled = _settled(held, state.connected, state.since or held.at)
    return replace(state, doubt=replace(doubt, cards=())), (*doubt.cards, *cards, settled)


def _emptied(held: Observed) -> Observed:
    return Observed(held.at, held.signals)


def _settle(
    state: SettlingState, held: Observed, connected: bool | None, since: Moment, cards: tuple[CardRead, ...]
) -> tuple[SettlingState, Outputs]:
    late = (*state.doubt.cards, *cards) if state.doubt else cards
    if connected is state.connected and state.since is not None:
        since = state.since
    settled = _settled(held, connected, since)
    if state.doubt or connected is not state.connected or since is not state.since:
        state = SettlingState(connected, since, state.card)
    first, after = (late, ()) if connected else ((), late)
    return state, (*first, settled, *after)


def _settled(held: Observed, connected: bool | None, since: Moment) -> Settled:
    signals = held.signals
    readable = signals.card.kind is not CardKind.UNAVAILABLE
    # By position, as in `Running.record`.
    return Settled(
        held.at,
        connected,
        since,
        signals.locked,
        flow(signals),
        signals.metered,
        readable,
        held.before,
        held.fold,
        held.snapshot,
        held.restarted,
        held.gap,
    )


def _with(held: Observed, later: Observed) -> Observed:
    """What was held back, followed by a later act; the later signals count."""
    return Observed(
        at=later.at,
        signals=later.signals,
        before=held.before,
        fold=joined(joined(held.fold, later.before), later.fold),
        snapshot=held.snapshot or later.snapshot,
        restarted=held.restarted or later.restarted,
        gap=held.gap or later.gap,
    )
