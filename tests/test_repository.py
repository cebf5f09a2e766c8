"""The repository follows the rules of Home Assistant and HACS, and each check finds a file that breaks one."""

import json
import stat
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from scripts.repository import actions, hacs, hygiene, manifest, prose, translations
from scripts.repository.tree import OLDEST_RELEASE, ROOT, check_repository

GOOD_MANIFEST: dict[str, Any] = {
    "domain": "sample",
    "name": "Sample",
    "codeowners": ["@owner"],
    "config_flow": True,
    "dependencies": ["http"],
    "documentation": "https://example.com",
    "integration_type": "hub",
    "iot_class": "local_push",
    "issue_tracker": "https://example.com/issues",
    "requirements": ["anyio>=4.8,<5"],
    "version": "1.2.3",
}
ZIPPED = {
    "name": "x",
    "homeassistant": "2025.3.0",
    "zip_release": True,
    "filename": "x.zip",
    "hide_default_branch": True,
}
GOOD_SUBENTRY = {"entry_type": "User", "initiate_flow": {"user": "Add user"}, "step": {}}


def one(rules: Iterable[str]) -> str:
    """Return the only rule that is broken."""
    (rule,) = rules
    return rule


def test_no_file_breaks_a_rule() -> None:
    assert [str(violation) for violation in check_repository()] == []


def test_a_good_manifest_breaks_no_rule() -> None:
    assert list(manifest.check_manifest(GOOD_MANIFEST, "sample")) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"version": ""}, "version is missing"),
        ({"version": "one"}, "the version is not"),
        ({"integration_type": "thing"}, "integration_type is none"),
        ({"iot_class": "guess"}, "iot_class is none"),
        ({"domain": "other"}, "not the name of its directory"),
        ({"codeowners": ["owner"]}, "does not start with @"),
        ({"aardvark": True}, "keys are ordered"),
        ({"requirements": ["voluptuous>=0.15,<1"]}, "Home Assistant chooses"),
        ({"requirements": ["aiohttp>=3,<4"]}, "Home Assistant chooses"),
        ({"requirements": ["orjson>=3,<4"]}, "Home Assistant chooses"),
        ({"requirements": ["anyio==4.8.0"]}, "not a range"),
        ({"requirements": ["anyio>=4,<5,==4.8.0"]}, "pins a version"),
        ({"requirements": ["anyio"]}, "not a range"),
        ({"requirements": ["anyio>=4.8"]}, "not a range"),
        ({"requirements": ["an yio>=4.8,<5"]}, "cannot be read"),
    ],
)
def test_a_wrong_manifest_is_found(change: dict[str, Any], rule: str) -> None:
    assert any(rule in found for found in manifest.check_manifest(GOOD_MANIFEST | change, "sample"))


@pytest.mark.parametrize(
    "source",
    [
        "import homeassistant.components.recorder",
        "from homeassistant.components.recorder import get_instance",
        "from homeassistant.components import recorder",
        "def late() -> None:\n    from homeassistant.components.recorder.statistics import x",
        "if TYPE_CHECKING:\n    pass\nelse:\n    from homeassistant.components import recorder",
    ],
)
def test_an_import_without_its_dependency_is_found(source: str) -> None:
    assert "components.recorder" in one(manifest.check_imports(GOOD_MANIFEST, source))


@pytest.mark.parametrize(
    "source",
    [
        "from homeassistant.components.http import StaticPathConfig",
        "from homeassistant.components.sensor import SensorEntity",
        "if TYPE_CHECKING:\n    from homeassistant.components import recorder",
    ],
)
def test_an_import_that_needs_no_further_dependency_passes(source: str) -> None:
    assert list(manifest.check_imports(GOOD_MANIFEST, source)) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ({"homeassistant": "2025.3.0"}, "name is missing"),
        ({"name": "x", "homeassistant": "2025.3.0", "domains": []}, "domains is not a key"),
        ({"name": "x", "homeassistant": "2025.3.0", "zip_release": "yes"}, "zip_release is not of type bool"),
        ({"name": "x", "homeassistant": "2024.1.0"}, "homeassistant is not 2025.3.0"),
        ({"name": "x"}, "homeassistant is not 2025.3.0"),
        ({**ZIPPED, "filename": "x.tar"}, "needs a filename that ends in .zip"),
        ({**ZIPPED, "hide_default_branch": False}, "needs hide_default_branch"),
    ],
)
def test_a_wrong_hacs_file_is_found(content: dict[str, Any], rule: str) -> None:
    assert rule in one(hacs.check_hacs(content, "2025.3"))


