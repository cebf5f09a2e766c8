"""The port through which adapters report conditions that a repair shows; `repairs/` implements it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from ..domain.household import Role


@dataclass(frozen=True, slots=True)
class PriceUnit:
    """The unit of a price entity that cannot be converted to the household's currency (ISO 4217) per kWh."""

    entity_id: str
    unit: str
    currency: str


class ChargerNotices(Protocol):
    """Conditions of a charger that need the user's attention. `charger_id` is the id of the charger's subentry."""

    def stopped(self, charger_id: str) -> None:
        """Report that the charger's pipeline gave up and records nothing."""

    def started(self, charger_id: str) -> None:
        """Withdraw the report: the pipeline runs again, or the charger was deleted."""

    def entities_missing(self, charger_id: str, roles: Iterable[Role]) -> None:
        """Report that Home Assistant no longer has the entities of these roles."""

    def entities_found(self, charger_id: str) -> None:
        """Withdraw the report: all entities exist, or the charger was paused or deleted."""

    def price_unit_unknown(self, charger_id: str, price_unit: PriceUnit) -> None:
        """Report that the unit of the charger's price entity cannot be converted."""

    def price_unit_known(self, charger_id: str) -> None:
        """Withdraw the report: the unit can be converted, or the entity is not used any more."""
