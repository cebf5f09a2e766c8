"""The closed schema of hacs.json.

Source: https://www.hacs.xyz/docs/publish/start/#hacsjson
"""

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
            yield f"{key} is not a key of hacs.json"
        elif not isinstance(value, KEYS[key]):
            yield f"{key} is not of type {KEYS[key].__name__}"
    if "name" not in hacs:
        yield "name is missing"
    if hacs.get("homeassistant") != f"{oldest}.0":
        yield f"homeassistant is not {oldest}.0, the oldest release that is tested"
    if hacs.get("zip_release") is True:
        yield from _check_archive(hacs)


def _check_archive(hacs: Mapping[str, Any]) -> Iterator[str]:
    """Yield what HACS needs to find the archive that is attached to a release."""
    if not str(hacs.get("filename", "")).endswith(".zip"):
        yield "zip_release needs a filename that ends in .zip"
    if not hacs.get("hide_default_branch"):
        yield "zip_release needs hide_default_branch: HACS finds no archive for a branch"
