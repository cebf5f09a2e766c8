"""The draft of a charger while it is being set up or edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigSubentry

from ... import const
from ...adapters.charger.discovery import KnownCharger
from ...adapters.configuration import profile_of
from ...domain.profile import Profile
from ..fields import given


@dataclass(slots=True)
class ChargerDraft:
    """The settings of the charger so far. `entities` holds registry or entity ids by role; powers are in kW."""

    profile: Profile
    name: str = ""
    serial: str = ""
    area_id: str | None = None
    host: str | None = None
    entities: dict[str, str] = field(default_factory=dict)
    charging_words: list[str] = field(default_factory=list)
    max_power_kw: float | None = None
    default_user_id: str | None = None
    pricing: Mapping[str, Any] | None = None
    paused: bool = False
    deviation_checked_at: float | None = None

    @classmethod
    def of(cls, charger: ConfigSubentry) -> ChargerDraft:
        """Return the draft of a stored charger."""
        data = charger.data
        return cls(
            profile=profile_of(charger),
            name=charger.title,
            serial=data[const.CONF_SERIAL],
            area_id=data.get(const.CONF_AREA),
            host=data.get(const.CONF_HOST),
            entities=dict(data[const.CONF_ENTITIES]),
            charging_words=list(data.get(const.CONF_CHARGING_WORDS) or ()),
            max_power_kw=data.get(const.CONF_MAX_POWER_KW),
            default_user_id=data.get(const.CONF_DEFAULT_USER),
            pricing=data[const.CONF_PRICING],
            paused=data.get(const.CONF_PAUSED, False),
            deviation_checked_at=data.get(const.CONF_DEVIATION_CHECKED),
        )

    def take_over(self, known: KnownCharger) -> None:
        """Fill in the settings of another integration; a name and an area that are set already stay."""
        self.switch_to(known.profile)
        self.serial = known.serial
        self.host = known.host
        self.entities = {role.value: entity for role, entity in known.entities.items()}
        self.name = self.name or known.name
        self.area_id = self.area_id or known.area_id

    def switch_to(self, profile: Profile) -> None:
        """Change the charger family. Charging words and maximum power depend on the family and are cleared."""
        if profile is not self.profile:
            self.profile = profile
            self.charging_words = []
            self.max_power_kw = None

    def data(self) -> dict[str, Any]:
        """Return the subentry's data; optional settings without a value are left out."""
        optional = {
            const.CONF_AREA: self.area_id,
            const.CONF_HOST: self._stored_host(),
            const.CONF_CHARGING_WORDS: self.charging_words or None,
            const.CONF_MAX_POWER_KW: self.max_power_kw,
            const.CONF_DEFAULT_USER: self.default_user_id,
            const.CONF_DEVIATION_CHECKED: self.deviation_checked_at,
        }
        return {
            const.CONF_PROFILE: self.profile.key,
            const.CONF_SERIAL: self.serial,
            const.CONF_ENTITIES: dict(self.entities),
            const.CONF_PRICING: dict(self.pricing or {}),
            const.CONF_PAUSED: self.paused,
            **given(optional),
        }

    def _stored_host(self) -> str | None:
        if not self.profile.has_host:
            return None
        return self.host
