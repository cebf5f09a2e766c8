"""Times and energies inside the simulator are whole numbers, so that an integral of power has no rounding to
argue about.

House time: whole milliseconds of the UTC epoch. Energy: millijoules, because one watt for one millisecond is
exactly one.
"""

MILLIJOULES_PER_MWH = 3_600
QUARTER_MS = 900_000

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type Status = dict[str, Json]


def to_ms(seconds: float) -> int:
    """Seconds as whole milliseconds."""
    return round(seconds * 1000)


def to_seconds(ms: int) -> float:
    """Whole milliseconds as seconds."""
    return ms / 1000


def to_mwh(mj: int) -> int:
    """Millijoules as whole mWh, rounded down as a meter does."""
    return mj // MILLIJOULES_PER_MWH
