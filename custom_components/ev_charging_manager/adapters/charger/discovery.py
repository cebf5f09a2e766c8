"""Chargers that Home Assistant already has through another integration.

They are found by integration and unique id, because users rename entity ids and cannot change unique ids.
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

# The domains of the entities that can have each role, the likeliest first: some integrations give a sensor and a
# select the same unique id.
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
    """A charger of another integration; `entities` holds entity registry ids by role."""

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
        """A key that is unique among known chargers; one charger may be connected both locally and over the cloud."""
        return f"{self.profile.key}:{self.serial}:{self.entry_id}"

    @property
    def label(self) -> str:
        """The text of the choice, such as "Garage left (go-e Charger 409787)"."""
        return f"{self.name} ({self.profile.name} {self.serial})"


@dataclass(frozen=True, slots=True)
class _Match:
    profile: Profile
    role: Role
    serial: str
    entity: er.RegistryEntry


@dataclass(frozen=True, slots=True)
class _Device:
    """The common fields of a device and a child device, which are two types in newer releases of Home Assistant."""

    id: str | None
    name: str | None
    area_id: str | None


def known_chargers(
    hass: HomeAssistant, entry: ConfigEntry[Any] | None, *, edited_id: str | None = None
) -> list[KnownCharger]:
    """Return the chargers that are not set up in the household `entry` yet, sorted by label.

    `edited_id` is the subentry id of a charger that is being edited; that charger itself is included.
    """
    taken = serials(entry, edited_id=edited_id)
    grouped: dict[tuple[str, str, str | None], list[_Match]] = {}
    for match in _matches(hass, taken):
        grouped.setdefault((match.profile.key, match.serial, match.entity.config_entry_id), []).append(match)
    return sorted((_known(hass, group) for group in grouped.values()), key=lambda known: known.label.casefold())


def serials(entry: ConfigEntry[Any] | None, *, edited_id: str | None = None) -> set[str]:
    """Return the casefolded serials of the household's chargers, without that of the charger `edited_id`."""
    if entry is None:
        return set()
    chargers = subentries(entry, const.SUBENTRY_CHARGER)
    return {str(one.data[const.CONF_SERIAL]).casefold() for one in chargers if one.subentry_id != edited_id}


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
    """Return the pattern of a unique id.

    Releases of one integration differ in the prefix, and its cloud mode puts `wan_` before the serial.
    """
    before, after = (re.escape(part) for part in template.removeprefix(prefix).split("{serial}"))
    return re.compile(rf"(?:{re.escape(prefix)})?{before}(?:wan_)?(?P<serial>[A-Za-z0-9-]+){after}")


def _patterns() -> dict[str, list[tuple[Profile, Role, re.Pattern[str]]]]:
    """Return the patterns by integration; one integration may provide several charger families."""
    patterns: dict[str, list[tuple[Profile, Role, re.Pattern[str]]]] = {}
    for profile in ALL:
        for role, template in profile.unique_ids.items():
            pattern = _pattern(f"{profile.integration}.", template)
            patterns.setdefault(str(profile.integration), []).append((profile, role, pattern))
    return patterns


_PATTERNS: Final = _patterns()


def _host(theirs: Mapping[str, Any]) -> str | None:
    """Return the host at which the other integration reaches the charger, with the port if it is not 80."""
    host = theirs.get(const.CONF_HOST)
    port = theirs.get(CONF_PORT)
    if not isinstance(host, str) or not host:
        return None
    if port in (None, 80):
        return host
    return f"{host}:{port}"


def _known(hass: HomeAssistant, group: list[_Match]) -> KnownCharger:
    first = group[0]
    device = _device(hass, group) or _Device(None, None, None)
    theirs = hass.config_entries.async_get_entry(first.entity.config_entry_id or "")
    names = (device.name, theirs and theirs.title, first.profile.name)
    return KnownCharger(
        profile=first.profile,
        serial=first.serial,
        name=next(name for name in names if name),
        entry_id=first.entity.config_entry_id,
        device_id=device.id,
        area_id=device.area_id,
        entities=_entities(group),
        host=_host(theirs.data) if theirs else None,
    )


def _device(hass: HomeAssistant, group: list[_Match]) -> _Device | None:
    registry = dr.async_get(hass)
    found = (registry.async_get(match.entity.device_id) for match in group if match.entity.device_id)
    devices = (_Device(one.id, one.name_by_user or one.name, one.area_id) for one in found if one)
    return next(devices, None)


def _entities(group: list[_Match]) -> dict[Role, str]:
    likeliest_last = sorted(group, key=lambda match: -ROLE_DOMAINS[match.role].index(match.entity.domain))
    return {match.role: match.entity.id for match in likeliest_last}
