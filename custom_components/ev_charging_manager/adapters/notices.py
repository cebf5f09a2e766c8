"""The port through which adapters report conditions that a repair shows; `repairs/` implements it."""

from __future__ import annotations

from typing import Protocol


class ChargerNotices(Protocol):
    """Conditions of a charger that the user has to know about."""

    def stopped(self, charger_id: str) -> None:
        """Report that the charger's pipeline gave up and records nothing."""

    def started(self, charger_id: str) -> None:
        """Withdraw the report: the pipeline runs again, or the charger was deleted."""
