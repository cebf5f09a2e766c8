"""The rules of hassfest and HACS for an integration's manifest.

Source: https://developers.home-assistant.io/docs/creating_integration_manifest
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

REQUIRED = (
    "domain",
    "name",
    "codeowners",
    "documentation",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "version",
)
INTEGRATION_TYPES = {"device", "entity", "hardware", "helper", "hub", "service", "system", "virtual"}
IOT_CLASSES = {
    "assumed_state",
    "calculated",
    "cloud_polling",
    "cloud_push",
    "local_polling",
    "local_push",
}
# Home Assistant installs these in the one version that fits it; a requirement here could only conflict.
CORE_REQUIREMENTS = {"aiohttp", "homeassistant", "orjson", "voluptuous"}
# Core sets these up only where a manifest names them; an import alone may find them not set up.
NEED_DEPENDENCY = {"http", "lovelace", "logbook", "recorder"}

VERSION = re.compile(r"\d+\.\d+\.\d+(b\d+|rc\d+)?")
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?(?P<range>[<>=!~].*)?")


def check_manifest(manifest: Mapping[str, Any], directory: str) -> Iterator[str]:
    """Yield each rule that a manifest, found in `directory`, breaks."""
    yield from (f"{key} is missing" for key in REQUIRED if not manifest.get(key))
    keys = list(manifest)
    if keys != ["domain", "name", *sorted(set(keys) - {"domain", "name"})]:
        yield "keys are ordered domain, name, then alphabetically"
    if manifest.get("domain") != directory:
        yield f"the domain is not the name of its directory, {directory}"
    if not VERSION.fullmatch(str(manifest.get("version", ""))):
        yield "the version is not of the form 1.2.3"
    if manifest.get("integration_type") not in INTEGRATION_TYPES:
        yield f"integration_type is none of {sorted(INTEGRATION_TYPES)}"
    if manifest.get("iot_class") not in IOT_CLASSES:
        yield f"iot_class is none of {sorted(IOT_CLASSES)}"
    for owner in manifest.get("codeowners", ()):
        if not owner.startswith("@"):
            yield f"codeowner {owner} does not start with @"
    yield from check_requirements(manifest.get("requirements", ()))


def check_requirements(requirements: Iterable[str]) -> Iterator[str]:
    """Yield each rule that the manifest's requirements break."""
    for requirement in requirements:
        parts = REQUIREMENT.fullmatch(requirement)
        if parts is None:
            yield f"requirement {requirement} cannot be read"
        elif parts["name"].lower() in CORE_REQUIREMENTS:
            yield f"requirement {requirement} is one that Home Assistant chooses"
        elif not parts["range"] or "<" not in parts["range"] or ">" not in parts["range"]:
            yield f"requirement {requirement} is not a range with both ends"
        elif "==" in parts["range"]:
            yield f"requirement {requirement} pins a version; Home Assistant's constraint file picks it"


def check_imports(manifest: Mapping[str, Any], source: str) -> Iterator[str]:
    """Yield each core integration that `source` imports and that the manifest does not name as a dependency."""
    named = {*manifest.get("dependencies", ()), *manifest.get("after_dependencies", ())}
    for domain in sorted(imported_integrations(ast.parse(source)) & NEED_DEPENDENCY - named):
        yield f"imports homeassistant.components.{domain}, which is not in the dependencies of the manifest"


def imported_integrations(node: ast.AST) -> set[str]:
    """Return the core integrations that are imported below `node`, without imports for type checking."""
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return set().union(*(imported_integrations(child) for child in node.orelse))
    modules: list[str] = []
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    found = {module.split(".")[2] for module in modules if module.startswith("homeassistant.components.")}
    return found.union(*(imported_integrations(child) for child in ast.iter_child_nodes(node)))
