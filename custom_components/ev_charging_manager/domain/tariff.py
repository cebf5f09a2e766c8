"""The tariff of a charger: a fixed price, or a spot price with additional cost and VAT."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .quantity import MICRO


class CostMethod(StrEnum):
    """How the cost of a session was computed."""

    STATIC = "static"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class StaticTariff:
    """A fixed final price, in millionths of the currency unit per kWh."""

    price_micro: int

    @property
    def method(self) -> CostMethod:
        """The method that records name."""
        return CostMethod.STATIC


@dataclass(frozen=True, slots=True)
class SpotTariff:
    """A spot price, which may change each quarter-hour, with additional cost and VAT.

    `additional_micro` is in millionths per kWh, before VAT. `vat` is a factor (5/4 for 25 %). `fallback_micro` is the
    final price per kWh while the spot price is not known, in millionths.
    """

    additional_micro: int
    vat: Fraction
    fallback_micro: int

    @property
    def method(self) -> CostMethod:
        """The method that records name."""
        return CostMethod.SPOT

    def price_of(self, spot: Fraction) -> int:
        """Return the final price per kWh in millionths, rounded once, half to even.

        `spot` is in currency units per kWh.
        """
        return round((spot * MICRO + self.additional_micro) * self.vat)


type Tariff = StaticTariff | SpotTariff
