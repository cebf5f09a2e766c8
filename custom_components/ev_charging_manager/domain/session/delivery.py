"""The energy of the running session: each delivery, and the time in which it flowed."""

from __future__ import annotations

from dataclasses import replace

from ..household import ChargerSettings, Role, Settings
from ..messages import Delivered, Settled
from ..metering.fold import Fold
from ..metering.meter import Counted, count
from ..moment import Moment
from .active import Measured, Running
from .ending import Closing
from .state import SessionState, Turn
from .windows import Windows


def deliver(state: SessionState, fold: Fold | None, settings: Settings, seen: Settled | None = None) -> Turn:
    """Count a fold's energy into the running session; without a session only the meter advances.

    `seen`: the message that brought the fold, if the session ran before it; its evidence is noted too.
    """
    running = state.running
    if running is None or fold is None:
        meter = count(state.meter, fold, settings.charger).meter
        return replace(_noted(state, seen), meter=meter), ()
    counted = count(state.meter, fold, settings.charger, running.started)
    delivered = _delivered(running, counted.energy_mwh, fold.until, state.closing)
    measured = _measured(running.measured, fold, counted, seen, delivered, settings.charger)
    running = _flagged(running.remeasured(measured), counted, seen)
    state = state.metered(counted.meter, running)
    if delivered is None:
        return state, ()
    return state, (delivered,)


def _measured(
    before: Measured, fold: Fold, counted: Counted, seen: Settled | None, delivered: Delivered | None,
    charger: ChargerSettings,
) -> Measured:  # fmt: skip
    energy_mwh = before.energy_mwh
    stepped = before.stepped
    windows = before.windows
    if delivered is not None:
        energy_mwh += delivered.energy_mwh
        stepped = delivered.until
        windows = _stepped(windows, delivered, charger)
    max_power_w = before.max_power_w
    if fold.power is not None and fold.power.maximum_w > max_power_w:
        max_power_w = fold.power.maximum_w
    return Measured(
        stepped=stepped,
        evidence_at=_evidence_at(before, seen),
        energy_mwh=energy_mwh,
        windows=windows,
        max_power_w=max_power_w,
        meter_end_mwh=counted.meter.total,
        rejected=before.rejected + fold.rejected,
    )


def _evidence_at(before: Measured, seen: Settled | None) -> Moment:
    """Return when the car was last known to be connected."""
    if seen is None or seen.connected is None:
        return before.evidence_at
    return seen.at


def _flagged(running: Running, counted: Counted, seen: Settled | None) -> Running:
    """Return the session with a new data gap marked, and with the first known reading of the total."""
    gap = counted.gap or (seen is not None and seen.gap)
    if gap and not running.data_gap:
        running = replace(running, data_gap=True)
    if running.meter_start_mwh is None and counted.meter.total is not None:
        running = replace(running, meter_start_mwh=counted.meter.total)
    return running


def _noted(state: SessionState, seen: Settled | None) -> SessionState:
    """Return the state with the evidence of a message without energy."""
    running = state.running
    if running is None or seen is None:
        return state
    measured = replace(running.measured, evidence_at=_evidence_at(running.measured, seen))
    return replace(state, running=replace(running, measured=measured, data_gap=running.data_gap or seen.gap))


def credit(state: SessionState, energy_mwh: int, until: Moment, settings: Settings) -> Turn:
    """Add energy to the running session, spread over the time in which it must have flowed."""
    running = state.running
    if running is None:
        return state, ()
    delivered = _delivered(running, energy_mwh, until, state.closing)
    if delivered is None:
        return state, ()
    measured = replace(
        running.measured,
        energy_mwh=running.energy_mwh + energy_mwh,
        stepped=delivered.until,
        windows=_stepped(running.windows, delivered, settings.charger),
    )
    return replace(state, running=running.remeasured(measured)), (delivered,)


def _delivered(running: Running, energy_mwh: int, until: Moment, closing: Closing | None) -> Delivered | None:
    """Return the energy with the time in which it flowed; None without energy."""
    if energy_mwh <= 0:
        return None
    if closing is not None and closing.ended.mono < until.mono:
        until = closing.ended
    return Delivered(running.session_id, _flowed_since(running.measured, until), until, energy_mwh)


def _flowed_since(measured: Measured, until: Moment) -> Moment:
    """Return when the energy of a step began to flow: after the step before, but not before the window started."""
    since = measured.stepped
    window = measured.windows.open
    if window is not None and window.started.mono > since.mono:
        since = window.started
    if since.mono > until.mono:
        return until
    return since


def _stepped(windows: Windows, delivered: Delivered, charger: ChargerSettings) -> Windows:
    """Return the windows after a delivery, which is the only evidence of the flow without status and power."""
    if charger.maps(Role.STATUS) or charger.maps(Role.POWER):
        return windows
    return windows.step(delivered.since, delivered.until)
