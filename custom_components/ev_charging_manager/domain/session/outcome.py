"""Whether a session that is over counts, and what the log says of it."""

from __future__ import annotations

from ..household import Settings
from ..messages import Noted
from ..moment import Moment
from ..records import Outcome, SessionRecord
from .active import Running


def outcome(running: Running, ended: Moment, settings: Settings) -> Outcome:
    """Completed, or discarded as too short or too little.

    How long a reconstructed session took is not known, and nothing that was delivered while Home Assistant was away
    may be lost for that.
    """
    options = settings.options
    short = not running.reconstructed and ended.since(running.started) < options.shortest_session_s
    little = running.energy_mwh < options.least_energy_mwh
    return Outcome.DISCARDED if short or little else Outcome.COMPLETED


def remarks(record: SessionRecord) -> tuple[Noted, ...]:
    """What the log says of a session that is over."""
    if record.outcome is Outcome.DISCARDED:
        text = f"Discarded micro-session {record.session_id}: {record.duration_s:.0f} s, {record.energy_mwh} mWh"
        return (Noted("info", text),)
    reason = record.identity.unknown_reason
    if record.identity.known or reason is None:
        return ()
    return (Noted("info", f"Session {record.session_id} is nobody's: unknown_reason={reason}"),)
