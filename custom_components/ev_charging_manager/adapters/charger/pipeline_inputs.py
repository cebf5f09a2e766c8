"""The part of a charger's configuration that its feed and accumulators are built with."""

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
class PipelineInputs:
    """Entity references by role and the other inputs. When they change, the charger needs a new pipeline.

    It is a copy, because Home Assistant edits the subentry in place.
    """

    entities: Mapping[Role, str]
    others: tuple[Any, ...]

    @classmethod
    def of(cls, charger: ConfigSubentry) -> Self:
        """Copy the present configuration of a charger."""
        return cls(entities_of(charger), tuple(charger.data.get(key) for key in _KEYS))

    def moved(self, before: PipelineInputs | None) -> frozenset[Role]:
        """Return the roles that had another entity before. Its last value does not hold for the new entity."""
        if before is None:
            return frozenset()
        return frozenset(role for role, entity in before.entities.items() if self.entities.get(role) != entity)
