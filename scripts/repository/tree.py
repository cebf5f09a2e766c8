"""Read the repository and apply every check to its files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.release.changelog import check_changelog

from . import actions, decisions, forms, hacs, hygiene, manifest, prose, translations, workflows
from .violation import Violation

ROOT = Path(__file__).resolve().parents[2]
OLDEST_RELEASE = "2025.3"
# The prose of these areas is measured, each over all its Python files.
AREAS = ("custom_components", "benchmarks", "scripts", "tests")
REQUIRED_FILES = ("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md")


def check_repository(root: Path = ROOT) -> Iterator[Violation]:
    """Yield every rule that a file below `root` breaks."""
    components = [path.parent for path in sorted(root.glob("custom_components/*/manifest.json"))]
    if not components:
        yield Violation("custom_components", "no integration with a manifest.json was found")
    for component in components:
        yield from _check_component(root, component)
    yield from _named("hacs.json", hacs.check_hacs(_json(root / "hacs.json"), OLDEST_RELEASE))
    yield from (Violation(name, "is missing") for name in REQUIRED_FILES if not (root / name).is_file())
    yield from _check_community(root)
    yield from _check_committed(root)


def _check_component(root: Path, component: Path) -> Iterator[Violation]:
    found = _json(component / "manifest.json")
    yield from _named(_relative(root, component / "manifest.json"), manifest.check_manifest(found, component.name))
    for path in sorted(component.rglob("*.py")):
        yield from _named(_relative(root, path), manifest.check_imports(found, _text(path)))
    if (component / "strings.json").exists():
        yield Violation(
            _relative(root, component / "strings.json"),
            "only core integrations have this file; the source is translations/en.json",
        )
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


def _check_community(root: Path) -> Iterator[Violation]:
    """Check the files that contributors and GitHub read."""
    for path in sorted(root.glob(".github/workflows/*.yml")):
        yield from _named(_relative(root, path), workflows.check_workflow(_text(path), _yaml(path)))
    for path in sorted(root.glob(".github/ISSUE_TEMPLATE/*.yml")):
        check = forms.check_chooser if path.name == "config.yml" else forms.check_form
        yield from _named(_relative(root, path), check(_yaml(path)))
    changelog = root / "CHANGELOG.md"
    if changelog.is_file():
        yield from _named(changelog.name, check_changelog(_text(changelog)))
    yield from _check_decisions(root, root / "docs" / "decisions")


def _check_decisions(root: Path, folder: Path) -> Iterator[Violation]:
    index = folder / "README.md"
    if not index.is_file():
        yield Violation(_relative(root, index), "is missing")
        return
    records = sorted(path for path in folder.glob("*.md") if path != index)
    for path in records:
        yield from _named(_relative(root, path), decisions.check_decision(path.name, _text(path)))
    yield from _named(_relative(root, index), decisions.check_index(_text(index), [path.name for path in records]))


def _check_committed(root: Path) -> Iterator[Violation]:
    """Check what each committed file contains, and the prose of each area."""
    areas: dict[str, dict[str, str]] = {area: {} for area in AREAS}
    for path in hygiene.committed_files(root):
        name, text = _relative(root, path), path.read_text(encoding="utf-8", errors="ignore")
        yield from _named(name, hygiene.check_text(text))
        area = areas.get(name.partition("/")[0])
        if area is not None and path.suffix == ".py":
            area[name] = text
    for area_name, sources in areas.items():
        yield from _named(area_name, prose.check_area(sources))


def _named(file: str, rules: Iterator[str]) -> Iterator[Violation]:
    yield from (Violation(file, rule) for rule in rules)


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(_text(path))) if path.exists() else {}


def _yaml(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(_text(path)) or {}) if path.exists() else {}
