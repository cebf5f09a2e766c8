"""The state machine of every charger: a session starts when a car is connected and ends when it is unplugged.

A charger with less evidence has a profile with fewer roles, not another state machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..household import Settings
from ..identity.stale_card import applies, left_after_identity, with_stale_card
from ..messages import ChargingFinished, IdentityKnown, Settled
from ..moment import Moment
from ..records import Identity
from .assignment import expire
from .cable import connect, swap, swapped_by_tap
from .ending import ClosingKind
from .gaps import watch_meter
from .lifecycle import finish, recognise
from .state import Output, SessionState, Turn, closing_deadline

type Part = Callable[[SessionState, Settled, Settings], Turn]


def track(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take the settled signals of a charger that is present."""
    return in_turn((connect, watch_meter, flow_on, _close_windows), state, message, settings)


def in_turn(parts: tuple[Part, ...], state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Apply the parts one after another, each to the state that the part before returned."""
    outputs: tuple[Output, ...] = ()
    for part in parts:
        state, more = part(state, message, settings)
        outputs += more
    return state, outputs


def identify(state: SessionState, message: IdentityKnown, settings: Settings) -> Turn:
    """Take an identity as the candidate, and for the running session if the evidence is stronger."""
    state = _with_candidate(state, message, settings)
    running = state.running
    if message.repeated or state.returning or running is None:
        # After an absence, the reader may show another driver's card; recovery first decides which session runs.
        return state, ()
    if not message.tapped:
        return recognise(state, message.at)
    if swapped_by_tap(state):
        return swap(state, message.at, settings)
    return recognise(replace(state, running=replace(running, tapped=message.identity)), message.at)


def _with_candidate(state: SessionState, message: IdentityKnown, settings: Settings) -> SessionState:
    card = message.identity.card
    unseen = message.at == state.unseen and applies(settings.charger)
    stale = left_after_identity(state.stale, card, message.tapped, unseen)
    candidate = message.identity
    if stale is not None and card is not None:
        candidate = with_stale_card(settings)
    tapped = state.tapped
    if message.tapped:
        tapped = message.at
    return replace(state, candidate=candidate, stale=stale, tapped=tapped, waiting=message.waiting)


def rename(state: SessionState, settings: Settings) -> SessionState:
    """Take the household's present names for the running session; its driver and car stay the same."""
    running = state.running
    if running is None:
        return state
    chosen = running.chosen
    if chosen is not None:
        chosen = _renamed(chosen, settings)
    identity = _renamed(running.identity, settings)
    named = replace(running, identity=identity, chosen=chosen, charger_name=settings.charger.name)
    return replace(state, running=named)


def _renamed(identity: Identity, settings: Settings) -> Identity:
    user = settings.household.users.get(identity.user_id or "")
    if user is not None:
        identity = replace(identity, user_name=user.name)
    vehicle = settings.household.vehicles.get(identity.vehicle_id or "")
    if vehicle is not None:
        identity = replace(identity, vehicle_name=vehicle.name)
    return identity


def tick(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """Act on each deadline that has passed."""
    state, outputs = _quiet(expire(state, at), at, settings)
    closing = state.closing
    due = closing_deadline(state)
    if closing is None or due is None or at.mono < due:
        return state, outputs
    state, finished = finish(state, at, settings, gap=closing.kind is ClosingKind.GRACE)
    return state, outputs + finished


def flow_on(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Open, continue or pause the charging window by the evidence of the flow."""
    running = state.running
    if running is None:
        return state, ()
    flows = message.flow
    at = message.at
    if state.closing is not None:
        flows = False
        at = state.closing.ended
    if flows is False and not running.windows.flowing:
        return state, ()
    windows = running.windows
    if flows:
        # A pause longer than the idle timeout ends the window, also if no message arrived during the pause.
        windows = windows.quiet(at, settings.options.idle_timeout_s)
    windows = windows.flow(flows, at)
    if windows is running.windows:
        return state, ()
    return replace(state, running=running.with_windows(windows)), ()


def _close_windows(state: SessionState, message: Settled, settings: Settings) -> Turn:
    return _quiet(state, message.at, settings)


def _quiet(state: SessionState, at: Moment, settings: Settings) -> Turn:
    running = state.running
    if running is None or state.closing:
        return state, ()
    windows = running.windows.quiet(at, settings.options.idle_timeout_s)
    if windows is running.windows:
        return state, ()
    running = running.with_windows(windows)
    return replace(state, running=running), (ChargingFinished(at, running.record(at)),)
