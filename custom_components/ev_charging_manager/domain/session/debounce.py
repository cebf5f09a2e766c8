"""The debounce: contradictory signals wait until they agree, or until a timeout; then the best evidence counts."""

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
    """Signals that are not trusted yet, since a moment and until a deadline in monotonic seconds.

    `connected`: the state of the plug that they show. `held` and `cards`: the messages since, held back to keep their
    order.
    """

    connected: bool
    since: Moment
    deadline: float
    held: Observed
    cards: tuple[CardRead, ...] = ()


@value
class SettlingState:
    """The settled state of the plug with the time since when, the last card reading, and a present doubt."""

    connected: bool | None = None
    since: Moment | None = None
    card: CardReading = UNAVAILABLE
    doubt: Doubt | None = None

    @property
    def deadline(self) -> float | None:
        """When the doubt times out, in monotonic seconds."""
        if self.doubt is None:
            return None
        return self.doubt.deadline


type Outputs = tuple[CardRead | Settled, ...]


def observe(state: SettlingState, message: Observed, settings: Settings) -> tuple[SettlingState, Outputs]:
    """Take one act of the charger."""
    state, cards = _read_card(state, message)
    held = message
    if state.doubt is not None:
        held = _with(state.doubt.held, message)
    verdict = evidence(held.signals, settings)
    connected = verdict.connected
    if connected is None or connected is state.connected or verdict.wait_s <= 0:
        return _settle(state, held, connected, _since(state, message, connected), cards)
    doubt = _doubt(state, message.at, connected, verdict.wait_s)
    if verdict.contradictory:
        return _hold(state, doubt, held, cards)
    return _go_on(state, doubt, held, cards)


def woken(state: SettlingState, at: Moment) -> tuple[SettlingState, Outputs]:
    """End a doubt that has timed out: the best evidence then counts."""
    doubt = state.doubt
    if doubt is None or at.mono < doubt.deadline:
        return state, ()
    held = replace(doubt.held, at=at)
    return _settle(state, held, doubt.connected, doubt.since, ())


def _read_card(state: SettlingState, message: Observed) -> tuple[SettlingState, tuple[CardRead, ...]]:
    reading = message.signals.card
    if reading == state.card and not message.snapshot:
        return state, ()
    return replace(state, card=reading), (CardRead(message.at, reading, repeated=message.snapshot),)


def _since(state: SettlingState, message: Observed, connected: bool | None) -> Moment:
    if state.doubt is not None and state.doubt.connected is connected:
        return state.doubt.since
    return message.at


def _doubt(state: SettlingState, at: Moment, connected: bool, wait_s: float) -> Doubt:
    """Return the doubt that goes on, or a new one with the cards that an earlier doubt held back."""
    deadline = at.mono + wait_s
    earlier = state.doubt
    if earlier is None:
        return Doubt(connected, at, deadline, Observed(at, Signals()))
    if earlier.connected is not connected:
        return Doubt(connected, at, deadline, Observed(at, Signals()), earlier.cards)
    # The reason to wait may change between a contradiction and a power that is off; the shorter wait counts.
    return replace(earlier, deadline=min(earlier.deadline, deadline))


def _hold(
    state: SettlingState, doubt: Doubt, held: Observed, cards: tuple[CardRead, ...]
) -> tuple[SettlingState, Outputs]:
    """Hold everything back until the signals agree, except that Home Assistant was restarted."""
    settled: Outputs = ()
    if held.restarted:
        settled = (_settled(replace(held, before=None, fold=None), None, held.at),)
    doubt = replace(doubt, held=replace(held, restarted=False), cards=(*doubt.cards, *cards))
    return replace(state, doubt=doubt), settled


def _go_on(
    state: SettlingState, doubt: Doubt, held: Observed, cards: tuple[CardRead, ...]
) -> tuple[SettlingState, Outputs]:
    """Wait with the plug's state unchanged and let all else pass, because only time decides and may take long."""
    passed = replace(doubt, held=Observed(held.at, held.signals), cards=())
    settled = _settled(held, state.connected, state.since or held.at)
    return replace(state, doubt=passed), (*doubt.cards, *cards, settled)


def _settle(
    state: SettlingState, held: Observed, connected: bool | None, since: Moment, cards: tuple[CardRead, ...]
) -> tuple[SettlingState, Outputs]:
    """Return the settled signals; a card comes before the plug that goes in, and after the plug that goes off."""
    if state.doubt is not None:
        cards = (*state.doubt.cards, *cards)
    if connected is state.connected and state.since is not None:
        since = state.since
    settled = _settled(held, connected, since)
    if state.doubt or connected is not state.connected or since is not state.since:
        state = SettlingState(connected, since, state.card)
    if connected:
        return state, (*cards, settled)
    return state, (settled, *cards)


def _settled(held: Observed, connected: bool | None, since: Moment) -> Settled:
    signals = held.signals
    return Settled(
        at=held.at,
        connected=connected,
        since=since,
        locked=signals.locked,
        flow=flow(signals),
        metered=signals.metered,
        readable=signals.card.kind is not CardKind.UNAVAILABLE,
        before=held.before,
        fold=held.fold,
        snapshot=held.snapshot,
        restarted=held.restarted,
        gap=held.gap,
    )


def _with(held: Observed, later: Observed) -> Observed:
    """Return an act that was held back, followed by a later one; the later signals count."""
    return Observed(
        at=later.at,
        signals=later.signals,
        before=held.before,
        fold=joined(joined(held.fold, later.before), later.fold),
        snapshot=held.snapshot or later.snapshot,
        restarted=held.restarted or later.restarted,
        gap=held.gap or later.gap,
    )
