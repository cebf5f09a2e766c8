"""A session that is not over, and the record it comes to."""

from __future__ import annotations

from dataclasses import field, replace

from ..household import ChargerSettings
from ..identity.choice import over
from ..moment import Moment
from ..records import Identity, Outcome, SessionRecord
from ..value import value
from .ending import Resumed
from .windows import Windows


@value
class Running:
    """A session while it runs.

    `stepped`: when energy was last seen to flow into it. `evidence_at`: when the car was last known to be connected.
    `tapped`: whom its last card named, which need not be who has it. `resumed`: its plug flickered. `identity`: whom
    card, car and charger name; `chosen`: whom a person named.
    """

    session_id: str
    charger_id: str
    charger_name: str
    currency: str
    started: Moment
    identity: Identity
    stepped: Moment
    evidence_at: Moment
    energy_mwh: int = 0
    windows: Windows = field(default_factory=Windows)
    max_power_w: float = 0.0
    meter_start_mwh: int | None = None
    meter_end_mwh: int | None = None
    rejected: int = 0
    data_gap: bool = False
    reconstructed: bool = False
    tapped: Identity | None = None
    resumed: Resumed | None = None
    chosen: Identity | None = None

    @property
    def who(self) -> Identity:
        """Who has the session: a person's choice before anything else."""
        return self.identity if self.chosen is None else over(self.chosen, self.identity)

    def record(self, at: Moment) -> SessionRecord:
        """The session as it stands at a moment."""
        # By position: it is done each second, and names would make it three times as long.
        return SessionRecord(
            self.session_id,
            self.charger_id,
            self.charger_name,
            self.started.utc,
            self.who,
            max(0.0, at.since(self.started)),
            self.windows.closed,
            self.windows.seconds(at),
            self.energy_mwh,
            self.max_power_w,
            self.currency,
            self.meter_start_mwh,
            self.meter_end_mwh,
            self.rejected,
            self.data_gap,
            self.reconstructed,
        )

    def ended(self, at: Moment, outcome: Outcome) -> SessionRecord:
        """The session as it is kept once it is over; not before it began, even where the wall clock was set back."""
        closed = replace(self, windows=self.windows.close(at))
        return replace(closed.record(at), outcome=outcome, ended_at=max(at.utc, self.started.utc))


def begun(charger: ChargerSettings, since: Moment, identity: Identity, total: int | None) -> Running:
    """A session that begins. Its id is unique as long as no charger begins two in one millisecond."""
    return Running(
        session_id=f"{charger.charger_id}-{round(since.utc * 1000):013d}",
        charger_id=charger.charger_id,
        charger_name=charger.name,
        currency=charger.currency,
        started=since,
        identity=identity,
        stepped=since,
        evidence_at=since,
        meter_start_mwh=total,
        meter_end_mwh=total,
        tapped=identity if identity.card is not None else None,
    )
