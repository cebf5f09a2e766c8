"""The set-up of an integration and its input: a small YAML or JSON file. `example.yaml` lists the possible fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# The states of an idle and of a charging charger by role; a file may define others.
_WORDS: Mapping[str, tuple[str, str]] = {
    "plug": ("off", "on"),
    "status": ("Idle", "Charging"),
    "lock": ("Unlocked", "Locked"),
    "card": ("null", "1"),
}
_SAMPLED = ("power", "session_energy", "total_energy")
_FACTORS: Mapping[str, float] = {"W": 1.0, "kW": 0.001, "Wh": 1.0, "kWh": 0.001}
_UNITS: Mapping[str, str] = {"power": "W", "session_energy": "Wh", "total_energy": "Wh"}


class ConfigurationError(Exception):
    """The file is invalid; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Fed:
    """One entity that the benchmark sets. `idle` and `charging` are the words of a discrete entity."""

    entity_id: str
    unit: str = ""
    idle: str = ""
    charging: str = ""

    @property
    def factor(self) -> float:
        """The factor from W or Wh to its unit."""
        return _FACTORS[self.unit]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A config entry, and the entities by role. `states` are set before the start and never change."""

    domain: str
    entry: Mapping[str, Any]
    entities: Mapping[str, Fed]
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def sampled(self) -> Sequence[str]:
        """The entities for which changes are counted."""
        return [self.entities[role].entity_id for role in _SAMPLED if role in self.entities]


def read(file: Path) -> Configuration:
    """Return the configuration in a file. Raises ConfigurationError with the invalid field."""
    text = file.read_text(encoding="utf-8")
    try:
        content = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{file.name} cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("domain"), str):
        raise ConfigurationError(f"{file.name}: `domain` is missing")
    if unknown := set(content) - {"domain", "entry", "entities", "states"}:
        raise ConfigurationError(f"{file.name}: unknown keys: {', '.join(sorted(unknown))}")
    entities = {role: _fed(role, each) for role, each in (content.get("entities") or {}).items()}
    if not set(entities) & set(_SAMPLED):
        raise ConfigurationError(f"{file.name}: `entities` needs at least one of {', '.join(_SAMPLED)}")
    return Configuration(content["domain"], content.get("entry") or {}, entities, content.get("states") or {})


def _fed(role: str, said: Any) -> Fed:
    """Return the entity of an entity id, or of a mapping with an entity id and a unit or other words."""
    known = {"entity_id": said} if isinstance(said, str) else dict(said)
    if role not in _WORDS and role not in _SAMPLED:
        raise ConfigurationError(f"entities: {role} must be one of {', '.join((*_WORDS, *_SAMPLED))}")
    if role in _WORDS:
        idle, charging = _WORDS[role]
        known = {"idle": idle, "charging": charging} | known
    else:
        known = {"unit": _UNITS[role]} | known
        if known["unit"] not in _FACTORS:
            raise ConfigurationError(f"entities: {role}: the unit must be one of {', '.join(_FACTORS)}")
    try:
        return Fed(**known)
    except TypeError as error:
        raise ConfigurationError(f"entities: {role}: {error}") from error
