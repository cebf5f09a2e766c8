"""Exact amounts: whole milliwatt-hours and whole millionths of a currency unit.

Only values from sensors and forms are floats; they are rounded once, here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

MWH_PER_WH = 1_000
MWH_PER_KWH = 1_000_000
MICRO = 1_000_000


def kwh(mwh: int) -> float:
    """Convert milliwatt-hours to kilowatt-hours, to be shown."""
    return mwh / MWH_PER_KWH


def micro(amount: float | str | Decimal) -> int:
    """Convert an amount of money to whole millionths, half to even. A float counts as the decimal it prints as."""
    exact = Decimal(str(amount)) * MICRO
    return int(exact.to_integral_value(ROUND_HALF_EVEN))


def money(amount_micro: int) -> float:
    """Convert millionths to currency units, to be shown."""
    return amount_micro / MICRO


def cost_of(energy_mwh: int, price_micro_per_kwh: int) -> int:
    """Return the cost of an amount of energy, in millionths, half to even."""
    # Rounds as `round(Fraction(...))` does, without creating one: this runs each second.
    whole, rest = divmod(energy_mwh * price_micro_per_kwh, MWH_PER_KWH)
    return whole + (rest * 2 + (whole & 1) > MWH_PER_KWH)


def scaled(amount_micro: int, factor: float) -> int:
    """Return an amount times a factor from a form, in millionths, half to even."""
    return round(amount_micro * Fraction(str(factor)))