@pytest.mark.parametrize(
    ("translation", "rule"),
    [
        ({"title": "<b>Bold</b>"}, "title contains HTML"),
        ({"title": "See https://example.com"}, "title contains a URL"),
        ({"title": "The charger '{name}'"}, "title contains a placeholder in single quotes"),
        ({"title": " "}, "title is not a text"),
        ({"title": 1}, "title is not a text"),
        (
            {"config": {"step": {"user": {"data": {"name": "Name"}, "data_description": {"nmae": "Its name"}}}}},
            "config.step.user.data_description.nmae describes no key",
        ),
        (
            {"options": {"step": {"init": {"sections": {"more": {"data_description": {"price": "Per kWh"}}}}}}},
            "options.step.init.sections.more.data_description.price describes no key",
        ),
        ({"config_subentries": {"user": {"initiate_flow": {"user": "Add"}}}}, "user has no entry_type"),
        ({"config_subentries": {"user": {"entry_type": "User"}}}, "user has no initiate_flow.user"),
    ],
)
def test_a_wrong_translation_is_found(translation: dict[str, Any], rule: str) -> None:
    assert rule in one(translations.check_translation(translation))


def test_a_good_translation_breaks_no_rule() -> None:
    step = {"title": "Hello {name}", "data": {"name": "Name"}, "data_description": {"name": "Less than < 5"}}
    translation = {"config": {"step": {"user": step}}, "config_subentries": {"user": GOOD_SUBENTRY}}
    assert list(translations.check_translation(translation)) == []


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({}, "state.a is missing"),
        ({"state": {"a": "{n} Autos", "b": "?"}}, "state.b is not in the source language"),
        ({"state": {"a": "{m} Autos"}}, "state.a has other placeholders"),
    ],
)
def test_languages_that_differ_are_found(other: dict[str, Any], rule: str) -> None:
    assert rule in one(translations.check_languages({"state": {"a": "{n} cars"}}, other))


ACTION = {"name": "Identify", "description": "Name the user", "fields": {"user": {"name": "User"}}}


@pytest.mark.parametrize(
    ("services", "texts", "icons", "rule"),
    [
        ({}, {"identify": ACTION}, {}, "action identify is not in services.yaml"),
        ({"identify": {"fields": {"user": {}}}}, {"identify": ACTION}, {}, "action identify has no icon"),
        ({"identify": None}, {"identify": ACTION}, {"identify": {"service": "mdi:car"}}, "field user of action"),
        ({"identify": None}, {"identify": {}}, {"identify": {"service": "mdi:car"}}, "has no name and description"),
    ],
)
def test_an_action_that_one_file_does_not_describe_is_found(
    services: dict[str, Any], texts: dict[str, Any], icons: dict[str, Any], rule: str
) -> None:
    assert rule in one(actions.check_actions(services, {"services": texts}, {"services": icons}))


@pytest.mark.parametrize(
    ("icons", "rule"),
    [
        ({"sensors": {}}, "sensors is not a section"),
        ({"entity": {"sensor": {"status": {"default": "car"}}}}, "car is not an icon"),
        ({"entity": {"sensor": {"phase": {"default": "mdi:car"}}}}, "entity.sensor.phase is not in the translations"),
    ],
)
def test_wrong_icons_are_found(icons: dict[str, Any], rule: str) -> None:
    assert rule in one(actions.check_icons(icons, {"entity": {"sensor": {"status": {"name": "Status"}}}}))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a\nhttps://py" + "pi.org/simple", "line 2 names the host"),
        ("files.pythonho" + "sted.org", "line 1 names the host"),
        ("cd /wo" + "rk/main", "line 1 contains a path"),
        ("see /ro" + "ot/.cache/x", "line 1 contains a path"),
        ("/ho" + "me/anna/ha", "line 1 contains a path"),
    ],
)
def test_a_registry_host_or_a_machine_path_is_found(text: str, rule: str) -> None:
    assert rule in one(hygiene.check_text(text))


def test_files_that_git_ignores_are_not_checked() -> None:
    files = set(hygiene.committed_files(ROOT))
    assert ROOT / "pyproject.toml" in files
    assert not any(".venv" in path.parts for path in files)


# 980 words of prose: two uses of dialect are allowed, three are not.
PLAIN = '"""' + "Plain words. " * 490 + '"""\n'


@pytest.mark.parametrize("uses", [0, 1, 2])
def test_prose_with_few_dialect_words_breaks_no_rule(uses: int) -> None:
    assert list(prose.check_area({"a.py": PLAIN, "b.py": "# nobody\n" * uses})) == []


