"""The places that hold the version of a release, compared with its tag."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path


def differences(root: Path, component: Path, tag: str) -> Iterator[str]:
    """Yield each place below `root` with another version than the tag; a tag is `v` and the version."""
    if not tag.startswith("v"):
        yield f"tag {tag} does not start with v"
    wanted = tag.removeprefix("v")
    for name, version in _versions(root, component):
        if version != wanted:
            yield f"{name} has version {version}, the tag has {wanted}"


def _versions(root: Path, component: Path) -> Iterator[tuple[str, str]]:
    manifest = component / "manifest.json"
    yield manifest.relative_to(root).as_posix(), json.loads(manifest.read_text(encoding="utf-8"))["version"]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    yield "pyproject.toml", project["project"]["version"]
