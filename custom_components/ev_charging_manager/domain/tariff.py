"""What a kilowatt-hour costs at a charger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .quantity import MICRO


class CostMethod(StrEnum):
    """How the cost of a session was found."""

    STATIC = "static"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class StaticTariff:
    """One final price, in millionths of the currency unit per kWh."""

    price_micro: int

    @property
    def method(self) -> CostMethod:
        """The method that the record names."""
        return CostMethod.STATIC


@dataclass(frozen=True, slots=True)
class SpotTariff:
    """A price that somebody else sets anew each quarter-hour, and what comes on top of it.

    `additional_micro` is per kWh and before VAT, `vat` the factor as people know it (5/4 for 25 %). `fallback_micro`
    is the final price per kWh where the spot price is not known.
    """

    additional_micro: int
    vat: Fraction
    fallback_micro: int

    @property
    def method(self) -> CostMethod:
        """The method that the record names."""
        return CostMethod.SPOT

    def price_of(self, spot: Fraction) -> int:
        """The final price per kWh at a spot price in currency units per kWh; rounded once, half to even."""
        return round((spot * MICRO + self.additional_micro) * self.vat)


type Tariff = StaticTariff | SpotTariff
