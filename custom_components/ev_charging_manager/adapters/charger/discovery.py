"""Chargers that Home Assistant already knows through the integration of their maker.

They are found by integration and unique id: entity ids are renamed by people, unique ids are not.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ... import const
from ...domain.household import Role
from ...domain.profile import Profile
from ...profiles import ALL
from ..configuration import subentries

_NUMBERS: Final = ("sensor", "number", "input_number")
_TEXTS: Final = ("sensor", "select", "text", "input_select", "input_text")

# The kinds of entity that can tell each role, the likeliest first: some integrations give one unique id to a
# sensor and a select alike.
ROLE_DOMAINS: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.STATUS: (*_TEXTS, "binary_sensor"),
    Role.PLUG: ("binary_sensor", "input_boolean", "switch"),
    Role.LOCK: ("sensor", "binary_sensor", "lock", "select", "input_boolean", "input_select"),
    Role.SESSION_ENERGY: _NUMBERS,
    Role.TOTAL_ENERGY: _NUMBERS,
    Role.POWER: _NUMBERS,
    Role.CARD: ("select", "sensor", "text", "input_select", "input_text"),
    Role.LAST_CARD: _TEXTS,
}


@dataclass(frozen=True, slots=True)
class KnownCharger:
    """A charger as another integration describes it; `entities` holds entity registry ids by role."""

    profile: Profile
    serial: str
    name: str
    entry_id: str | None
    device_id: str | None
    area_id: str | None
    entities: Mapping[Role, str]
    host: str | None

    @property
    def key(self) -> str:
        """What tells it from every other known charger: one charger can be connected locally and over the cloud."""
        return f"{self.profile.key}:{self.serial}:{self.entry_id}"

    @property
    def label(self) -> str:
        """What people choose it by, such as "Garage left (go-e Charger 409787)"."""
        return f"{self.name} ({self.profile.name} {self.serial})"


@dataclass(frozen=True, slots=True)
class _Match:
    profile: Profile
    role: Role
    serial: str
    entity: er.RegistryEntry


@dataclass(frozen=True, slots=True)
class _Device:
    """What a device and a child device, which newer releases tell apart, have in common."""

    id: str
    name: str | None
    area_id: str | None


def known_chargers(
    hass: HomeAssistant, entry: ConfigEntry[Any] | None, *, besides: str | None = None
) -> list[KnownCharger]:
    """Chargers that are not set up in the household `entry` yet, by name.

    `besides` is the subentry id of a charger that is being edited: its own serial is not left out.
    """
    taken = serials(entry, besides=besides)
    grouped: dict[tuple[str, str, str | None], list[_Match]] = {}
    for match in _matches(hass, taken):
        grouped.setdefault((match.profile.key, match.serial, match.entity.config_entry_id), []).append(match)
    return sorted((_known(hass, group) for group in grouped.values()), key=lambda known: known.label.casefold())


def serials(entry: ConfigEntry[Any] | None, *, besides: str | None = None) -> set[str]:
    """The serials of the household's chargers in one case, without that of the charger `besides`."""
    if entry is None:
        return set()
    chargers = subentries(entry, const.SUBENTRY_CHARGER)
    return {str(one.data[const.CONF_SERIAL]).casefold() for one in chargers if one.subentry_id != besides}


def _matches(hass: HomeAssistant, taken: Container[str]) -> Iterator[_Match]:
    for entity in er.async_get(hass).entities.values():
        # A disabled entity has no state to read.
        if entity.disabled_by is not None:
            continue
        for profile, role, pattern in _PATTERNS.get(entity.platform, ()):
            found = pattern.fullmatch(entity.unique_id)
            if found and entity.domain in ROLE_DOMAINS[role] and found["serial"].casefold() not in taken:
                yield _Match(profile, role, found["serial"], entity)


def _pattern(prefix: str, template: str) -> re.Pattern[str]:
    """Releases of one integration differ in the prefix, and its cloud mode puts `wan_` before the serial."""
    before, after = (re.escape(part) for part in template.removeprefix(prefix).split("{serial}"))
    return re.compile(rf"(?:{re.escape(prefix)})?{before}(?:wan_)?(?P<serial>[A-Za-z0-9-]+){after}")


def _patterns() -> dict[str, list[tuple[Profile, Role, re.Pattern[str]]]]:
    """By integration: two families can come from one of them."""
    patterns: dict[str, list[tuple[Profile, Role, re.Pattern[str]]]] = {}
    for profile in ALL:
        for role, template in profile.unique_ids.items():
            pattern = _pattern(f"{profile.integration}.", template)
            patterns.setdefault(str(profile.integration), []).append((profile, role, pattern))
    return patterns


_PATTERNS: Final = _patterns()


def _host(theirs: Mapping[str, Any]) -> str | None:
    """Where the other integration reaches the charger, with the port where it is not the usual one of HTTP."""
    host, port = theirs.get(const.CONF_HOST), theirs.get(CONF_PORT)
    if not isinstance(host, str) or not host:
        return None
    return host if port in (None, 80) else f"{host}:{port}"


def _known(hass: HomeAssistant, group: list[_Match]) -> KnownCharger:
    first = group[0]
    device = _device(hass, group)
    theirs = hass.config_entries.async_get_entry(first.entity.config_entry_id or "")
    host = _host(theirs.data) if theirs else None
    names = (device and device.name, theirs and theirs.title, first.profile.name)
    return KnownCharger(
        profile=first.profile,
        serial=first.serial,
        name=next(name for name in names if name),
        entry_id=first.entity.config_entry_id,
        device_id=device.id if device else None,
        area_id=device.area_id if device else None,
        entities=_entities(group),
        host=host,
    )


def _device(hass: HomeAssistant, group: list[_Match]) -> _Device | None:
    registry = dr.async_get(hass)
    found = (registry.async_get(match.entity.device_id) for match in group if match.entity.device_id)
    devices = (_Device(one.id, one.name_by_user or one.name, one.area_id) for one in found if one)
    return next(devices, None)


def _entities(group: list[_Match]) -> dict[Role, str]:
    likeliest_last = sorted(group, key=lambda match: -ROLE_DOMAINS[match.role].index(match.entity.domain))
    return {match.role: match.entity.id for match in likeliest_last}
