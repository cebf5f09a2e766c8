"""Times and energies of the simulator. They are whole numbers, so that the integral of power has no rounding errors.

House time: whole milliseconds of the UTC epoch. Energy: millijoules, because one watt for one millisecond is exactly
one millijoule.
"""

MILLIJOULES_PER_MWH = 3_600
QUARTER_MS = 900_000

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type Status = dict[str, Json]


def to_ms(seconds: float) -> int:
    """Return seconds as whole milliseconds."""
    return round(seconds * 1000)


def to_seconds(ms: int) -> float:
    """Return whole milliseconds as seconds."""
    return ms / 1000


def maybe_seconds(ms: int | None) -> float | None:
    """Return whole milliseconds as seconds, None for None."""
    if ms is None:
        return None
    return to_seconds(ms)


def to_mwh(mj: int) -> int:
    """Return millijoules as whole mWh, rounded down as a meter does."""
    return mj // MILLIJOULES_PER_MWH
