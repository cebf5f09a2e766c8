"""Quarter-hours: the grid on which energy is priced.

They are counted from the UTC epoch. Every time zone in use is a whole number of quarter-hours away from UTC,
so a quarter-hour never spans a local hour, a day or a month, nor a change to summer time.
"""

from __future__ import annotations

from collections.abc import Iterator

QUARTER_S = 900


def quarter_of(utc: float) -> int:
    """The epoch second at which the quarter-hour of a time starts."""
    return int(utc // QUARTER_S) * QUARTER_S


def split(since: float, until: float, energy_mwh: int) -> Iterator[tuple[int, int]]:
    """Share energy out over the quarter-hours between two times, evenly by time, to the last mWh.

    Yields `(quarter, energy)`. Without a stretch of time all of it falls into the quarter-hour of `until`.
    """
    if until <= since:
        yield quarter_of(until), energy_mwh
        return
    shared, quarter = 0, quarter_of(since)
    while quarter < until:
        reached = min(quarter + QUARTER_S, until)
        upto = energy_mwh if reached >= until else round(energy_mwh * (reached - since) / (until - since))
        if upto > shared:
            yield quarter, upto - shared
        shared, quarter = upto, quarter + QUARTER_S