def test_an_area_with_too_much_dialect_is_found_with_its_worst_lines() -> None:
    source = 'VALUE = 1  # nobody\n"""First line,\nwhoever says so."""\n'
    rule = one(prose.check_area({"a.py": PLAIN, "b.py": source}))
    assert rule.startswith("3.0 of 1,000 words")
    assert rule.endswith("most at b.py:3 (2), b.py:1 (1)")


def test_dialect_words_in_code_are_not_counted() -> None:
    source = 'told = "nobody"\n# The value of `nobody`.\n'
    assert prose.count_words(source) == prose.Count(words=3, dialect=0)


def test_an_area_without_prose_breaks_no_rule() -> None:
    assert list(prose.check_area({"a.py": "value = 1\n"})) == []


@pytest.mark.parametrize("command", ["scripts/bench", "scripts/demo", "scripts/lint", "scripts/test", ".ci/run"])
def test_commands_can_be_executed(command: str) -> None:
    assert (ROOT / command).stat().st_mode & stat.S_IXUSR


def test_the_requirements_of_the_manifest_are_installed_for_the_tests() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    required = json.loads((ROOT / "custom_components/ev_charging_manager/manifest.json").read_text())["requirements"]
    pinned = {line.partition("==")[0] for line in groups["home-assistant-2025-3"]}
    for requirement in required:
        assert requirement in groups["integration"] or requirement.partition(">")[0] in pinned


def fake_python(directory: Path, name: str, version: str) -> None:
    """Write a program to `directory` that prints `version`, as a Python of that version does."""
    program = directory / name
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)


def choose(directory: Path, wanted: str) -> subprocess.CompletedProcess[str]:
    """Run the choice of scripts/lib/environment.sh with the Pythons of one directory only."""
    for tool in ("bash", "awk", "dirname", "tail"):
        (directory / tool).symlink_to(next(p for p in (Path("/usr/bin", tool), Path("/bin", tool)) if p.exists()))
    return subprocess.run(
        ["bash", "-euc", '. scripts/lib/environment.sh; choose_environment; echo "$core $python_is $release"'],
        cwd=ROOT,
        env={"PATH": str(directory), "HOME": str(directory), "HOMEASSISTANT": wanted},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("pythons", "wanted", "chosen"),
    [
        (["3.13.0"], "newest", "2025.4.4 3.13.0 2025.4"),
        (["3.13.1"], "oldest", "2025.3.4 3.13.1 2025.3"),
        (["3.13.2"], "newest", "2026.2.3 3.13.2 2026.2"),
        (["3.14.1", "3.13.2"], "newest", "2026.2.3 3.13.2 2026.2"),
        (["3.13.12", "3.14.2"], "newest", "2026.10.4 3.14.2 2026.10"),
        (["3.13.12", "3.14.2"], "oldest", "2025.3.4 3.13.12 2025.3"),
        (["3.13.12", "3.14.2"], "2025.4", "2025.4.4 3.13.12 2025.4"),
        (["3.13.12", "3.14.2"], "2026.2.3", "2026.2.3 3.13.12 2026.2"),
    ],
)
def test_the_best_python_and_release_are_chosen(tmp_path: Path, pythons: list[str], wanted: str, chosen: str) -> None:
    for name, version in zip(("python3", "python3.13"), pythons, strict=False):
        fake_python(tmp_path, name, version)
    assert choose(tmp_path, wanted).stdout.strip() == chosen


@pytest.mark.parametrize(
    ("version", "wanted", "message"),
    [
        (None, "newest", "found: none."),
        ("3.11.7", "newest", "found: 3.11.7."),
        ("3.14.0", "newest", "3.14.2 or newer"),
        ("3.14.2", "oldest", "needs Python 3.13, 3.13.0 or newer, for Home Assistant 2025.3"),
        ("3.13.0", "2026.2", "needs Python 3.13, 3.13.2 or newer, for Home Assistant 2026.2"),
        ("3.13.0", "2019.1", "is none of: oldest newest 2025.3 2025.4 2026.2 2026.10"),
    ],
)
def test_without_a_fitting_python_the_error_names_one_to_install(
    tmp_path: Path, version: str | None, wanted: str, message: str
) -> None:
    if version:
        fake_python(tmp_path, "python3", version)
    result = choose(tmp_path, wanted)
    assert result.returncode == 1
    assert message in result.stderr


def test_every_release_that_can_be_chosen_has_its_dependency_group(tmp_path: Path) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    message = choose(tmp_path, "none").stderr
    releases = message.split("newest")[1].split()
    assert releases[0] == OLDEST_RELEASE
    assert {f"home-assistant-{release.replace('.', '-')}" for release in releases} == {
        name for name in groups if name.startswith("home-assistant-")
    }
