"""The comparison of a session's energy with the charger's total counter."""

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
    """A session compared with the total counter.

    The record's `deviation_pct` and `apart_mwh` are positive where the session has more energy than the total shows.
    """

    record: SessionRecord
    apart_mwh: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether the difference is larger than rounding and polling explain."""
        deviation = self.record.deviation_pct
        return deviation is not None and abs(deviation) > LIMIT_PCT and abs(self.apart_mwh) > LIMIT_MWH


def compared(record: SessionRecord) -> Comparison | None:
    """Return the comparison of a recorded session; None if there was no other counter to compare with."""
    metered = _metered(record)
    if record.deviation_pct is None or metered is None:
        return None
    return Comparison(record, record.energy_mwh - metered)


def compare(record: SessionRecord, settings: Settings) -> Comparison:
    """Compare a session with the total counter, if that is not the counter that measured the session."""
    charger = settings.charger
    if not charger.maps(Role.TOTAL_ENERGY) or primary_role(charger) is Role.TOTAL_ENERGY:
        return Comparison(record)
    metered = _metered(record)
    if metered is None:
        return Comparison(record)
    apart = record.energy_mwh - metered
    return Comparison(replace(record, deviation_pct=_deviation_pct(metered, apart)), apart)


def _metered(record: SessionRecord) -> int | None:
    """Return the rise of the total counter over the session in mWh; None if it is unknown."""
    if record.meter_start_mwh is None or record.meter_end_mwh is None:
        return None
    return record.meter_end_mwh - record.meter_start_mwh


def _deviation_pct(metered_mwh: int, apart_mwh: int) -> float | None:
    """Return the deviation in percent of the total's rise; None without a rise to compare with."""
    if metered_mwh > 0:
        return round(apart_mwh * 100 / metered_mwh, 2)
    if metered_mwh == 0 and apart_mwh != 0:
        return 100.0
    return None
