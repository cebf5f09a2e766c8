"""The closed schema of hacs.json."""

from collections.abc import Iterator, Mapping
from typing import Any

KEYS: dict[str, type] = {
    "name": str,
    "homeassistant": str,
    "filename": str,
    "zip_release": bool,
    "hide_default_branch": bool,
    "content_in_root": bool,
    "persistent_directory": str,
}


def check_hacs(hacs: Mapping[str, Any], oldest: str) -> Iterator[str]:
    """Yield each rule that hacs.json breaks; `oldest` is the first Home Assistant release supported."""
    for key, value in hacs.items():
        if key not in KEYS:
            yield f"{key} is no key that HACS knows"
        elif not isinstance(value, KEYS[key]):
            yield f"{key} is not of type {KEYS[key].__name__}"
    if "name" not in hacs:
        yield "name is missing"
    if hacs.get("homeassistant") != f"{oldest}.0":
        yield f"homeassistant is not {oldest}.0, the oldest release that is tested"
