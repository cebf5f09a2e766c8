"""Quarter-hours: the grid on which energy is priced.

Quarter-hours are counted from the UTC epoch. Every time zone in use is a whole number of quarter-hours away from UTC,
so no quarter-hour crosses the end of a local hour, day or month, or a change to summer time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil

QUARTER_S = 900


def quarter_of(utc: float) -> int:
    """Return the epoch second at which the quarter-hour of a time starts."""
    return int(utc // QUARTER_S) * QUARTER_S


def split(since: float, until: float, energy_mwh: int, cuts: Collection[float] = ()) -> Sequence[tuple[float, int]]:
    """Divide energy between two times evenly by time; the parts add up to the last mWh.

    A part begins at each quarter-hour, and at each of the `cuts`: the times at which the price changed within one. Each
    part is `(begin, energy in mWh)`. Without time between the two, all energy is in the part of `until`.
    """
    if until <= since:
        return ((_begins(until, until, cuts)[-1], energy_mwh),)
    first = quarter_of(since)
    if until <= first + QUARTER_S and not cuts:
        # Hot path: nearly every delivery is within one quarter-hour.
        return ((float(first), energy_mwh),) if energy_mwh > 0 else ()
    begins = _begins(since, until, cuts)
    parts = []
    shared = 0
    for begin, end in zip(begins, (*begins[1:], until), strict=True):
        upto = round(energy_mwh * (end - since) / (until - since))
        if end == until:
            # Rounding of the division must not lose a mWh.
            upto = energy_mwh
        if upto > shared:
            parts.append((begin, upto - shared))
        shared = upto
    return parts


def _begins(since: float, until: float, cuts: Collection[float]) -> list[float]:
    """Return where parts begin, from the one that contains `since` to the last one before `until`."""
    first = quarter_of(since)
    begins = {float(first), *map(float, range(first, ceil(until), QUARTER_S))}
    begins.update(cut for cut in cuts if first < cut < until or first < cut <= since)
    started = max(begin for begin in begins if begin <= since)
    return sorted(begin for begin in begins if begin >= started)
