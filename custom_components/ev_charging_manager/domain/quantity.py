"""Exact amounts: whole milliwatt-hours and whole millionths of a currency unit.

Floats appear only where a sensor or a person gave one; they are rounded once, here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

MWH_PER_WH = 1_000
MWH_PER_KWH = 1_000_000
MICRO = 1_000_000


def mwh_from_kwh(kwh: float) -> int:
    """Kilowatt-hours as whole milliwatt-hours."""
    return round(kwh * MWH_PER_KWH)


def kwh(mwh: int) -> float:
    """Milliwatt-hours as kilowatt-hours, for people and sensors."""
    return mwh / MWH_PER_KWH


def micro(amount: float | str | Decimal) -> int:
    """An amount of money as whole millionths, half to even; a float counts as the decimal people see."""
    exact = Decimal(str(amount)) * MICRO
    return int(exact.to_integral_value(ROUND_HALF_EVEN))


def money(amount_micro: int) -> float:
    """Millionths as currency units, for people and sensors."""
    return amount_micro / MICRO


def cost_of(energy_mwh: int, price_micro_per_kwh: int) -> int:
    """What an amount of energy costs, in millionths, half to even."""
    # What `round` makes of a Fraction, without making one: this is done each second.
    whole, rest = divmod(energy_mwh * price_micro_per_kwh, MWH_PER_KWH)
    return whole + (rest * 2 + (whole & 1) > MWH_PER_KWH)


def scaled(amount_micro: int, factor: float) -> int:
    """An amount times a factor that a person typed, in millionths, half to even."""
    return round(amount_micro * Fraction(str(factor)))
