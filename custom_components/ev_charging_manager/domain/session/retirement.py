"""The last session of a deleted charger: it ends, and its record is complete."""

from __future__ import annotations

from dataclasses import replace

from ..household import Options, Settings
from ..messages import Finished
from ..metering.validation import compare
from ..moment import Moment
from ..pricing.bill import PricingState, priced
from ..records import Outcome, SessionRecord
from .lifecycle import finish
from .state import SessionState


def retired(state: SessionState, prices: PricingState, at: Moment, settings: Settings) -> SessionRecord | None:
    """Return the priced and validated record of the running session; None without one."""
    _, outputs = finish(state, at, settings)
    for output in outputs:
        if isinstance(output, Finished):
            return compare(priced(prices, output.record, settings), settings).record
    return None


def given_up(record: SessionRecord, options: Options) -> SessionRecord:
    """Return the record of a session that has no checkpoint, ended at its last known moment."""
    outcome = Outcome.DISCARDED
    if record.duration_s >= options.shortest_session_s and record.energy_mwh >= options.least_energy_mwh:
        outcome = Outcome.COMPLETED
    ended_at = record.started_at + record.duration_s
    return replace(record, outcome=outcome, ended_at=ended_at, data_gap=True, reconstructed=True)
