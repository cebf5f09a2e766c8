"""Does the charger's total counter agree with what was tracked?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..household import Role, Settings
from ..quantity import MWH_PER_WH
from ..records import SessionRecord
from .meter import primary_role

LIMIT_PCT = 5.0
LIMIT_MWH = 100 * MWH_PER_WH


@dataclass(frozen=True, slots=True)
class Comparison:
    """A session held against the total counter. `deviation_pct` is signed: positive where more was tracked."""

    record: SessionRecord
    apart_mwh: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether the two are further apart than rounding and polling explain."""
        deviation = self.record.deviation_pct
        return deviation is not None and abs(deviation) > LIMIT_PCT and abs(self.apart_mwh) > LIMIT_MWH


def compared(record: SessionRecord) -> Comparison | None:
    """The comparison that a recorded session went through; None for one that there was nothing to compare with."""
    if record.deviation_pct is None or record.meter_start_mwh is None or record.meter_end_mwh is None:
        return None
    return Comparison(record, record.energy_mwh - (record.meter_end_mwh - record.meter_start_mwh))


def compare(record: SessionRecord, settings: Settings) -> Comparison:
    """Hold a session against the total counter, where there is one besides the counter it was tracked with."""
    start, end = record.meter_start_mwh, record.meter_end_mwh
    charger = settings.charger
    if not charger.tells(Role.TOTAL_ENERGY) or primary_role(charger) is Role.TOTAL_ENERGY:
        return Comparison(record)
    if start is None or end is None:
        return Comparison(record)
    metered = end - start
    apart = record.energy_mwh - metered
    if metered <= 0:
        # A total that did not move, or began again, is no measure in percent.
        return Comparison(replace(record, deviation_pct=None if metered < 0 or apart == 0 else 100.0), apart)
    return Comparison(replace(record, deviation_pct=round(apart * 100 / metered, 2)), apart)
