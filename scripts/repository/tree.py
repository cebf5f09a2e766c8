"""Reads the repository and holds every rule against it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from . import actions, hacs, hygiene, manifest, translations
from .violation import Violation

ROOT = Path(__file__).resolve().parents[2]
OLDEST_RELEASE = "2025.3"


def check_repository(root: Path = ROOT) -> Iterator[Violation]:
    """Yield every rule that a file below `root` breaks."""
    components = [path.parent for path in sorted(root.glob("custom_components/*/manifest.json"))]
    if not components:
        yield Violation("custom_components", "holds no integration with a manifest.json")
    for component in components:
        yield from _check_component(root, component)
    yield from _named("hacs.json", hacs.check_hacs(_json(root / "hacs.json"), OLDEST_RELEASE))
    for name in ("README.md", "LICENSE"):
        if not (root / name).is_file():
            yield Violation(name, "is missing; HACS wants it")
    for path in hygiene.committed_files(root):
        yield from _named(_relative(root, path), hygiene.check_text(path.read_text(errors="ignore")))


def _check_component(root: Path, component: Path) -> Iterator[Violation]:
    found = _json(component / "manifest.json")
    yield from _named(_relative(root, component / "manifest.json"), manifest.check_manifest(found, component.name))
    for path in sorted(component.rglob("*.py")):
        yield from _named(_relative(root, path), manifest.check_imports(found, path.read_text()))
    if (component / "strings.json").exists():
        yield Violation(_relative(root, component / "strings.json"), "core's alone; the source is translations/en.json")
    yield from _check_texts(root, component)


def _check_texts(root: Path, component: Path) -> Iterator[Violation]:
    source = component / "translations" / "en.json"
    english = _json(source)
    if not english:
        yield Violation(_relative(root, source), "is missing; it is the source of all translations")
    for path in sorted(component.glob("translations/*.json")):
        language = _json(path)
        yield from _named(_relative(root, path), translations.check_translation(language))
        yield from _named(_relative(root, path), translations.check_languages(english, language))
    icons = _json(component / "icons.json")
    services = _yaml(component / "services.yaml")
    yield from _named(_relative(root, component / "services.yaml"), actions.check_actions(services, english, icons))
    yield from _named(_relative(root, component / "icons.json"), actions.check_icons(icons, english))


def _named(file: str, rules: Iterator[str]) -> Iterator[Violation]:
    yield from (Violation(file, rule) for rule in rules)


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _yaml(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()) or {}) if path.exists() else {}
