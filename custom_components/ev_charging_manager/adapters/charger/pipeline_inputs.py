"""What a charger's feed and accumulators are built with: when it changes, they are built anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.config_entries import ConfigSubentry

from ... import const
from ...domain.household import Role
from ..configuration import entities_of

_KEYS = (const.CONF_PROFILE, const.CONF_CHARGING_WORDS, const.CONF_MAX_POWER_KW)


@dataclass(frozen=True, slots=True)
class Wires:
    """A copy of what counts: Home Assistant edits the subentry itself, and whoever keeps that keeps the edited one."""

    entities: Mapping[Role, str]
    others: tuple[Any, ...]

    @classmethod
    def of(cls, charger: ConfigSubentry) -> Self:
        """As the charger is set up at this moment."""
        return cls(entities_of(charger), tuple(charger.data.get(key) for key in _KEYS))

    def moved(self, before: Wires | None) -> frozenset[Role]:
        """The roles that another entity had before; what that one said last says nothing about this one."""
        if before is None:
            return frozenset()
        return frozenset(role for role, entity in before.entities.items() if self.entities.get(role) != entity)
