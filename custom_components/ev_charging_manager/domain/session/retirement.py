"""A charger that is gone: the session that was running there is over, and on record."""

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
    """The session that was running, as it stood when it was last looked at, with its cost; None if there was none."""
    _, outputs = finish(state, at, settings)
    finished = next((output.record for output in outputs if isinstance(output, Finished)), None)
    return None if finished is None else compare(priced(prices, finished, settings), settings).record


def given_up(record: SessionRecord, options: Options) -> SessionRecord:
    """A session of which nothing is known but what was last written down."""
    counts = record.duration_s >= options.shortest_session_s and record.energy_mwh >= options.least_energy_mwh
    outcome = Outcome.COMPLETED if counts else Outcome.DISCARDED
    ended_at = record.started_at + record.duration_s
    return replace(record, outcome=outcome, ended_at=ended_at, data_gap=True, reconstructed=True)
