"""One state machine for every charger: a session begins when a car is connected and ends when it is unplugged.

A charger that lacks one kind of evidence is a profile with less of it, not a second engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..household import Settings
from ..identity.stale_card import applies, left_after_identity, with_stale_card
from ..messages import ChargingFinished, IdentityKnown, Settled
from ..moment import Moment
from ..records import Identity
from .connection import connect, swap, swapped_by_tap
from .driver import expire
from .ending import ClosingKind
from .gaps import watch_meter
from .lifecycle import finish, recognise
from .state import Output, SessionState, Turn, closing_deadline

type Part = Callable[[SessionState, Settled, Settings], Turn]


def track(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Take what the charger's signals came to."""
    return in_turn((connect, watch_meter, flow_on, _close_windows), state, message, settings)


def in_turn(parts: tuple[Part, ...], state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Apply the parts one after another, each to the state that the one before left."""
    outputs: tuple[Output, ...] = ()
    for part in parts:
        state, more = part(state, message, settings)
        outputs += more
    return state, outputs


def identify(state: SessionState, message: IdentityKnown, settings: Settings) -> Turn:
    """Take who would be charging: for the running session if it is stronger, and for the next."""
    unseen = message.at == state.unseen and applies(settings.charger)
    stale = left_after_identity(state.stale, message.identity.card, message.tapped, unseen)
    shown_stale = stale is not None and message.identity.card is not None
    state = replace(
        state,
        candidate=with_stale_card(settings) if shown_stale else message.identity,
        stale=stale,
        tapped=message.at if message.tapped else state.tapped,
        waiting=message.waiting,
    )
    if message.repeated or state.returning or state.running is None:
        # What the reader shows after an absence may be another driver's card; whose session it is comes first.
        return state, ()
    if not message.tapped:
        return recognise(state, message.at)
    if swapped_by_tap(state):
        return swap(state, message.at, settings)
    return recognise(replace(state, running=replace(state.running, tapped=message.identity)), message.at)


def rename(state: SessionState, settings: Settings) -> SessionState:
    """Names follow the household while the session runs; who it is does not."""
    running = state.running
    if running is None:
        return state
    identity, chosen = _renamed(running.identity, settings), running.chosen and _renamed(running.chosen, settings)
    named = replace(running, identity=identity, chosen=chosen, charger_name=settings.charger.name)
    return replace(state, running=named)


def _renamed(identity: Identity, settings: Settings) -> Identity:
    user = settings.household.users.get(identity.user_id or "")
    vehicle = settings.household.vehicles.get(identity.vehicle_id or "")
    return replace(
        identity,
        user_name=user.name if user else identity.user_name,
        vehicle_name=vehicle.name if vehicle else identity.vehicle_name,
    )


def tick(state: SessionState, at: Moment, settings: Settings) -> Turn:
    """A time that was waited for may have come."""
    state, outputs = _quiet(expire(state, at), at, settings)
    closing, due = state.closing, closing_deadline(state)
    if closing is None or due is None or at.mono < due:
        return state, outputs
    state, finished = finish(state, at, settings, gap=closing.kind is ClosingKind.GRACE)
    return state, outputs + finished


def flow_on(state: SessionState, message: Settled, settings: Settings) -> Turn:
    """Open, keep or quieten the charging window by what is known of the flow."""
    running = state.running
    if running is None:
        return state, ()
    flows, at = (False, state.closing.ended) if state.closing else (message.flow, message.at)
    if flows is False and not running.windows.flowing:
        return state, ()
    # A flow that returns after a longer pause than a window outlasts is another window, whoever slept through it.
    windows = running.windows.quiet(at, settings.options.idle_timeout_s) if flows else running.windows
    windows = windows.flow(flows, at)
    return (state if windows is running.windows else replace(state, running=replace(running, windows=windows))), ()


def _close_windows(state: SessionState, message: Settled, settings: Settings) -> Turn:
    return _quiet(state, message.at, settings)


def _quiet(state: SessionState, at: Moment, settings: Settings) -> Turn:
    running = state.running
    if running is None or state.closing:
        return state, ()
    windows = running.windows.quiet(at, settings.options.idle_timeout_s)
    if windows is running.windows:
        return state, ()
    running = replace(running, windows=windows)
    return replace(state, running=running), (ChargingFinished(at, running.record(at)),)
