"""Check that services.yaml, the translations and icons.json describe the same actions, and the shape of icons.json."""

from collections.abc import Iterator, Mapping
from typing import Any

ICON_SECTIONS = {"conditions", "entity", "entity_component", "issues", "services", "triggers"}


def check_actions(
    services: Mapping[str, Any], translation: Mapping[str, Any], icons: Mapping[str, Any]
) -> Iterator[str]:
    """Yield each action or field that lacks a name, a description or an icon, or that only one of the files has."""
    translated = translation.get("services", {})
    yield from (f"action {name} is not in services.yaml" for name in translated if name not in services)
    for name, service in services.items():
        texts = translated.get(name, {})
        if not {"name", "description"} <= texts.keys():
            yield f"action {name} has no name and description in the translations"
        if not icons.get("services", {}).get(name):
            yield f"action {name} has no icon in icons.json"
        fields = (service or {}).get("fields", {})
        for field in fields.keys() ^ texts.get("fields", {}).keys():
            yield f"field {field} of action {name} is not in both services.yaml and the translations"


def check_icons(icons: Mapping[str, Any], translation: Mapping[str, Any]) -> Iterator[str]:
    """Yield each unknown section of icons.json, each wrong icon, and each entity that is not translated."""
    yield from (f"{section} is not a section of icons.json" for section in icons.keys() - ICON_SECTIONS)
    yield from (f"{icon} is not an icon (mdi:...)" for icon in leaves(icons) if not str(icon).startswith("mdi:"))
    entities = translation.get("entity", {})
    for platform, keys in icons.get("entity", {}).items():
        for key in keys.keys() - entities.get(platform, {}).keys():
            yield f"entity.{platform}.{key} is not in the translations"


def leaves(node: object) -> Iterator[object]:
    """Yield every value that is not a mapping, at any depth."""
    if isinstance(node, Mapping):
        for child in node.values():
            yield from leaves(child)
    else:
        yield node
