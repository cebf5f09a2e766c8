"""Quarter-hours: the grid on which energy is priced.

They are counted from the UTC epoch. Every time zone in use is a whole number of quarter-hours away from UTC,
so a quarter-hour never spans a local hour, a day or a month, nor a change to summer time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil

QUARTER_S = 900


def quarter_of(utc: float) -> int:
    """The epoch second at which the quarter-hour of a time starts."""
    return int(utc // QUARTER_S) * QUARTER_S


def split(since: float, until: float, energy_mwh: int, cuts: Collection[float] = ()) -> Sequence[tuple[float, int]]:
    """Share energy out over the stretches between two times, evenly by time, to the last mWh.

    A stretch begins with each quarter-hour, and at each of the `cuts`, the times at which the price changed within
    one. Each part is `(begin of the stretch, energy)`. Without a lapse of time all of it falls into that of `until`.
    """
    if until <= since:
        return ((_begins(until, until, cuts)[-1], energy_mwh),)
    first = quarter_of(since)
    if until <= first + QUARTER_S and not cuts:
        # Nearly all that is delivered falls into one quarter-hour.
        return ((float(first), energy_mwh),) if energy_mwh > 0 else ()
    begins = _begins(since, until, cuts)
    parts, shared = [], 0
    for begin, end in zip(begins, (*begins[1:], until), strict=True):
        upto = energy_mwh if end == until else round(energy_mwh * (end - since) / (until - since))
        if upto > shared:
            parts.append((begin, upto - shared))
        shared = upto
    return parts


def _begins(since: float, until: float, cuts: Collection[float]) -> list[float]:
    """Where stretches begin, from the one that holds `since` to the last that begins before `until`."""
    first = quarter_of(since)
    begins = {float(first), *map(float, range(first, ceil(until), QUARTER_S))}
    begins.update(cut for cut in cuts if first < cut < until or first < cut <= since)
    started = max(begin for begin in begins if begin <= since)
    return sorted(begin for begin in begins if begin >= started)
