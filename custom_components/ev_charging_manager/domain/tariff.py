"""What a kilowatt-hour costs at a charger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


type Tariff = StaticTariff
